import type { Emitter } from "../../emitter.ts";
import type { RowsValue } from "../../values.ts";
import type { Local } from "../../wasm/function.ts";

/** Registers of sums, so that their additions overlap. */
const registers = 4;
const step = 2 * registers;

/**
 * Adds Σ weight · value to `sum`, over float64 values of the row from `start` on and the float64 constants at
 * `weights`. Only inside `eachRow` over the values.
 */
export function emitWeightedSum(
  emitter: Emitter,
  values: RowsValue,
  start: number,
  count: number,
  weights: number,
  sum: Local,
  simd: boolean,
): void {
  const { fn } = emitter;
  const part = emitter.part(values, start, count);
  const whole = simd ? count - (count % step) : 0;
  if (whole > 0) {
    const sums = Array.from({ length: registers }, () => fn.local("v128"));
    const at = fn.local("i32");
    for (const register of sums) fn.const("f64", 0).op("f64x2.splat").set(register);
    fn.count(at, 0, whole * 8, step * 8, () =>
      sums.forEach((register, index) => {
        emitter.pointer(part);
        fn.get(at)
          .op("i32.add")
          .memory("v128.load", part.address + index * 16);
        fn.get(at)
          .memory("v128.load", weights + index * 16)
          .op("f64x2.mul")
          .get(register)
          .op("f64x2.add")
          .set(register);
      }),
    );
    const [first, ...others] = sums as [Local, ...Local[]];
    fn.get(first);
    for (const register of others) fn.get(register).op("f64x2.add");
    fn.tee(first).op("f64x2.extract_lane_0").get(first).op("f64x2.extract_lane_1", "f64.add").get(sum).op("f64.add").set(sum);
  }
  const rest = emitter.part(values, start + whole, count - whole);
  if (rest.width > 0)
    emitter.elements(rest.width, (element) => {
      emitter.load(rest, element);
      emitter.loadConstant("float64", weights + whole * 8, element);
      fn.op("f64.mul").get(sum).op("f64.add").set(sum);
    });
}
