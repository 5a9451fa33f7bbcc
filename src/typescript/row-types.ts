import type { Feature } from "../graph/signature.ts";
import { commentText, stringLiteral } from "./text.ts";

/** A union of more literals says nothing to people any more, and takes the type checker long. */
export const mostLiterals = 1000;
/** A tuple of more is a list: nobody writes it by hand. */
const longestTuple = 256;

/** The members of an interface for a row by name. */
export function rowMembers(features: readonly Feature[]): string[] {
  return features.flatMap((feature) => {
    const note = featureNote(feature);
    return [
      ...(note === "" ? [] : [`  /** ${note} */`]),
      `  ${stringLiteral(feature.name)}${feature.absent === undefined ? "" : "?"}: ${featureType(feature)};`,
    ];
  });
}

/** The type of a row as a list, in the features' order. */
export function valuesType(features: readonly Feature[]): string {
  const types = features.map(featureType);
  if (types.length <= longestTuple) return `readonly [${types.join(", ")}]`;
  const all = [...new Set(types)];
  return `readonly (${all.length <= 20 ? all.join(" | ") : "number | string | boolean | null"})[]`;
}

function featureType(feature: Feature): string {
  const type = valueType(feature);
  return feature.missing ? `${type} | null` : type;
}

function valueType({ dtype, categories, unknown }: Feature): string {
  if (dtype === "bool" || categories?.some((category) => typeof category === "boolean") === true) return "boolean";
  const plain = dtype === "string" ? "string" : "number";
  if (categories === undefined || categories.length === 0 || categories.length > mostLiterals) return plain;
  const literals = categories.map(literalType);
  if (literals.includes(undefined)) return plain;
  const union = [...new Set(literals)].join(" | ");
  if (unknown === "error") return union;
  // Others are taken too; written so that editors go on suggesting the known ones.
  return dtype === "string" ? `${union} | (string & {})` : plain;
}

/** The literal type of a category or class; undefined where there is none. */
export function literalType(value: string | number | boolean): string | undefined {
  if (typeof value === "string") return stringLiteral(value);
  return typeof value === "boolean" || Number.isFinite(value) ? String(value) : undefined;
}

function featureNote({ name, dtype, min, max, missing, absent }: Feature): string {
  const notes = [
    dtype === "int64" ? "A whole number." : "",
    min === undefined || max === undefined ? "" : `${commentText(String(min))} to ${commentText(String(max))} in training.`,
    missing ? "null where it is not known." : "",
    absent === undefined ? "" : "0 where it is absent.",
    // In an object literal that key would be the object's prototype.
    name === "__proto__" ? 'Write it as ["__proto__"].' : "",
  ];
  return notes.filter((note) => note !== "").join(" ");
}
