import { SetosaError } from "../../errors.ts";
import type { Feature } from "../../graph/signature.ts";
import type { Category, Column, Place } from "../category-columns.ts";
import type { JsonValue } from "../json-text.ts";
import type { Shape } from "./shape.ts";

/** The columns of the model, with pandas' categories where the file has them (since XGBoost 3.1). */
export function readFeatures(learner: JsonValue, { features }: Shape): Column[] {
  const given = learner.get("feature_names");
  const names = given.isAbsent ? [] : given.items.map((name) => name.text);
  if (names.length !== 0 && names.length !== features) given.fail(`${features} names`);
  if (new Set(names).size !== names.length) given.fail("names that differ");
  const booster = learner.get("gradient_booster");
  const model = booster.get("name").text === "dart" ? booster.get("gbtree").get("model") : booster.get("model");
  const cats = model.get("cats");
  const encodings = cats.isAbsent ? [] : cats.get("enc").items;
  if (encodings.length !== 0 && encodings.length !== features) cats.get("enc").fail(`a list of ${features} entries`);
  return Array.from({ length: features }, (_, index) => {
    const encoding = encodings[index];
    return { name: names[index] ?? `x${index}`, categories: encoding === undefined ? undefined : readCategories(encoding) };
  });
}

/** Numbers, or texts as bytes one after the other. */
function readCategories(encoding: JsonValue): Category[] | undefined {
  const values = encoding.get("values").numbers();
  const offsets = encoding.get("offsets");
  if (values.length === 0) return undefined;
  if (offsets.isAbsent) return Array.from(values);
  const bytes = Uint8Array.from(values);
  const bounds = Array.from(offsets.numbers());
  const ascends = bounds.every((bound, index) => Number.isInteger(bound) && bound >= (bounds[index - 1] ?? 0) && bound <= bytes.length);
  if (!ascends) offsets.fail("a list that ascends within the values");
  // XGBoost 3.2 counts characters where it should count bytes: of such names the file does not hold all.
  if (bytes.some((byte) => byte >= 0x80))
    throw new SetosaError(
      "OPERATOR_UNSUPPORTED",
      "The model has categories with names that are not ASCII, which XGBoost does not save whole.",
      {
        path: encoding.path,
        hint: "Rename the categories and train again, or save the model in Python with setosa.save(model, path, X).",
      },
    );
  return bounds.slice(1).map((end, index) => String.fromCharCode(...bytes.subarray(bounds[index], end)));
}

/** Every feature may be missing; a category that training did not know is an error, as in XGBoost. */
export function signatureFeatures(columns: readonly Column[], places: readonly Place[]): Feature[] {
  return columns.map(({ name, categories }, index): Feature => {
    const feature = { name, ...(places[index] as Place), missing: true };
    return categories === undefined ? feature : { ...feature, categories, unknown: "error" };
  });
}
