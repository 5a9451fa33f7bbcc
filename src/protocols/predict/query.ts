import { SetosaError } from "../../errors.ts";
import type { Feature, FeatureValue, Signature } from "../../graph/signature.ts";
import { featureAlias } from "../../models/alias.ts";

/** From a name in a query to the feature; undefined where none is meant. */
export type FeatureLookup = (name: string) => Feature | undefined;

/** By a feature's own name, or an alias such as `sepal_length` for `sepal length (cm)`. */
export function featureLookup(signature: Signature): FeatureLookup {
  const byName = new Map(signature.features.map((feature) => [feature.name, feature]));
  const alias = featureAlias(signature);
  return (name) => byName.get(alias(name) ?? name);
}

/**
 * The row that a query spells: `sepal_length=5.1&…`. Names are features' own, or aliases that `lookup` knows;
 * a name that is neither stays as it is, so that the model refuses it with a suggestion. Text that reads as the
 * feature's type becomes that; other text stays text, which the model refuses in its own words.
 * @throws SetosaError FEATURE_REPEATED
 */
export function decodeQuery(query: string, lookup: FeatureLookup): Record<string, FeatureValue> {
  const row: Record<string, FeatureValue> = Object.create(null) as Record<string, FeatureValue>;
  for (const [key, text] of new URLSearchParams(query)) {
    const feature = lookup(key);
    const name = feature?.name ?? key;
    if (Object.hasOwn(row, name))
      throw new SetosaError("FEATURE_REPEATED", `The query gives ${JSON.stringify(name)} more than once.`, {
        path: `[${JSON.stringify(name)}]`,
        hint: "Give each feature once; send several rows with POST.",
      });
    row[name] = feature === undefined ? text : readValue(text, feature);
  }
  return row;
}

/** The number as JSON writes it, so that a query takes what a body takes. */
const numberPattern = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

function readValue(text: string, { dtype }: Feature): FeatureValue {
  if (dtype === "string") return text;
  if (text === "" || text === "null") return null;
  if (dtype === "bool") return text === "true" ? true : text === "false" ? false : text;
  return numberPattern.test(text) ? Number(text) : text;
}

/** How the features are written in a query, from the example row; undefined where there is none. */
export function exampleQuery({ features, example }: Signature): string | undefined {
  if (example === undefined) return undefined;
  const query = new URLSearchParams();
  for (const [index, { name }] of features.entries()) query.append(name, String(example[index] ?? ""));
  return query.toString();
}
