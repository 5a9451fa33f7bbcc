import type { Emitter } from "../emitter.ts";
import type { Lowering } from "../lowering.ts";
import { type RowsValue, storages } from "../values.ts";
import type { Local, WasmFunction } from "../wasm/function.ts";

/** Products up to this many multiplications are written out. */
const writeOutLimit = 64;
/** Columns that one pass over the row computes: four 128-bit registers of two sums. */
const blockColumns = 8;

/** A matrix `[rows, columns]`, row-major; float32 where every weight is one, which halves the memory. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array | Float64Array;
}

/** What is summed over a column and the row: the products, or the squares or sizes of the differences. */
export type Term = "product" | "squared difference" | "absolute difference";

/**
 * Combines a row with every column of a matrix: `sums` (float64 `[matrix.columns]`, room for whole
 * registers: `paddedColumns`) from `input` (`[matrix.rows]`). Every sum is a float64 and adds its
 * terms in the order of the rows, with and without SIMD. Only inside `eachRow` over both values.
 */
export function lowerDense(
  input: RowsValue,
  matrix: Matrix,
  sums: RowsValue,
  lowering: Lowering,
  term: Term = "product",
): (emitter: Emitter) => void {
  if (matrix.rows * matrix.columns <= writeOutLimit) return lowerWrittenOut(input, matrix, sums, term);
  return lowerBlocks(input, matrix, sums, lowering, term);
}

/** The weights as constants in the code. */
function lowerWrittenOut(input: RowsValue, matrix: Matrix, sums: RowsValue, term: Term): (emitter: Emitter) => void {
  return (emitter) => {
    const { fn } = emitter;
    const row = Array.from({ length: matrix.rows }, () => fn.local("f64"));
    const difference = fn.local("f64");
    row.forEach((local, index) => {
      emitter.loadF64(input, index);
      fn.set(local);
    });
    for (let column = 0; column < matrix.columns; column++)
      emitter.store(sums, column, () => {
        fn.const("f64", 0);
        row.forEach((local, index) => {
          fn.get(local).const("f64", matrix.data[index * matrix.columns + column] as number);
          emitTerm(fn, term, difference, "f64");
          fn.op("f64.add");
        });
      });
  };
}

/** The weights in memory, block by block of columns, so that a pass over the row reads them in order. */
function lowerBlocks(input: RowsValue, matrix: Matrix, sums: RowsValue, lowering: Lowering, term: Term): (emitter: Emitter) => void {
  const whole = Math.floor(matrix.columns / blockColumns);
  const rest = matrix.columns % blockColumns;
  const blocks = [
    ...(whole === 0 ? [] : [blocksOf(matrix, 0, blockColumns, whole, lowering)]),
    ...(rest === 0 ? [] : [blocksOf(matrix, whole * blockColumns, rest, 1, lowering)]),
  ];
  return (emitter) => {
    const emit = lowering.simd ? emitBlocksSimd : emitBlocksScalar;
    for (const some of blocks) emit(emitter, input, sums, some, term);
  };
}

/** Blocks of equally many columns, one after the other: the code for them is a loop, as long for ten thousand as for two. */
interface Blocks {
  /** The first of all columns, and how many each block has. */
  readonly column: number;
  readonly columns: number;
  readonly count: number;
  readonly rows: number;
  readonly address: number;
  /** Bytes of a weight. */
  readonly width: 4 | 8;
}

function blocksOf({ rows, columns: all, data }: Matrix, column: number, columns: number, count: number, lowering: Lowering): Blocks {
  // Rounded up to whole registers; the weights of the added column are 0 and its sum is not read.
  const padded = paddedColumns(columns);
  const length = count * rows * padded;
  const weights = data instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
  let at = 0;
  for (let block = 0; block < count; block++)
    for (let row = 0; row < rows; row++, at += padded) {
      const from = row * all + column + block * columns;
      weights.set(data.subarray(from, from + columns), at);
    }
  const width = data instanceof Float32Array ? 4 : 8;
  return { column, columns, count, rows, address: lowering.memory.constant(weights), width };
}

