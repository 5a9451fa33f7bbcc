import { SetosaError } from "../errors.ts";
import type { Feature, FeatureValue, Signature } from "../graph/signature.ts";
import { fieldReader } from "../protocols/csv-values.ts";
import { featureLookup } from "../protocols/predict/query.ts";

/**
 * A row as the command line has it: `a=1,b=2` by the features' names or aliases, `1,2` in their order, or JSON.
 * Quotes hold commas: `city="Paris, Texas"`. Values are read as those of CSV are.
 * @throws SetosaError ARGUMENT_INVALID, FEATURE_REPEATED, FEATURE_…, CATEGORY_UNKNOWN
 */
export function readRow(text: string, signature: Signature): unknown {
  if (/^\s*[{[]/.test(text)) return parse(text);
  const fields = splitFields(text);
  const pairs = fields.map((field) => nameAndValue(field, signature));
  const unnamed = pairs.findIndex(({ name }) => name === undefined);
  if (pairs.every(({ name }) => name === undefined)) return fields.map((field, index) => readValue(field, signature.features[index]));
  if (unnamed >= 0)
    throw new SetosaError("ARGUMENT_INVALID", `--row has ${JSON.stringify(fields[unnamed])}, which has no name.`, {
      path: "--row",
      hint: `Write name=value for each feature, such as ${example(signature)}.`,
    });
  return named(pairs, signature);
}

interface Pair {
  readonly name: string | undefined;
  readonly value: string;
}

function named(pairs: readonly Pair[], signature: Signature): Record<string, FeatureValue> {
  const lookup = featureLookup(signature);
  const row: Record<string, FeatureValue> = Object.create(null) as Record<string, FeatureValue>;
  for (const { name: given = "", value } of pairs) {
    const feature = lookup(given);
    // A name that nobody knows stays, so that the model refuses it with a suggestion.
    const name = feature?.name ?? given;
    if (Object.hasOwn(row, name))
      throw new SetosaError("FEATURE_REPEATED", `--row gives ${JSON.stringify(name)} more than once.`, {
        path: "--row",
        hint: "Give each feature once, and each row a --row of its own.",
      });
    row[name] = readValue(value, feature);
  }
  return row;
}

function readValue(field: string, feature: Feature | undefined): FeatureValue {
  const text = field.trim();
  const isQuoted = /^".*"$/s.test(text);
  const value = isQuoted ? text.slice(1, -1) : text;
  if (feature === undefined) return value;
  return fieldReader(feature)(value, isQuoted, () => `--row, column ${JSON.stringify(feature.name)}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new SetosaError("ARGUMENT_INVALID", `--row is no JSON: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      path: "--row",
      hint: `Write it in single quotes: --row '{"feature": 1}'.`,
      cause,
    });
  }
}

/** At commas outside of double quotes. */
function splitFields(text: string): string[] {
  const fields = [""];
  let inQuotes = false;
  for (const character of text) {
    if (character === '"') inQuotes = !inQuotes;
    if (character === "," && !inQuotes) fields.push("");
    else fields[fields.length - 1] += character;
  }
  return fields;
}

/** A feature's own name may hold an equals sign: the longest name that is known counts. */
function nameAndValue(field: string, signature: Signature): Pair {
  const lookup = featureLookup(signature);
  for (let at = field.lastIndexOf("="); at > 0; at = field.lastIndexOf("=", at - 1)) {
    const name = nameOf(field.slice(0, at));
    if (lookup(name) !== undefined) return { name, value: field.slice(at + 1) };
  }
  const at = field.indexOf("=");
  return at <= 0 ? { name: undefined, value: field } : { name: nameOf(field.slice(0, at)), value: field.slice(at + 1) };
}

function nameOf(text: string): string {
  return text.trim().replace(/^"(.*)"$/s, "$1");
}

function example({ features }: Signature): string {
  return features
    .slice(0, 2)
    .map(({ name }) => `${name}=…`)
    .join(",");
}
