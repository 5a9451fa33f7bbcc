import type { Emitter } from "../../emitter.ts";
import type { Lowering } from "../../lowering.ts";
import type { RowsValue } from "../../values.ts";
import { emitLookup, lowerLookup } from "../lookup.ts";
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
  const lookup = lowerLookup(values, lowering);
  const outcomesAddress = lowering.memory.constant(outcomes);
  return (emitter, features) => {
    const { fn } = emitter;
    const value = fn.local("f64");
    const at = fn.local("i32");
    emitter.loadF64(features, feature);
    fn.set(value);
    emitLookup(emitter, lookup, value, at);
    fn.get(at).const("i32", tests.length).op("i32.mul").set(at);
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
