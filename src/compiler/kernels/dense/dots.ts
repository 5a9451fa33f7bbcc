import type { Emitter } from "../../emitter.ts";
import type { Lowering } from "../../lowering.ts";
import type { RowsValue } from "../../values.ts";
import type { Local } from "../../wasm/function.ts";
import { type Matrix, type Term, weightStorage } from "./matrix.ts";
import { emitTerm } from "./term.ts";

/** Up to so many columns, going along the row two elements at a time beats spreading each element over the columns. */
const mostColumns = 4;
/** Registers of sums: enough for their additions to overlap, and as many loads beside them fit the sixteen that there are. */
const registers = 6;

/** Whether the matrix has few columns, and the row elements of which a register holds two. */
export function takesDots({ dtype }: RowsValue, { columns, rows }: Matrix): boolean {
  return columns <= mostColumns && rows >= 2 && (dtype === "float32" || dtype === "float64" || dtype === "int64");
}

/** Every column's weights lie in order, and a column has as many partial sums as fit the registers, added at the end. Needs SIMD. */
export function lowerDots(input: RowsValue, matrix: Matrix, sums: RowsValue, lowering: Lowering, term: Term): (emitter: Emitter) => void {
  const { rows, columns, data } = matrix;
  const weights = weightStorage(matrix, rows * columns);
  for (let column = 0; column < columns; column++)
    for (let row = 0; row < rows; row++) weights[column * rows + row] = data[row * columns + column] as number;
  const address = lowering.memory.shared(weights);
  const weightBytes = weights instanceof Float32Array ? 4 : 8;
  const inputBytes = input.dtype === "float32" ? 4 : 8;
  const pairs = Math.floor(registers / columns);
  const step = 2 * pairs;
  const whole = Math.floor(rows / step) * step;

  return (emitter) => {
    const { fn } = emitter;
    const partial = Array.from({ length: columns }, () => Array.from({ length: pairs }, () => fn.local("v128")));
    const x = fn.local("v128");
    const difference = fn.local("v128");
    const passed = fn.local("i32");
    /** From an address on the stack two elements as float64: of the last one alone the other is 0. */
    const loadPair = (bytes: 4 | 8, offset: number, alone: boolean): void => {
      if (bytes === 4) fn.memory(alone ? "v128.load32_zero" : "v128.load64_zero", offset).op("f64x2.promote_low_f32x4");
      else fn.memory(alone ? "v128.load64_zero" : "v128.load", offset);
    };
    /** Adds the terms of the pair at a place behind the elements passed so far, which `skip` adds to an address. */
    const addPair = (slot: number, place: number, skip: (bytes: 4 | 8) => void): void => {
      const alone = place + 1 === rows;
      emitter.pointer(input);
      skip(inputBytes);
      loadPair(inputBytes, input.address + place * inputBytes, alone);
      fn.set(x);
      partial.forEach((sumsOf, column) => {
        const sum = sumsOf[slot] as Local;
        fn.get(x).const("i32", 0);
        skip(weightBytes);
        loadPair(weightBytes, address + (column * rows + place) * weightBytes, alone);
        emitTerm(fn, term, difference, "f64x2");
        fn.get(sum).op("f64x2.add").set(sum);
      });
    };
    for (const sum of partial.flat()) fn.const("f64", 0).op("f64x2.splat").set(sum);
    if (whole > step)
      fn.count(passed, 0, whole, step, () => {
        for (let slot = 0; slot < pairs; slot++)
          addPair(slot, slot * 2, (bytes) =>
            fn
              .get(passed)
              .const("i32", bytes === 4 ? 2 : 3)
              .op("i32.shl", "i32.add"),
          );
      });
    else for (let place = 0; place < whole; place += 2) addPair(place / 2, place, () => {});
    for (let place = whole; place < rows; place += 2) addPair((place - whole) / 2, place, () => {});
    partial.forEach(([first, ...others], column) =>
      emitter.store(sums, column, () => {
        const sum = first as Local;
        fn.get(sum);
        for (const other of others) fn.get(other).op("f64x2.add");
        fn.tee(sum).op("f64x2.extract_lane_0").get(sum).op("f64x2.extract_lane_1", "f64.add");
      }),
    );
  };
}
