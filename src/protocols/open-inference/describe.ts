import type { ErrorCode } from "../../errors.ts";
import type { Model } from "../../models/model.ts";
import type { Describing, Example, Operation, RouteDescription, Tag } from "../../openapi/description.ts";
import { exampleName, modelPath } from "../../openapi/names.ts";
import { waitingParameters } from "../../openapi/parameters.ts";
import { arrayOf, count, flag, integer, type Json, objectSchema, type Schema, text } from "../../openapi/schema.ts";
import { datatypeNames } from "../open-inference-datatypes.ts";
import { inputTensors } from "../open-inference-metadata.ts";

export const tag: Tag = {
  name: "Open Inference Protocol",
  description: "Version 2, over HTTP, with Triton's extensions: what clients of Triton, KServe and MLServer send. Tensors in, tensors out.",
};

const json = "application/json";
const bytes = "application/octet-stream";

/** What the parts of the protocol that only tell something answer. */
const answers = {
  Server: () => objectSchema({ name: text, version: text, extensions: arrayOf(text) }),
  Live: () => objectSchema({ live: { ...flag, const: true } }),
  Ready: () => objectSchema({ ready: { ...flag, const: true } }),
  Models: () => objectSchema({ models: arrayOf(text) }),
  Model: () => {
    const tensors = arrayOf(objectSchema({ name: text, datatype: datatype, shape: arrayOf(integer) }));
    return objectSchema({ name: text, versions: arrayOf(text), platform: text, inputs: tensors, outputs: tensors });
  },
  ModelReady: () => objectSchema({ name: text, ready: { ...flag, const: true } }),
  ModelConfig: () => {
    const tensors = arrayOf(objectSchema({ name: text, data_type: text, dims: arrayOf(integer) }));
    return objectSchema(
      { name: text, platform: text, backend: text, max_batch_size: count, input: tensors, output: tensors },
      { open: true, description: "Triton's model configuration, as far as its clients read it." },
    );
  },
  Statistics: () => {
    const duration = objectSchema({ count, ns: count });
    const parts = ["success", "fail", "queue", "compute_input", "compute_infer", "compute_output", "cache_hit", "cache_miss"];
    const model = objectSchema(
      {
        name: text,
        version: text,
        last_inference: { ...count, description: "Milliseconds since 1970." },
        inference_count: count,
        execution_count: count,
        inference_stats: objectSchema(Object.fromEntries(parts.map((part) => [part, duration]))),
      },
      { open: true },
    );
    return objectSchema({ model_stats: arrayOf(model) });
  },
} satisfies Readonly<Record<string, () => Schema>>;

const datatype: Schema = { ...text, enum: datatypeNames };

/** Of a route that tells something. */
export interface Told {
  /** Behind `openInference`. */
  readonly id: string;
  readonly summary: string;
  readonly answer: keyof typeof answers;
  readonly errors?: readonly ErrorCode[];
}

/** A route that is asked with GET for something about the server. */
export function describeGet({ id, summary, answer, errors = [] }: Told, using: Describing): RouteDescription {
  const schema = using.schema(`open inference ${answer}`, `Inference${answer}`, answers[answer]);
  return {
    tag,
    get: { id: `openInference${id}`, summary, replies: { 200: { description: "It.", content: { [json]: { schema } } } }, errors },
  };
}

/** The same about a model. */
export function describeModelGet(
  told: Omit<Told, "errors">,
  place: { readonly name: string; readonly version?: string | undefined; readonly after: string },
  using: Describing,
): RouteDescription {
  const ofVersion = place.version !== undefined;
  const errors: readonly ErrorCode[] = ofVersion ? ["MODEL_NOT_FOUND", "MODEL_VERSION_NOT_FOUND"] : ["MODEL_NOT_FOUND"];
  return {
    ...describeGet({ ...told, id: `${told.id}${ofVersion ? "OfVersion" : ""}`, errors }, using),
    ...modelPath("/v2/models", place, place.after),
  };
}

export function describeInfer(model: Model, version: string | undefined, using: Describing): RouteDescription {
  const ofVersion = version !== undefined;
  const request = using.schema("infer request", "InferRequest", inferRequest);
  const response = using.schema("infer response", "InferResponse", inferResponse);
  const binary = { schema: { type: "string", format: "binary" } } as const;
  const post: Operation = {
    id: ofVersion ? "openInferenceInferVersion" : "openInferenceInfer",
    summary: `Tensors answered with tensors, by a model${ofVersion ? " in one version" : ""}`,
    description:
      "Inputs are the graph's own (`GET …` without `/infer` lists them), or one tensor for each feature. `outputs` selects; without it all are answered. Bytes may follow the JSON (`application/octet-stream` with `Inference-Header-Content-Length`), and be asked for with `binary_data_output`.",
    parameters: [
      {
        name: "Inference-Header-Content-Length",
        in: "header",
        description: "Bytes of the JSON, where tensors follow it; 0 where the body is the only input.",
        schema: count,
      },
      ...(model.answersTensorsInline ? [] : waitingParameters),
    ],
    body: {
      required: true,
      content: { [json]: { schema: request, ...inferExample(model, ofVersion) }, [bytes]: binary },
    },
    replies: { 200: { description: "The outputs.", content: { [json]: { schema: response }, [bytes]: binary } } },
    errors: [
      ...(ofVersion ? (["MODEL_NOT_FOUND", "MODEL_VERSION_NOT_FOUND"] as const) : (["MODEL_NOT_FOUND"] as const)),
      "BODY_EMPTY",
      "JSON_INVALID",
      "JSON_TOO_DEEP",
      "BODY_SHAPE_INVALID",
      "REQUEST_INVALID",
      "TENSOR_INVALID",
      "ROWS_EMPTY",
      "ROWS_TOO_MANY",
      "FEATURE_NULL",
      "FEATURE_NOT_FINITE",
      "CATEGORY_UNKNOWN",
      "CONTENT_TYPE_UNSUPPORTED",
      ...(model.answersTensorsInline ? [] : (["ARGUMENT_INVALID", "OVERLOADED", "DEADLINE_EXCEEDED", "ENGINE_FAILED"] as const)),
    ],
  };
  return { tag, ...modelPath("/v2/models", { name: model.name, version }, "/infer"), post };
}

