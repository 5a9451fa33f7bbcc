import type { Emitter } from "../../emitter.ts";
import type { Lowering } from "../../lowering.ts";
import type { RowsValue } from "../../values.ts";
import type { CategoryTable } from "./category-tests.ts";

/**
 * Writes the answers to all category tests of one feature behind a row's columns, from slot `start` on: finds the
 * value among those that the tests name, and copies its row of answers. Only inside `eachRow` over the features.
 */
export function lowerCategoryTable(
  { feature, values, tests, outcomes }: CategoryTable,
  start: number,
  lowering: Lowering,
): (emitter: Emitter, features: RowsValue) => void {
  // One more, so that the search may read where an empty list has nothing.
  const valuesAddress = lowering.memory.constant(Float64Array.of(...values, Number.NaN));
  const outcomesAddress = lowering.memory.constant(outcomes);
  return (emitter, features) => {
    const { fn } = emitter;
    const value = fn.local("f64");
    const at = fn.local("i32");
    emitter.loadF64(features, feature);
    fn.set(value).const("i32", 0).set(at);
    // The position of the last value that is not above the row's: by halves, without a branch to guess.
    for (let half = 2 ** Math.ceil(Math.log2(Math.max(values.length, 1))) / 2; half >= 1; half /= 2) {
      const next = fn.local("i32");
      fn.get(at).const("i32", half).op("i32.add").set(next);
      fn.get(next).get(at);
      fn.get(next).const("i32", values.length).op("i32.lt_u");
      // Beyond the list the read is harmless: other constants follow, and the first half of the condition is false.
      fn.get(next).const("i32", values.length).get(next).const("i32", values.length).op("i32.lt_u", "select");
      fn.const("i32", 3).op("i32.shl").memory("f64.load", valuesAddress).get(value).op("f64.le", "i32.and", "select").set(at);
    }
    fn.get(at).const("i32", 3).op("i32.shl").memory("f64.load", valuesAddress).get(value).op("f64.eq");
    fn.if(
      () => fn.get(at),
      () =>
        fn
          .const("i32", values.length + 1)
          .const("i32", values.length)
          .get(value)
          .get(value)
          .op("f64.ne", "select"),
      "i32",
    );
    fn.const("i32", tests.length).op("i32.mul").set(at);
    tests.forEach((test, column) => {
      emitter.store(features, start + test, () => {
        fn.get(at)
          .memory("i32.load8_u", outcomesAddress + column)
          .op("f64.convert_i32_s");
        emitter.convert("float64", features.dtype);
      });
    });
  };
}
