import type { Emitter } from "../emitter.ts";
import type { Lowering } from "../lowering.ts";
import type { RowsValue } from "../values.ts";
import { lowerBlocks } from "./dense/blocks.ts";
import { lowerDots, takesDots } from "./dense/dots.ts";
import type { Matrix, Term } from "./dense/matrix.ts";
import { emitTerm } from "./dense/term.ts";

export { type Matrix, matrixOf, paddedColumns } from "./dense/matrix.ts";

/** Products up to this many multiplications are written out. */
const writeOutLimit = 64;

/**
 * Combines a row with every column of a matrix: `sums` (float64 `[matrix.columns]`, room for whole
 * registers: `paddedColumns`) from `input` (`[matrix.rows]`). Every sum is a float64. Only inside `eachRow`
 * over both values.
 */
export function lowerDense(
  input: RowsValue,
  matrix: Matrix,
  sums: RowsValue,
  lowering: Lowering,
  term: Term = "product",
): (emitter: Emitter) => void {
  if (matrix.rows * matrix.columns <= writeOutLimit) return lowerWrittenOut(input, matrix, sums, term);
  if (lowering.simd && takesDots(input, matrix)) return lowerDots(input, matrix, sums, lowering, term);
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
