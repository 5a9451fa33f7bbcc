import type { Feature, FeatureValue, Signature } from "../graph/signature.ts";
import type { Parameter } from "./description.ts";
import { anyOf, type Json, objectSchema, type Schema, type SchemaType } from "./schema.ts";

/** A list of more says nothing to people, and takes generators of code long: it is left to the server. */
export const mostChoices = 1000;
/** A row of more features is described as a list of any of their kinds. */
const longestTuple = 256;
/** What is shown of categories of which others are taken too. */
const shownCategories = 50;

/** From here on a number is infinite as a float32: 2^128 less half of the last place. */
const beyondFloat32 = 3.4028235677973366e38;

/** What a feature takes in a row of JSON, exactly, as far as JSON Schema can say it. */
export function featureSchema(feature: Feature): Schema {
  const { name, missing } = feature;
  const description = featureNote(feature);
  const value = valueSchema(feature);
  return { title: name, ...(description === "" ? {} : { description }), ...(missing ? orNull(value) : value) };
}

/** A row by name: everything has to be there but what has a value where it is absent. */
export function rowSchema(signature: Signature): Schema {
  const { features } = signature;
  const example = exampleRow(signature);
  return objectSchema(Object.fromEntries(features.map((feature) => [feature.name, featureSchema(feature)])), {
    optional: features.flatMap(({ name, absent }) => (absent === undefined ? [] : [name])),
    description: "A row: a value for every feature, and nothing else.",
    ...(example === undefined ? {} : { examples: [example] }),
  });
}

/** The same as a list, in the features' order. */
export function valuesSchema({ features, example }: Signature): Schema {
  const description = "The same row as a list of values, in the features' order.";
  const examples = example === undefined ? {} : { examples: [example] };
  const length = { minItems: features.length, maxItems: features.length };
  if (features.length <= longestTuple)
    return { type: "array", description, ...examples, prefixItems: features.map(featureSchema), ...length };
  const kinds = new Map(
    features.map((feature) => {
      const kind = feature.missing ? orNull(valueSchema(feature)) : valueSchema(feature);
      return [JSON.stringify(kind), kind];
    }),
  );
  return { type: "array", description, ...examples, items: anyOf([...kinds.values()]), ...length };
}

/** The model's own example, by name. */
export function exampleRow({ features, example }: Signature): { readonly [name: string]: Json } | undefined {
  return example && Object.fromEntries(features.map(({ name }, index) => [name, example[index] ?? null]));
}

/** Features as they stand in a query. */
export function queryParameters({ features, example }: Signature): Parameter[] {
  return features.map((feature, index) => {
    const { name, absent } = feature;
    const description = featureNote(feature);
    const value = example?.[index];
    return {
      name,
      in: "query",
      // Without any of them, the model's own example is predicted.
      required: example === undefined && absent === undefined,
      ...(description === "" ? {} : { description }),
      schema: querySchema(feature),
      ...(value === undefined || value === null ? {} : { example: value }),
    };
  });
}

function querySchema(feature: Feature): Schema {
  const { dtype, missing } = feature;
  if (dtype === "bool") return missing ? orNull({ type: "boolean" }) : { type: "boolean" };
  const schema = valueSchema(feature);
  // An empty text is a text; of numbers it is the missing one.
  return missing && dtype !== "string" ? orNull(schema) : schema;
}

function valueSchema(feature: Feature): Schema {
  const { dtype, categories, unknown } = feature;
  if (dtype === "bool" || categories?.some((category) => typeof category === "boolean") === true)
    return { anyOf: [{ type: "boolean" }, { type: "integer", enum: [0, 1] }] };
  if (unknown === "error" && categories !== undefined && categories.length <= mostChoices) {
    const choices = dtype === "string" ? categories.map(String) : categories.map(Number).filter(Number.isFinite);
    if (choices.length > 0) return { type: plainType(feature), enum: [...new Set<string | number>(choices)] };
  }
  switch (dtype) {
    case "string":
      return { type: "string" };
    case "int64":
      return { type: "integer", format: "int64", minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
    case "float32":
      return { type: "number", format: "float", exclusiveMinimum: -beyondFloat32, exclusiveMaximum: beyondFloat32 };
    case "float64":
      return { type: "number", format: "double" };
  }
}

function plainType({ dtype }: Feature): SchemaType {
  return dtype === "string" ? "string" : dtype === "int64" ? "integer" : "number";
}

function orNull(schema: Schema): Schema {
  if (schema.anyOf !== undefined) return { ...schema, anyOf: [...schema.anyOf, { type: "null" }] };
  return {
    ...schema,
    ...(schema.type === undefined ? {} : { type: [schema.type, "null" as const].flat() }),
    ...(schema.enum === undefined ? {} : { enum: [...schema.enum, null] }),
  };
}

/** What can be said in words: values beyond the range of training are taken, and so are unknown categories where training took them. */
function featureNote({ dtype, min, max, categories, unknown, missing, absent }: Feature): string {
  const some: readonly FeatureValue[] = (categories ?? []).slice(0, shownCategories);
  const list = some.map((category) => JSON.stringify(category)).join(", ") + ((categories ?? []).length > some.length ? ", …" : "");
  const notes = [
    min === undefined || max === undefined ? "" : `${min} to ${max} in training.`,
    categories === undefined || unknown === "error" ? "" : `${list} in training; others are predicted as the framework does.`,
    unknown === "error" && (categories ?? []).length > mostChoices ? `One of ${(categories ?? []).length} categories: ${list}.` : "",
    missing ? `${dtype === "string" ? "`null`" : "`null` (in a query `null` or nothing)"} where it is not known.` : "",
    absent === undefined ? "" : `${absent} where it is absent.`,
  ];
  return notes.filter((note) => note !== "").join(" ");
}