function emitBlocksSimd(emitter: Emitter, input: RowsValue, sums: RowsValue, blocks: Blocks, term: Term): void {
  const { fn } = emitter;
  const { column, columns, rows, address, width } = blocks;
  const registers = Array.from({ length: Math.ceil(columns / 2) }, () => fn.local("v128"));
  const weights = fn.local("i32");
  const x = fn.local("v128");
  const difference = fn.local("v128");
  const rowBytes = registers.length * 2 * width;
  emitBlockLoop(emitter, weights, blocks, (sumOffset) => {
    for (const register of registers) fn.const("f64", 0).op("f64x2.splat").set(register);
    emitRowLoop(emitter, input, rows, (load) => {
      load();
      fn.op("f64x2.splat").set(x);
      registers.forEach((register, index) => {
        fn.get(x).get(weights);
        if (width === 4) fn.memory("v128.load64_zero", address + index * 8).op("f64x2.promote_low_f32x4");
        else fn.memory("v128.load", address + index * 16);
        emitTerm(fn, term, difference, "f64x2");
        fn.get(register).op("f64x2.add").set(register);
      });
      fn.get(weights).const("i32", rowBytes).op("i32.add").set(weights);
    });
    registers.forEach((register, index) => {
      emitter.pointer(sums);
      sumOffset();
      fn.get(register).memory("v128.store", sums.address + (column + index * 2) * 8);
    });
  });
}

function emitBlocksScalar(emitter: Emitter, input: RowsValue, sums: RowsValue, blocks: Blocks, term: Term): void {
  const { fn } = emitter;
  const { column, columns, rows, address, width } = blocks;
  const registers = Array.from({ length: columns }, () => fn.local("f64"));
  const weights = fn.local("i32");
  const x = fn.local("f64");
  const difference = fn.local("f64");
  const rowBytes = paddedColumns(columns) * width;
  emitBlockLoop(emitter, weights, blocks, (sumOffset) => {
    for (const register of registers) fn.const("f64", 0).set(register);
    emitRowLoop(emitter, input, rows, (load) => {
      load();
      fn.set(x);
      registers.forEach((register, index) => {
        fn.get(x)
          .get(weights)
          .memory(width === 4 ? "f32.load" : "f64.load", address + index * width);
        if (width === 4) fn.op("f64.promote_f32");
        emitTerm(fn, term, difference, "f64");
        fn.get(register).op("f64.add").set(register);
      });
      fn.get(weights).const("i32", rowBytes).op("i32.add").set(weights);
    });
    registers.forEach((register, index) => {
      emitter.pointer(sums);
      sumOffset();
      fn.get(register).memory("f64.store", sums.address + (column + index) * 8);
    });
  });
}

/**
 * Runs `body` for every block, with `weights` at 0 for the first and running on; its argument adds the block's
 * offset to the address of its sums on the stack.
 */
function emitBlockLoop({ fn }: Emitter, weights: Local, { columns, count }: Blocks, body: (sumOffset: () => void) => void): void {
  fn.const("i32", 0).set(weights);
  if (count === 1) {
    body(() => {});
    return;
  }
  const offset = fn.local("i32");
  fn.count(offset, 0, count * columns * 8, columns * 8, () => body(() => fn.get(offset).op("i32.add")));
}

/** From the row's element and the matrix's on the stack to what is summed. */
function emitTerm(fn: WasmFunction, term: Term, difference: Local, f: "f64" | "f64x2"): void {
  if (term === "product") fn.op(`${f}.mul`);
  else if (term === "absolute difference") fn.op(`${f}.sub`, `${f}.abs`);
  else fn.op(`${f}.sub`).set(difference).get(difference).get(difference).op(`${f}.mul`);
}

/** Runs `body` for every element of the row; its argument puts the element on the stack as a float64. */
function emitRowLoop(emitter: Emitter, input: RowsValue, rows: number, body: (load: () => void) => void): void {
  const { fn } = emitter;
  const { load, log2Bytes } = storages[input.dtype];
  const element = fn.local("i32");
  const size = 1 << log2Bytes;
  fn.count(element, 0, rows * size, size, () =>
    body(() => {
      emitter.pointer(input);
      fn.get(element).op("i32.add").memory(load, input.address);
      emitter.convert(input.dtype, "float64");
    }),
  );
}

/** Width of a `sums` value that SIMD stores may fill: whole registers. */
export function paddedColumns(columns: number): number {
  return columns + (columns % 2);
}

/** Float32 storage where it loses nothing. */
export function matrixOf(rows: number, columns: number, data: ArrayLike<number>): Matrix {
  const single = Float32Array.from(data);
  const exact = single.every((value, index) => value === data[index] || Number.isNaN(value));
  return { rows, columns, data: exact ? single : Float64Array.from(data) };
}
