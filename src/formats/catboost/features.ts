import { SetosaError } from "../../errors.ts";
import type { JsonValue } from "../json-text.ts";

/** More features than any table has; a guard against a damaged index. */
const maxFeatures = 100_000;

/** What the model knows of a column, by its place in a row. */
export interface CatBoostFeature {
  readonly name: string;
  /** Whether NaN counts as below or above every border; `refused` where training had none. */
  readonly missing: "below" | "above" | "refused";
  /** Hashes of the categories that the trees ask for; absent for numbers. */
  readonly categories?: readonly number[];
}

/** The columns of a row, and for each float feature and each categorical one its column. */
export interface CatBoostFeatures extends ReadonlyArray<CatBoostFeature> {
  readonly columnOfFloat: ReadonlyMap<number, number>;
  readonly columnOfCategory: ReadonlyMap<number, number>;
}

/** @throws SetosaError OPERATOR_UNSUPPORTED for features that are no numbers */
export function readFeatures(json: JsonValue): CatBoostFeatures {
  for (const [key, what] of unsupportedKinds) {
    const list = json.get(key);
    if (!list.isAbsent && list.items.length > 0)
      throw new SetosaError("OPERATOR_UNSUPPORTED", `The model has ${what}, which its JSON does not describe well enough to predict.`, {
        path: list.path,
        hint:
          key === "ctrs"
            ? "Train with one_hot_max_size as large as the largest number of categories of a column: then no statistics are needed."
            : "Encode them before training (as in setosa.save of a pipeline), or train with numeric columns.",
      });
  }
  const found: CatBoostFeature[] = [];
  const read = (key: string, rest: (feature: JsonValue) => Omit<CatBoostFeature, "name">): Map<number, number> => {
    const columns = new Map<number, number>();
    const list = json.get(key);
    for (const feature of list.isAbsent ? [] : list.items) {
      const column = feature.get("flat_feature_index").index(maxFeatures);
      const id = feature.get("feature_id");
      const name = id.isAbsent || id.text === "" ? `x${column}` : id.text;
      if (found[column] !== undefined) feature.fail("the only feature of its column");
      found[column] = { name, ...rest(feature) };
      columns.set(feature.get("feature_index").index(maxFeatures), column);
    }
    return columns;
  };
  const columnOfFloat = read("float_features", (feature) => ({ missing: missingOf(feature) }));
  const columnOfCategory = read("categorical_features", (feature) => ({ missing: "refused", categories: categoriesOf(feature) }));
  // Columns that no tree needs may be left out.
  const features = Array.from(found, (feature, column): CatBoostFeature => feature ?? { name: `x${column}`, missing: "below" });
  return Object.assign(features, { columnOfFloat, columnOfCategory });
}

/** CatBoost keeps no names of categories, only their hashes. */
function categoriesOf(feature: JsonValue): number[] {
  const values = feature.get("values");
  const hashes = values.isAbsent ? [] : Array.from(values.numbers());
  if (new Set(hashes).size !== hashes.length || !hashes.every(Number.isInteger)) values.fail("a list of different hashes");
  return hashes;
}

const unsupportedKinds = [
  ["text_features", "text features"],
  ["embedding_features", "embedding features"],
  ["ctrs", "statistics of categories (CTRs)"],
] as const;

function missingOf(feature: JsonValue): CatBoostFeature["missing"] {
  const treatment = feature.get("nan_value_treatment");
  switch (treatment.isAbsent ? "AsIs" : treatment.text) {
    case "AsIs":
      return "refused";
    case "AsFalse":
      return "below";
    case "AsTrue":
      return "above";
    default:
      return treatment.fail('"AsIs", "AsFalse" or "AsTrue"');
  }
}
