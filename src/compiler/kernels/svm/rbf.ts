import type { Emitter } from "../../emitter.ts";
import { emitExp2, exp2Locals } from "../../exp2.ts";
import type { Lowering } from "../../lowering.ts";
import type { RowsValue } from "../../values.ts";
import type { Local } from "../../wasm/function.ts";
import { lowerDense, type Matrix, matrixOf, paddedColumns } from "../dense.ts";

/** Registers of two values whose exponentials are computed side by side. */
const registers = 4;
/** What expanding the square may change of any K(row, vector). */
const mostError = 1e-9;

/**
 * e^(-gamma · |row - vector|²) for every vector (the columns of the matrix), in float64. Needs SIMD.
 *
 * The square is |row|² + |vector|² - 2 · row · vector where that loses nothing: with n columns and M the longest vector it is off
 * by (n + 2) · 2^-53 · (|row| + |vector|)², that is by 9 · (n + 2) · 2^-53 of M² for rows up to 2M, and of itself for longer ones.
 */
export function lowerRbf(
  input: RowsValue,
  vectors: Matrix,
  gamma: number,
  values: RowsValue,
  lowering: Lowering,
): (emitter: Emitter) => void {
  const { rows: width, columns: count, data } = vectors;
  const squares = new Float64Array(paddedColumns(count));
  data.forEach((value, index) => {
    squares[index % count] = (squares[index % count] as number) + value * value;
  });
  const longest = squares.reduce((largest, square) => Math.max(largest, square), 0);
  const expands = gamma > 0 && gamma * 9 * (width + 2) * 2 ** -53 * longest <= mostError;
  const matrix = expands
    ? matrixOf(
        width,
        count,
        data.map((value) => -2 * value),
      )
    : vectors;
  const combine = lowerDense(input, matrix, values, lowering, expands ? "product" : "squared difference");
  const table = expands ? lowering.memory.constant(squares) : undefined;

  return (emitter) => {
    const { fn } = emitter;
    const square = fn.local("f64");
    const element = fn.local("f64");
    const offset = fn.local("v128");
    const at = fn.local("i32");
    const locals = Array.from({ length: registers }, () => exp2Locals(fn));

    /** Two values, at a number of bytes behind those passed so far. */
    const exponentials = (behind: number, register: number, passed: Local | undefined): void => {
      const pointer = (): void => {
        emitter.pointer(values);
        if (passed !== undefined) fn.get(passed).op("i32.add");
      };
      pointer();
      pointer();
      fn.memory("v128.load", values.address + behind);
      if (table !== undefined) {
        if (passed === undefined) fn.const("i32", 0);
        else fn.get(passed);
        fn.memory("v128.load", table + behind)
          .op("f64x2.add")
          .get(offset)
          .op("f64x2.add");
      }
      fn.const("f64", -gamma * Math.LOG2E).op("f64x2.splat", "f64x2.mul");
      emitExp2(fn, locals[register] as (typeof locals)[number]);
      fn.memory("v128.store", values.address + behind);
    };
    const all = (): void => {
      combine(emitter);
      const bytes = paddedColumns(count) * 8;
      const step = registers * 16;
      const whole = bytes - (bytes % step);
      if (whole > 0)
        fn.count(at, 0, whole, step, () => {
          for (let register = 0; register < registers; register++) exponentials(register * 16, register, at);
        });
      for (let behind = whole; behind < bytes; behind += 16) exponentials(behind, (behind - whole) / 16, undefined);
    };
    emitter.eachRow([input, values], () => {
      if (!expands) {
        all();
        return;
      }
      fn.const("f64", 0).set(square);
      emitter.elements(width, (column) => {
        emitter.loadF64(input, column);
        fn.tee(element).get(element).op("f64.mul").get(square).op("f64.add").set(square);
      });
      // An infinite row is infinitely far from every vector; here the difference of infinities would be NaN.
      fn.get(square).const("f64", Number.POSITIVE_INFINITY).op("f64.eq");
      fn.if(
        () => emitter.elements(count, (vector) => emitter.store(values, vector, () => fn.const("f64", 0))),
        () => {
          fn.get(square).op("f64x2.splat").set(offset);
          all();
        },
      );
    });
  };
}
