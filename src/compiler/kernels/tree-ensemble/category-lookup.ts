import type { Emitter } from "../../emitter.ts";
import type { Lowering } from "../../lowering.ts";
import type { RowsValue } from "../../values.ts";
import { emitLookup, lowerLookup } from "../lookup.ts";
import type { CategoryTable } from "./category-tests.ts";

/**
 * Writes the answers to all category tests of one feature, each to its own place: finds the value among those that the
 * tests name, and copies its row of answers. Only inside `eachRow` over the columns and the answers.
 */
export function lowerCategoryTable(
  { feature, values, tests, outcomes }: CategoryTable,
  lowering: Lowering,
): (emitter: Emitter, columns: RowsValue, answers: RowsValue) => void {
  const lookup = lowerLookup(values, lowering);
  const outcomesAddress = lowering.memory.constant(outcomes);
  return (emitter, columns, answers) => {
    const { fn } = emitter;
    const value = fn.local("f64");
    const at = fn.local("i32");
    emitter.loadF64(columns, feature);
    fn.set(value);
    emitLookup(emitter, lookup, value, at);
    fn.get(at).const("i32", tests.length).op("i32.mul").set(at);
    tests.forEach((test, column) => {
      emitter.store(answers, test, () => {
        fn.get(at)
          .memory("i32.load8_u", outcomesAddress + column)
          .op("f64.convert_i32_s");
        emitter.convert("float64", answers.dtype);
      });
    });
  };
}
