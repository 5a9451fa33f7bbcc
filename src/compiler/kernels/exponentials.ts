import type { Emitter } from "../emitter.ts";
import { emitExp2Pair, exp2Locals } from "../exp2.ts";
import type { RowsValue } from "../values.ts";
import type { WasmFunction } from "../wasm/function.ts";

/**
 * With SIMD, powers of e are powers of 2 of x · log₂e, two at once: within (|x| + 10) · 2^-53 of e^x. Every element
 * goes through the same steps, so that equal scores stay equal.
 */

/** Sets `powers` (float64) to e^(x - max) / Σ e^(x - max) over the row of `values` (float32 or float64), which may be the same value. */
export function emitSoftmaxPairs(emitter: Emitter, values: RowsValue, powers: RowsValue): void {
  const { fn } = emitter;
  const locals = exp2Locals(fn);
  const largest = fn.local("v128");
  const sum = fn.local("v128");
  const power = fn.local("v128");
  const total = fn.local("f64");
  fn.const("f64", Number.NEGATIVE_INFINITY)
    .op("f64x2.splat")
    .set(largest)
    .const("f64", 0)
    .op("f64x2.splat")
    .set(sum)
    .const("f64", 0)
    .set(total);
  // A NaN that these comparisons pass over is NaN in the sum again.
  emitter.pairs(
    values.width,
    (element) => {
      fn.get(largest);
      emitter.load2(values, element);
      fn.op("f64x2.pmax").set(largest);
    },
    (element) => {
      fn.get(largest);
      emitter.loadF64(values, element);
      fn.op("f64x2.splat", "f64x2.pmax").set(largest);
    },
  );
  fn.get(largest).op("f64x2.extract_lane_0").get(largest).op("f64x2.extract_lane_1", "f64.max", "f64x2.splat").set(largest);
  const exponential = (): WasmFunction => {
    fn.get(largest).op("f64x2.sub").const("f64", Math.LOG2E).op("f64x2.splat", "f64x2.mul");
    emitExp2Pair(fn, locals);
    return fn.tee(power);
  };
  emitter.pairs(
    values.width,
    (element) =>
      emitter.store2(powers, element, () => {
        emitter.load2(values, element);
        exponential();
        fn.get(sum).op("f64x2.add").set(sum).get(power);
      }),
    (element) =>
      emitter.store(powers, element, () => {
        emitter.loadF64(values, element);
        fn.op("f64x2.splat");
        exponential().op("f64x2.extract_lane_0").tee(total);
      }),
  );
  fn.get(total).get(sum).op("f64x2.extract_lane_0", "f64.add").get(sum).op("f64x2.extract_lane_1", "f64.add").set(total);
  emitter.pairs(
    values.width,
    (element) =>
      emitter.store2(powers, element, () => {
        emitter.load2(powers, element);
        fn.get(total).op("f64x2.splat", "f64x2.div");
      }),
    (element) =>
      emitter.store(powers, element, () => {
        emitter.load(powers, element);
        fn.get(total).op("f64.div");
      }),
  );
}

/** Replaces each float64 of the row by 1 / (1 + e^-x). */
export function emitLogisticPairs(emitter: Emitter, values: RowsValue): void {
  const { fn } = emitter;
  const logistic = logisticPair(fn);
  emitter.pairs(
    values.width,
    (element) =>
      emitter.store2(values, element, () => {
        fn.const("f64", 1).op("f64x2.splat");
        emitter.load2(values, element);
        fn.const("f64", -Math.LOG2E).op("f64x2.splat", "f64x2.mul");
        logistic();
      }),
    (element) =>
      emitter.store(values, element, () => {
        fn.const("f64", 1).op("f64x2.splat");
        emitter.load(values, element);
        fn.const("f64", -Math.LOG2E).op("f64.mul", "f64x2.splat");
        logistic();
        fn.op("f64x2.extract_lane_0");
      }),
  );
}

/** From a float64 x on the stack to the pair 1 / (1 + e^x) and 1 / (1 + e^-x). */
export function emitLogisticOfBoth(fn: WasmFunction): void {
  const x = fn.local("f64");
  fn.set(x).const("f64", 1).op("f64x2.splat");
  fn.get(x).op("f64x2.splat").const("f64", Math.LOG2E).op("f64x2.splat").const("f64", -Math.LOG2E).op("f64x2.replace_lane_1", "f64x2.mul");
  logisticPair(fn)();
}

/** Writes code that replaces two float64 on the stack by e^x: 2^1023 instead of more, which is infinite as a float32. */
export function expPair(fn: WasmFunction): () => void {
  const locals = exp2Locals(fn);
  return () => {
    fn.const("f64", Math.LOG2E).op("f64x2.splat", "f64x2.mul");
    emitExp2Pair(fn, locals);
  };
}

/** The same for 1 / (1 + e^-x). */
export function sigmoidPair(fn: WasmFunction): () => void {
  const logistic = logisticPair(fn);
  const exponents = fn.local("v128");
  return () => {
    fn.const("f64", -Math.LOG2E).op("f64x2.splat", "f64x2.mul").set(exponents).const("f64", 1).op("f64x2.splat").get(exponents);
    logistic();
  };
}

/** The same for the hyperbolic tangent: (1 - e^-2x) / (1 + e^-2x), and near 0, where that cancels, the Taylor series. */
export function tanhPair(fn: WasmFunction): () => void {
  const locals = exp2Locals(fn);
  const x = fn.local("v128");
  const square = fn.local("v128");
  const decay = fn.local("v128");
  const splat = (value: number): WasmFunction => fn.const("f64", value).op("f64x2.splat");
  const series = [-1 / 3, 2 / 15, -17 / 315, 62 / 2835, -1382 / 155925];
  return () => {
    fn.tee(x).get(x).op("f64x2.mul").set(square);
    splat(series.at(-1) as number);
    for (const coefficient of [1, ...series].slice(0, -1).toReversed()) {
      fn.get(square).op("f64x2.mul");
      splat(coefficient).op("f64x2.add");
    }
    fn.get(x).op("f64x2.mul").get(x);
    splat(-2 * Math.LOG2E).op("f64x2.mul");
    emitExp2Pair(fn, locals);
    fn.set(decay);
    splat(1).get(decay).op("f64x2.sub");
    splat(1).get(decay).op("f64x2.add", "f64x2.div");
    fn.get(x).op("f64x2.abs");
    splat(0.05).op("f64x2.lt", "v128.bitselect");
  };
}

/** From two ones and two exponents of 2 on the stack, to 1 / (1 + 2^t). */
function logisticPair(fn: WasmFunction): () => void {
  const locals = exp2Locals(fn);
  return () => {
    emitExp2Pair(fn, locals);
    fn.const("f64", 1).op("f64x2.splat", "f64x2.add", "f64x2.div");
  };
}
