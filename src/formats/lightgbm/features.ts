import { SetosaError } from "../../errors.ts";
import type { Feature } from "../../graph/signature.ts";
import type { Category, Place } from "../category-columns.ts";
import type { Section, Sections } from "./sections.ts";

/** A column of the model. */
export interface LightGbmFeature {
  readonly name: string;
  /** Range seen in training. */
  readonly range: readonly [number, number] | undefined;
  /** What pandas called the codes 0, 1, …, of a column of its type category. */
  readonly categories: readonly Category[] | undefined;
}

/** More features than any table has. */
const maxFeatures = 100_000;

/** @throws SetosaError MODEL_FILE_INVALID, OPERATOR_UNSUPPORTED */
export function readFeatures({ header, pandasCategorical }: Sections): LightGbmFeature[] {
  const count = header.integer("max_feature_idx", 0, maxFeatures - 1) + 1;
  const names = header.words("feature_names");
  if (names.length !== count) header.fail("feature_names", `${count} names`);
  if (new Set(names).size !== count) header.fail("feature_names", "names that differ");
  const infos = header.words("feature_infos");
  if (infos.length !== count) header.fail("feature_infos", `${count} entries`);
  const categorical = infos.flatMap((info, feature) => (isCategories(info) ? [feature] : []));
  const lists = categoriesOf(pandasCategorical);
  if (lists.length > 0 && lists.length !== categorical.length)
    throw new SetosaError(
      "OPERATOR_UNSUPPORTED",
      `The model has ${categorical.length} categorical columns and pandas' categories of ${lists.length}: which belong together is not in the file.`,
      {
        path: "pandas_categorical",
        hint: "Save the model in Python with setosa.save(model, path, X), or train without constant categorical columns.",
      },
    );
  return names.map((name, feature) => ({
    name: columnName(name),
    range: rangeOf(infos[feature] as string, header),
    categories: lists[categorical.indexOf(feature)],
  }));
}

/** LightGBM calls columns without names Column_0, …; Setosa's names for them are x0, … as for every model. */
function columnName(name: string): string {
  return name.replace(/^Column_(\d+)$/, "x$1");
}

/** A list of category codes is `3:0:1`; a range of numbers has brackets, and an unused column is `none`. */
function isCategories(info: string): boolean {
  return info !== "none" && !info.startsWith("[");
}

function rangeOf(info: string, header: Section): readonly [number, number] | undefined {
  if (!info.startsWith("[")) return undefined;
  const [low, high, ...rest] = info.slice(1, -1).split(":").map(Number);
  if (low === undefined || high === undefined || rest.length > 0) header.fail("feature_infos", "ranges such as [0:1]");
  return Number.isFinite(low) && Number.isFinite(high) ? [low, high] : undefined;
}

function categoriesOf(json: unknown): Category[][] {
  if (json === undefined) return [];
  const isCategory = (value: unknown): value is Category => ["string", "number", "boolean"].includes(typeof value);
  if (!Array.isArray(json) || !json.every((list) => Array.isArray(list) && list.every(isCategory)))
    throw new SetosaError("MODEL_FILE_INVALID", "pandas_categorical is not a list of lists of categories.", { path: "pandas_categorical" });
  return json as Category[][];
}

/** The features of a signature; a category that training did not know is a missing one, as in LightGBM. */
export function signatureFeatures(features: readonly LightGbmFeature[], places: readonly Place[]): Feature[] {
  return features.map(({ name, range, categories }, index): Feature => {
    const feature = { name, ...(places[index] as Place), missing: true };
    if (categories !== undefined) return { ...feature, categories, unknown: "ignore" };
    return { ...feature, ...(range === undefined ? {} : { min: range[0], max: range[1] }) };
  });
}
