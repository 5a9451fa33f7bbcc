import type { Emitter } from "../../emitter.ts";
import type { Lowering } from "../../lowering.ts";
import { type RowsValue, storages } from "../../values.ts";
import type { Forest } from "./forest.ts";
import { isPadded } from "./plan.ts";
import type { Slots } from "./tables.ts";

/**
 * Where the forest reads a row. That is the input itself where it has the right precision and
 * nothing else is needed; otherwise a copy of each row:
 * - in the forest's precision;
 * - twice where some splits send a missing value lower, the second time with -Infinity for NaN, which
 *   every comparison sends lower: so a split says where NaN goes by the copy it reads, at no cost;
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
  const slots: Slots = {
    offset: (feature, missingLower) => (missingLower ? feature + width : feature) * size,
    zero: (forest.missingGoesLower ? 2 * width : width) * size,
  };
  if (input.dtype === forest.precision && !forest.missingGoesLower && !linked) return { features: input, slots };

  const features = lowering.allocate(forest.precision, ["rows", (forest.missingGoesLower ? 2 * width : width) + 1]);
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
    });
  };
  return { features, slots, emit };
}
