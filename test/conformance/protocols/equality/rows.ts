import fc from "fast-check";
import type { Model } from "../../../../src/index.ts";

/** A number, a category, or nothing. */
export type Value = number | string | null;

type Feature = Model["signature"]["features"][number];

/** Values near those of training, some beyond them; float32 where the model's are, so that every protocol can carry them. */
function values({ dtype, min = -10, max = 10, categories, missing }: Feature): fc.Arbitrary<Value> {
  const margin = (max - min) / 4;
  const number = fc
    .double({ min: min - margin, max: max + margin, noNaN: true })
    .map((value) => (dtype === "float64" ? value : Math.fround(value)));
  const texts = categories?.map(String) ?? ["a", "b"];
  const value: fc.Arbitrary<Value> = dtype === "string" ? fc.constantFrom(...texts) : number;
  return missing ? fc.oneof({ weight: 5, arbitrary: value }, { weight: 1, arbitrary: fc.constant(null) }) : value;
}

/** One row, or some. */
export function rowsOf(model: Model): fc.Arbitrary<Value[][]> {
  return fc.array(fc.tuple(...model.signature.features.map(values)), { minLength: 1, maxLength: 5 }) as fc.Arbitrary<Value[][]>;
}
