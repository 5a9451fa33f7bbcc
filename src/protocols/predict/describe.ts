import type { ErrorCode } from "../../errors.ts";
import type { Signature } from "../../graph/signature.ts";
import type { Model } from "../../models/model.ts";
import type { Describing, Example, Media, Operation, RequestBody, RouteDescription, Tag } from "../../openapi/description.ts";
import { exampleRow, queryParameters } from "../../openapi/features.ts";
import { type Described, modelMembers, type RowSchemas, rowSchemas, schemaPrefix, versionWord } from "../../openapi/model-schemas.ts";
import { waitingParameters } from "../../openapi/parameters.ts";
import { anyOf, arrayOf, flag, type Json, objectSchema, type Schema, text } from "../../openapi/schema.ts";
import { inputsSchema, nestedSchema, outputsSchema } from "../../openapi/tensors.ts";
import { csvValues } from "../row-text.ts";
import { mediaTypes } from "./tables/formats.ts";

const predictions: Tag = {
  name: "Predictions",
  description: "Setosa's own protocol: rows of features as JSON, CSV or Arrow, answered with classes and probabilities, or values.",
};
export const modelsTag: Tag = { name: "Models", description: "What is loaded: features, classes, engine, parity." };

export const bodyErrors: readonly ErrorCode[] = ["BODY_EMPTY", "JSON_INVALID", "JSON_TOO_DEEP", "BODY_SHAPE_INVALID"];
export const rowErrors: readonly ErrorCode[] = [
  "FEATURE_MISSING",
  "FEATURE_UNKNOWN",
  "FEATURE_TYPE_INVALID",
  "FEATURE_NOT_FINITE",
  "FEATURE_NULL",
  "CATEGORY_UNKNOWN",
];
const laterErrors: readonly ErrorCode[] = ["ARGUMENT_INVALID", "OVERLOADED", "DEADLINE_EXCEEDED", "ENGINE_FAILED"];

export interface DescribedRoute extends Described {
  /** Whether its path names the model, and the version. */
  readonly named: "" | "model" | "version";
  /** Rows in one request. */
  readonly rows: number;
}

/** Predictions of a model. */
export function describePredictions(route: DescribedRoute, using: Describing): RouteDescription {
  const { model } = route;
  if (model.signature.task.kind === "tensors") return { tag: predictions, post: tensorPredictions(route, using) };
  const schemas = rowSchemas(route, using);
  return { tag: predictions, get: fromQuery(route, schemas, using), post: rowPredictions(route, schemas, using) };
}

function operationId({ model, named }: DescribedRoute, { identifier }: Describing): string {
  if (named === "") return "predict";
  return `predict${identifier(model.name)}${named === "version" ? versionWord(model.version) : ""}`;
}

/** Models come and go, and a document is of one moment. */
export function missingErrors({ named }: DescribedRoute): readonly ErrorCode[] {
  return named === "version" ? ["MODEL_NOT_FOUND", "MODEL_VERSION_NOT_FOUND"] : ["MODEL_NOT_FOUND"];
}

function summaryOf({ model, named }: DescribedRoute, what: string): string {
  const which =
    named === "" ? `the default model, ${model.name}` : `${model.name}${named === "version" ? `, version ${model.version}` : ""}`;
  return `${what} of ${which}`;
}

function laterOf({ answersInline }: Model): Pick<Operation, "parameters"> & { readonly codes: readonly ErrorCode[] } {
  return answersInline ? { codes: [] } : { parameters: waitingParameters, codes: laterErrors };
}

function fromQuery(route: DescribedRoute, { answer }: RowSchemas, using: Describing): Operation {
  const { model } = route;
  const { signature } = model;
  const { parameters = [], codes } = laterOf(model);
  const example = signature.example === undefined ? "" : " Without any of them, the model's own example row is predicted.";
  return {
    id: `${operationId(route, using)}FromQuery`,
    summary: summaryOf(route, "A prediction"),
    description: `Features as parameters of the query, all of them.${example} Names may also be in snake case, with or without the unit: \`sepal_length\` for \`sepal length (cm)\`. The answer is in words unless \`Accept\` asks for JSON.`,
    parameters: [...queryParameters(signature), ...parameters],
    replies: {
      200: {
        description: "The prediction.",
        content: { "application/json": { schema: answer }, "text/plain": { schema: { ...text, examples: ["Prediction: …"] } } },
      },
    },
    errors: [...rowErrors, "FEATURE_REPEATED", ...missingErrors(route), ...codes],
  };
}

