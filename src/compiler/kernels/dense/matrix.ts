/** A matrix `[rows, columns]`, row-major; float32 where every weight is one, which halves the memory. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array | Float64Array;
}

/** What is summed over a column and the row: the products, or the squares or sizes of the differences. */
export type Term = "product" | "squared difference" | "absolute difference";

/** Float32 storage where it loses nothing. */
export function matrixOf(rows: number, columns: number, data: ArrayLike<number>): Matrix {
  const single = Float32Array.from(data);
  const exact = single.every((value, index) => value === data[index] || Number.isNaN(value));
  return { rows, columns, data: exact ? single : Float64Array.from(data) };
}

/** Up to this many bytes weights are stored as float64, which saves converting them for every row. */
const mostWideBytes = 2 ** 22;

/** Room for so many weights of the matrix, in the type that they are stored in. */
export function weightStorage({ data }: Matrix, length: number): Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> {
  return data instanceof Float32Array && length * 8 > mostWideBytes ? new Float32Array(length) : new Float64Array(length);
}

/** Width of a `sums` value that SIMD stores may fill: whole registers. */
export function paddedColumns(columns: number): number {
  return columns + (columns % 2);
}
