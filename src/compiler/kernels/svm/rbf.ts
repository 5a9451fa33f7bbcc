import type { Emitter } from "../../emitter.ts";
import { emitExp2, exp2Locals } from "../../exp2.ts";
import type { Lowering } from "../../lowering.ts";
import type { RowsValue } from "../../values.ts";
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
    const factor = fn.local("v128");
    const at = fn.local("i32");
    const locals = Array.from({ length: registers }, () => exp2Locals(fn));

    const bytes = paddedColumns(count) * 8;
    const step = registers * 16;
    const whole = bytes - (bytes % step);
    /** The values of some registers, from a number of bytes on behind those passed so far. */
    const exponentials = (behind: number, some: number, pass: () => void): void => {
      const used = locals.slice(0, some);
      used.forEach(({ t }, register) => {
        emitter.pointer(values);
        pass();
        fn.memory("v128.load", values.address + behind + register * 16);
        if (table !== undefined) {
          fn.const("i32", 0);
          pass();
          fn.memory("v128.load", table + behind + register * 16)
            .op("f64x2.add")
            .get(offset)
            .op("f64x2.add");
        }
        fn.get(factor).op("f64x2.mul").set(t);
      });
      emitExp2(fn, used);
      used.forEach(({ t }, register) => {
        emitter.pointer(values);
        pass();
        fn.get(t).memory("v128.store", values.address + behind + register * 16);
      });
    };
    const all = (): void => {
      combine(emitter);
      fn.const("f64", -gamma * Math.LOG2E)
        .op("f64x2.splat")
        .set(factor);
      if (whole > 0) fn.count(at, 0, whole, step, () => exponentials(0, registers, () => fn.get(at).op("i32.add")));
      if (whole < bytes) exponentials(whole, (bytes - whole) / 16, () => {});
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