function rowPredictions(route: DescribedRoute, schemas: RowSchemas, using: Describing): Operation {
  const { model } = route;
  const { parameters, codes } = laterOf(model);
  const prefix = schemaPrefix(route, using);
  const many = using.schema(JSON.stringify(["answers", model.name, model.version]), `${prefix}Answers`, () =>
    objectSchema({ ...modelMembers(model), predictions: arrayOf(schemas.prediction, { minItems: 1 }) }),
  );
  return {
    id: operationId(route, using),
    summary: summaryOf(route, "Predictions"),
    description:
      "One row is answered with one prediction; a list of rows, also under `instances`, with a list. Tables, in CSV or as an Arrow stream, are read and answered while they come, whatever their length. `Accept` says how the answer is to be written.",
    ...(parameters === undefined ? {} : { parameters }),
    body: rowsBody(route, schemas, using),
    replies: {
      200: {
        description: "The predictions, in the order of the rows.",
        content: {
          [mediaTypes.json]: { schema: anyOf([schemas.answer, many]) },
          [mediaTypes.csv]: { schema: { ...text, description: "A header, and a line for each row." } },
          [mediaTypes.arrow]: { schema: { type: "string", format: "binary" } },
        },
      },
    },
    errors: [
      ...bodyErrors,
      ...rowErrors,
      "ROW_WIDTH_INVALID",
      "ROWS_EMPTY",
      "ROWS_TOO_MANY",
      "CSV_INVALID",
      "FEATURE_REPEATED",
      "CONTENT_TYPE_UNSUPPORTED",
      ...missingErrors(route),
      ...codes,
    ],
  };
}

function rowsBody(route: DescribedRoute, schemas: RowSchemas, using: Describing): RequestBody {
  return {
    required: true,
    content: {
      [mediaTypes.json]: rowsContent(route, schemas, using),
      [mediaTypes.csv]: { schema: text, ...csvExample(route.model.signature) },
      [mediaTypes.arrow]: { schema: { type: "string", format: "binary" } },
    },
  };
}

/** Rows in JSON: one, by name or in order, or several. */
export function rowsContent(route: DescribedRoute, { row, values }: RowSchemas, using: Describing): Media {
  const { model, rows } = route;
  const { signature } = model;
  // Routes may take different numbers of rows.
  const list = using.schema(JSON.stringify(["rows", model.name, model.version, rows]), `${schemaPrefix(route, using)}Rows`, () =>
    arrayOf(anyOf([row, values]), { description: "Rows, each by name or in order.", minItems: 1, maxItems: rows }),
  );
  // A model may have a feature of that name.
  const instances = signature.features.some(({ name }) => name === "instances") ? [] : [objectSchema({ instances: list })];
  return { schema: anyOf([row, values, list, ...instances]), ...jsonExamples(signature, instances.length > 0) };
}

function jsonExamples(signature: Signature, instances: boolean): { readonly examples?: Readonly<Record<string, Example>> } {
  const row = exampleRow(signature);
  if (row === undefined) return {};
  const values = Object.values(row);
  return {
    examples: {
      row: { summary: "A row by name", value: row },
      values: { summary: "A row in order", value: orderedExample(signature) },
      rows: { summary: "Several rows", value: [row, orderedExample(signature)] },
      ...(instances && values.length > 0 ? { instances: { summary: "Several rows under a name", value: { instances: [row] } } } : {}),
    },
  };
}

/** Not by the object's keys: those that look like numbers would come first. */
function orderedExample({ example = [] }: Signature): readonly Json[] {
  return [...example];
}

function csvExample({ features, example }: Signature): { readonly examples?: Readonly<Record<string, Example>> } {
  if (example === undefined) return {};
  const field = (value: Json) => (value === null ? "" : csvValues.label(value as string | number | boolean));
  const lines = [features.map(({ name }) => field(name)), example.map(field)].map((fields) => csvValues.list(fields));
  return { examples: { table: { summary: "A table with a header", value: `${lines.join("\n")}\n` } } };
}