const parameters: Schema = { type: ["object", "null"] };

function inferRequest(): Schema {
  const input = objectSchema(
    { name: text, datatype, shape: arrayOf(integer), data: tensorData, parameters },
    { optional: ["data", "parameters"], open: true },
  );
  const output = objectSchema({ name: text, parameters }, { optional: ["parameters"], open: true });
  return objectSchema(
    { id: { ...text, description: "Comes back." }, parameters, inputs: arrayOf(input, { minItems: 1 }), outputs: arrayOf(output) },
    { optional: ["id", "parameters", "outputs"], open: true },
  );
}

/** `null` is NaN; lists may nest as the shape says. */
const tensorData: Schema = arrayOf(
  { type: ["number", "string", "boolean", "null", "array"] },
  { description: "Row-major, in one list or nested." },
);

function inferResponse(): Schema {
  const output = objectSchema(
    {
      name: text,
      datatype,
      shape: arrayOf(integer),
      data: arrayOf({ type: ["number", "string", "boolean", "null"] }),
      parameters: objectSchema({ binary_data_size: count }),
    },
    { optional: ["data", "parameters"] },
  );
  return objectSchema({ id: text, model_name: text, model_version: text, outputs: arrayOf(output) }, { optional: ["id"] });
}

/** The model's own example row. */
function inferExample(model: Model, versioned: boolean): { readonly examples?: Readonly<Record<string, Example>> } {
  const { example, features } = model.signature;
  if (example === undefined) return {};
  const inputs = inputTensors(model).map(({ name, datatype: type, shape }): Json => {
    const columns = [...features.entries()]
      .filter(([, { input }]) => input === name)
      .sort(([, one], [, other]) => one.column - other.column);
    const data = columns.map(([index]): Json => example[index] ?? null);
    // A missing text is an empty one.
    return {
      name,
      datatype: type,
      shape: shape.map((size, axis) => (axis === 0 ? 1 : size)),
      data: type === "BYTES" ? data.map((value) => value ?? "") : data,
    };
  });
  return { examples: { [exampleName(model, versioned)]: { summary: `The example row of ${model.name}`, value: { inputs } } } };
}

export function describeIndex(using: Describing): RouteDescription {
  const entry = objectSchema(
    { name: text, version: text, state: { ...text, enum: ["READY", "LOADING", "UNAVAILABLE"] }, reason: text },
    { optional: ["version"] },
  );
  const schema = using.schema("repository index", "RepositoryIndex", () => arrayOf(entry));
  return {
    tag,
    post: {
      id: "openInferenceRepositoryIndex",
      summary: "The repository's models, ready or not",
      body: {
        content: {
          [json]: {
            schema: objectSchema({ ready: flag }, { optional: ["ready"], open: true, description: "`ready`: only those that are." }),
          },
        },
      },
      replies: { 200: { description: "Every version.", content: { [json]: { schema } } } },
      errors: ["JSON_INVALID", "JSON_TOO_DEEP", "CONTENT_TYPE_UNSUPPORTED"],
    },
  };
}

export function describeControl(action: "load" | "unload"): RouteDescription {
  return {
    tag,
    path: `/v2/repository/models/{model}/${action}`,
    post: {
      id: `openInference${action === "load" ? "Load" : "Unload"}`,
      summary: `${action === "load" ? "Loads" : "Unloads"} a model`,
      description: "Where the server was started with `--model-control`, and on its admin listener.",
      body: { content: { [json]: { schema: objectSchema({ parameters: { type: "object" } }, { optional: ["parameters"], open: true }) } } },
      replies: {
        200: {
          description: "It is done.",
          content: { [json]: { schema: objectSchema({ name: text, [action]: { ...flag, const: true } }) } },
        },
      },
      errors: ["PERMISSION_DENIED", "MODEL_NOT_FOUND", "BODY_SHAPE_INVALID", "JSON_INVALID", "JSON_TOO_DEEP", "CONTENT_TYPE_UNSUPPORTED"],
    },
  };
}
