import type { Emitter } from "../../emitter.ts";
import type { Lowering } from "../../lowering.ts";
import { type RowsValue, storages } from "../../values.ts";
import { lowerCategoryTable } from "./category-lookup.ts";
import { categoryTables } from "./category-tests.ts";
import type { Forest } from "./forest.ts";
import { isPadded } from "./plan.ts";
import type { Slots } from "./tables.ts";

/**
 * Where the forest reads a row. That is the input itself where it has the right precision and
 * nothing else is needed; otherwise a copy of each row:
 * - in the forest's precision;
 * - twice where some splits send a missing value lower, the second time with -Infinity for NaN, which
 *   every comparison sends lower: so a split says where NaN goes by the copy it reads, at no cost;
 * - with the answers to the forest's category tests;
 * - with a slot that stays 0, for the leaves of linked trees.
 */
export function lowerFeatures(
  forest: Forest,
  input: RowsValue,
  lowering: Lowering,
): { features: RowsValue; slots: Slots; emit?: (emitter: Emitter) => void } {
  const size = 1 << storages[forest.precision].log2Bytes;
  const { width } = input;
  const linked = !forest.trees.every(isPadded);
  const tests = forest.missingGoesLower ? 2 * width : width;
  const zero = tests + forest.tests.length;
  const slots: Slots = {
    offset: (feature, missingLower) => {
      if (feature >= width) return (tests + feature - width) * size;
      return (missingLower ? feature + width : feature) * size;
    },
    zero: zero * size,
  };
  const isPlain = input.dtype === forest.precision && !forest.missingGoesLower && !linked && forest.tests.length === 0;
  if (isPlain) return { features: input, slots };

  const features = lowering.allocate(forest.precision, ["rows", zero + 1]);
  const answers = categoryTables(forest.tests).map((table) => lowerCategoryTable(table, tests, lowering));
  const emit = (emitter: Emitter): void => {
    const { fn } = emitter;
    const value = fn.local(storages[forest.precision].type);
    const f = storages[forest.precision].type === "f32" ? "f32" : "f64";
    emitter.eachRow([input, features], () => {
      const lowerCopy = emitter.part(features, width, width);
      emitter.elements(width, (element) => {
        emitter.load(input, element);
        emitter.convert(input.dtype, forest.precision);
        fn.set(value);
        emitter.store(features, element, () => fn.get(value));
        if (!forest.missingGoesLower) return;
        emitter.store(lowerCopy, element, () => {
          fn.const(f, Number.NEGATIVE_INFINITY).get(value).get(value).get(value).op(`${f}.ne`, "select");
        });
      });
      for (const answer of answers) answer(emitter, features);
    });
  };
  return { features, slots, emit };
}