function tensorPredictions(route: DescribedRoute, using: Describing): Operation {
  const { model } = route;
  const { graph } = model;
  const { parameters, codes } = laterOf(model);
  const prefix = schemaPrefix(route, using);
  const key = (what: string) => JSON.stringify([what, model.name, model.version]);
  const inputs = using.schema(key("inputs"), `${prefix}Inputs`, () => inputsSchema(graph));
  const [only] = graph.inputs;
  const given: Schema = anyOf(only !== undefined && graph.inputs.length === 1 ? [inputs, nestedSchema(only)] : [inputs]);
  const answer = using.schema(key("answer"), `${prefix}Answer`, () =>
    objectSchema({ ...modelMembers(model), outputs: outputsSchema(graph) }),
  );
  return {
    id: operationId(route, using),
    summary: summaryOf(route, "Outputs"),
    description: "The model takes tensors, as nested lists.",
    ...(parameters === undefined ? {} : { parameters }),
    body: {
      required: true,
      content: { [mediaTypes.json]: { schema: anyOf([objectSchema({ inputs: given }), objectSchema({ instances: given })]) } },
    },
    replies: { 200: { description: "The outputs by name, as nested lists.", content: { [mediaTypes.json]: { schema: answer } } } },
    errors: [...bodyErrors, "TENSOR_INVALID", "CONTENT_TYPE_UNSUPPORTED", ...missingErrors(route), ...codes],
  };
}

/** `GET /models` */
export function describeModels(using: Describing): RouteDescription {
  const failure = objectSchema({ code: text, message: text, hint: text }, { optional: ["hint"] });
  const schema = using.schema("models", "Models", () =>
    objectSchema({
      models: arrayOf(
        objectSchema(
          {
            name: text,
            version: text,
            state: { ...text, enum: ["ready", "failed"] },
            default: flag,
            task: text,
            engine: text,
            path: { ...text, description: "Where the model is described." },
            error: failure,
          },
          { optional: ["version", "default", "task", "engine", "path", "error"], open: true },
        ),
      ),
    }),
  );
  return {
    tag: modelsTag,
    get: {
      id: "listModels",
      summary: "The models, and those that could not be loaded",
      replies: { 200: { description: "Every version.", content: { "application/json": { schema } } } },
    },
  };
}

/** `GET /models/{model}`, and of a version. */
export function describeDescription(model: Model, ofVersion: boolean, using: Describing): RouteDescription {
  const schema = using.schema("model", "ModelDescription", modelDescription);
  return {
    tag: modelsTag,
    path: `/models/{model}${ofVersion ? "/versions/{version}" : ""}`,
    names: { model: model.name, ...(ofVersion ? { version: model.version } : {}) },
    get: {
      id: ofVersion ? "getModelVersion" : "getModel",
      summary: ofVersion ? "About a version of a model" : "About a model, in the version that answers where none is named",
      replies: { 200: { description: "Features, classes, engine and why, parity.", content: { "application/json": { schema } } } },
      errors: ofVersion ? ["MODEL_NOT_FOUND", "MODEL_VERSION_NOT_FOUND"] : ["MODEL_NOT_FOUND"],
    },
  };
}

function modelDescription(): Schema {
  const tensors = arrayOf(objectSchema({ name: text, dtype: text, shape: arrayOf({ type: ["integer", "string", "null"] }) }));
  const feature = objectSchema(
    {
      name: text,
      dtype: { ...text, enum: ["float32", "float64", "int64", "bool", "string"] },
      missing: { ...flag, description: "Whether the model takes a missing value." },
      absent: { const: 0 },
      categories: arrayOf({ type: ["string", "number", "boolean"] }),
      unknown: { ...text, enum: ["error", "ignore"] },
      min: { type: ["number", "null"] },
      max: { type: ["number", "null"] },
    },
    { optional: ["absent", "categories", "unknown", "min", "max"] },
  );
  return objectSchema(
    {
      name: text,
      version: text,
      versions: arrayOf(text),
      state: { ...text, const: "ready" },
      default: flag,
      task: text,
      classes: arrayOf({ type: ["string", "number", "boolean"] }),
      targets: arrayOf(text),
      features: arrayOf(feature),
      inputs: tensors,
      outputs: tensors,
      example: { type: "object", additionalProperties: { type: ["string", "number", "boolean", "null"] } },
      engine: text,
      reason: { ...text, description: "Why that engine." },
    },
    { optional: ["classes", "targets", "example"], open: true },
  );
}
