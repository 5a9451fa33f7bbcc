import type { ErrorCode } from "../errors.ts";
import type { Signature } from "../graph/signature.ts";
import type { Example } from "../openapi/description.ts";
import { exampleRow } from "../openapi/features.ts";
import { arrayOf, objectSchema, type Schema, text } from "../openapi/schema.ts";
import type { FrameKey } from "./dataframes.ts";
import { featureErrors } from "./feature-errors.ts";
import { predictMethods } from "./predict-method.ts";

/** Values of rows, in whatever form. */
export const anything: Schema = { type: ["string", "number", "boolean", "object", "array", "null"] };
const rows: Schema = arrayOf(anything, {
  minItems: 1,
  description: "For each row an object of features or a list of values in their order; nested lists for a model of tensors.",
});
const value: Schema = { type: ["string", "number", "boolean", "null"] };

/** `params` and `parameters`. Others than this one are nobody's. */
export const methodParameters: Schema = {
  type: ["object", "null"],
  properties: {
    predict_method: { ...text, enum: predictMethods, description: "What of the model is asked for, by scikit-learn's names of it." },
  },
};

/** The forms in which MLflow's clients send data. */
export const frames: Readonly<Record<FrameKey, Schema>> = {
  dataframe_split: objectSchema(
    {
      columns: { ...arrayOf({}), type: ["array", "null"], description: "The features' names, in any order." },
      index: {},
      data: arrayOf(arrayOf(value), { minItems: 1 }),
    },
    { optional: ["columns", "index"], description: 'A table, as pandas\' `to_dict(orient="split")` makes it.' },
  ),
  dataframe_records: arrayOf({ type: "object", additionalProperties: value }, { minItems: 1, description: "A table by rows." }),
  instances: rows,
  inputs: { ...anything, description: "A list for each feature, by name; or rows. Of a model of tensors its inputs." },
};

/** An object with exactly one of the forms. */
export function frameBody(parameters: string): Schema {
  return {
    anyOf: Object.entries(frames).map(([key, schema]) =>
      objectSchema({ [key]: schema, [parameters]: methodParameters }, { optional: [parameters], open: true }),
    ),
  };
}

export function frameExamples(signature: Signature, keys: readonly FrameKey[]): { readonly examples?: Readonly<Record<string, Example>> } {
  const row = exampleRow(signature);
  if (row === undefined) return {};
  const { features, example = [] } = signature;
  const columns = features.map(({ name }) => name);
  const all: Readonly<Record<FrameKey, Example>> = {
    dataframe_split: { summary: "A table", value: { dataframe_split: { columns, data: [[...example]] } } },
    dataframe_records: { summary: "A table by rows", value: { dataframe_records: [row] } },
    instances: { summary: "Rows in order", value: { instances: [[...example]] } },
    inputs: {
      summary: "A table by columns",
      value: { inputs: Object.fromEntries(features.map(({ name }, index) => [name, [example[index] ?? null]])) },
    },
  };
  return { examples: Object.fromEntries(keys.map((key) => [key, all[key]])) };
}

export const frameErrors: readonly ErrorCode[] = [
  "BODY_EMPTY",
  "JSON_INVALID",
  "JSON_TOO_DEEP",
  "BODY_SHAPE_INVALID",
  "ARGUMENT_INVALID",
  "ROWS_EMPTY",
  "ROWS_TOO_MANY",
  "ROW_WIDTH_INVALID",
  ...featureErrors,
  "TENSOR_INVALID",
  "CONTENT_TYPE_UNSUPPORTED",
  "MODEL_NOT_FOUND",
  "OVERLOADED",
  "DEADLINE_EXCEEDED",
  "ENGINE_FAILED",
];
