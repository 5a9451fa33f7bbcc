import type { Emitter } from "../../emitter.ts";
import type { Lowering } from "../../lowering.ts";
import { type RowsValue, storages } from "../../values.ts";
import { lowerCategoryTable } from "./category-lookup.ts";
import { categoryTables } from "./category-tests.ts";
import type { Forest } from "./forest.ts";
import type { Slots } from "./tables.ts";

export interface Features {
  /** The rows as the trees read them. */
  readonly features: RowsValue;
  readonly slots: Slots;
  /** Writes the features; absent where they are the input. */
  readonly emit?: (emitter: Emitter) => void;
}

/** What a traversal needs to be in a row beside the input's columns and the answers to category tests. */
export interface Extras {
  /** The columns a second time, with -Infinity for NaN, which every comparison sends lower: so a split says where NaN goes by the copy that it reads. */
  readonly lowerCopy: boolean;
  /** A slot that stays 0. */
  readonly zero: boolean;
}

/** Where the forest reads a row: in the input itself where it has the right precision and nothing else is needed, otherwise in a copy. */
export function lowerFeatures(forest: Forest, input: RowsValue, { lowerCopy, zero: needsZero }: Extras, lowering: Lowering): Features {
  const size = 1 << storages[forest.precision].log2Bytes;
  const { width } = input;
  const tests = lowerCopy ? 2 * width : width;
  const zero = tests + forest.tests.length;
  const slots: Slots = {
    offset: (feature, missingLower) => {
      if (feature >= width) return (tests + feature - width) * size;
      return (missingLower ? feature + width : feature) * size;
    },
    zero: zero * size,
  };
  const isPlain = input.dtype === forest.precision && !lowerCopy && !needsZero && forest.tests.length === 0;
  if (isPlain) return { features: input, slots };

  const features = lowering.allocate(forest.precision, ["rows", zero + 1]);
  const answers = categoryTables(forest.tests).map((table) => lowerCategoryTable(table, tests, lowering));
  const emit = (emitter: Emitter): void => {
    const { fn } = emitter;
    const value = fn.local(storages[forest.precision].type);
    const f = storages[forest.precision].type === "f32" ? "f32" : "f64";
    emitter.eachRow([input, features], () => {
      const copy = emitter.part(features, width, width);
      emitter.elements(width, (element) => {
        emitter.load(input, element);
        emitter.convert(input.dtype, forest.precision);
        fn.set(value);
        emitter.store(features, element, () => fn.get(value));
        if (!lowerCopy) return;
        emitter.store(copy, element, () => {
          fn.const(f, Number.NEGATIVE_INFINITY).get(value).get(value).get(value).op(`${f}.ne`, "select");
        });
      });
      for (const answer of answers) answer(emitter, features);
    });
  };
  return { features, slots, emit };
}
