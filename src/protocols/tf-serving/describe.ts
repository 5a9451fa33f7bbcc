import type { ErrorCode } from "../../errors.ts";
import type { Model } from "../../models/model.ts";
import type { Content, Describing, Example, RouteDescription, Tag } from "../../openapi/description.ts";
import { exampleRow } from "../../openapi/features.ts";
import { exampleName } from "../../openapi/names.ts";
import { waitingParameters } from "../../openapi/parameters.ts";
import { arrayOf, flag, type Json, objectSchema, type Schema, text } from "../../openapi/schema.ts";
import { featureErrors } from "../feature-errors.ts";
import type { VerbName } from "./handlers.ts";

const tag: Tag = {
  name: "TensorFlow Serving and KServe v1",
  description:
    "TensorFlow Serving's REST API, and KServe's data plane v1, which comes from it. Bodies are read as JSON whatever their type.",
};

const json = "application/json";

/** How a path names the model: alone, in a version, or by a label. */
export interface NamedBy {
  readonly model: string;
  readonly version?: string | undefined;
  readonly label?: string | undefined;
}

function place({ model, version, label }: NamedBy, after: string): Pick<RouteDescription, "path" | "names"> {
  if (label !== undefined) return { path: `/v1/models/{model}/labels/{label}${after}`, names: { model, label } };
  if (version !== undefined) return { path: `/v1/models/{model}/versions/{version}${after}`, names: { model, version } };
  return { path: `/v1/models/{model}${after}`, names: { model } };
}

function idOf(what: string, { version, label }: NamedBy): string {
  return `tfServing${what}${label !== undefined ? "OfLabel" : version !== undefined ? "OfVersion" : ""}`;
}

function absent({ version, label }: NamedBy): readonly ErrorCode[] {
  if (label !== undefined) return ["MODEL_NOT_FOUND", "ARGUMENT_INVALID"];
  return version === undefined ? ["MODEL_NOT_FOUND"] : ["MODEL_NOT_FOUND", "MODEL_VERSION_NOT_FOUND"];
}

function content(schema: Schema, examples?: Readonly<Record<string, Example>>): Content {
  return { [json]: { schema, ...(examples === undefined ? {} : { examples }) } };
}

export function describeList(): RouteDescription {
  const schema = objectSchema({ models: arrayOf(text) });
  return {
    tag,
    get: { id: "tfServingModels", summary: "The models' names", replies: { 200: { description: "All.", content: content(schema) } } },
  };
}

export function describeStatus(by: NamedBy, using: Describing): RouteDescription {
  const schema = using.schema("tf status", "ModelStatus", () => {
    const status = objectSchema({ error_code: text, error_message: text });
    const version = objectSchema({ version: text, state: { ...text, enum: ["AVAILABLE", "END"] }, status });
    return objectSchema({ model_version_status: arrayOf(version), name: text, ready: flag });
  });
  return {
    tag,
    ...place(by, ""),
    get: {
      id: idOf("Status", by),
      summary: "Whether a model answers, by version",
      replies: { 200: { description: "Newest version first.", content: content(schema) } },
      errors: absent(by),
    },
  };
}

export function describeMetadata(by: NamedBy, using: Describing): RouteDescription {
  const schema = using.schema("tf metadata", "ModelMetadata", () => {
    const dim = arrayOf(objectSchema({ size: text, name: text }));
    const tensor = objectSchema({ dtype: text, tensor_shape: objectSchema({ dim, unknown_rank: flag }), name: text });
    const tensors: Schema = { type: "object", additionalProperties: tensor };
    const signature = objectSchema({ inputs: tensors, outputs: tensors, method_name: text });
    const signatures = objectSchema({ signature_def: { type: "object", additionalProperties: signature } });
    return objectSchema({
      model_spec: objectSchema({ name: text, signature_name: text, version: text }),
      metadata: objectSchema({ signature_def: signatures }, { open: true }),
    });
  });
  return {
    tag,
    ...place(by, "/metadata"),
    get: {
      id: idOf("Metadata", by),
      summary: "Inputs and outputs of a model, by signature",
      replies: { 200: { description: "GetModelMetadataResponse.", content: content(schema) } },
      errors: absent(by),
    },
  };
}

const signatureName: Schema = { ...text, description: "`GET …/metadata` lists what a model has." };
/** NaN and the infinities stand in bodies as bare tokens, which are no JSON. */
const anything: Schema = { type: ["string", "number", "boolean", "object", "array", "null"] };

const verbs: Readonly<Record<VerbName, { readonly summary: string; readonly request: () => Schema; readonly response: () => Schema }>> = {
  predict: {
    summary: "Predictions by rows (`instances`) or by columns (`inputs`)",
    request: () => ({
      anyOf: [
        objectSchema(
          {
            signature_name: signatureName,
            instances: arrayOf(anything, {
              minItems: 1,
              description: "A list of values, an object of features, or an object of the graph's inputs for each row.",
            }),
          },
          { optional: ["signature_name"], open: true },
        ),
        objectSchema(
          {
            signature_name: signatureName,
            inputs: { ...anything, description: "A list for each feature or input, by name; or the only input." },
          },
          { optional: ["signature_name"], open: true },
        ),
      ],
    }),
    response: () => ({ anyOf: [objectSchema({ predictions: arrayOf(anything) }), objectSchema({ outputs: anything })] }),
  },
  classify: {
    summary: "Every class with its score",
    request: examples,
    response: () =>
      objectSchema({
        results: arrayOf(arrayOf({ type: "array", prefixItems: [text, { type: ["number", "null"] }], minItems: 2, maxItems: 2 })),
      }),
  },
  regress: {
    summary: "The value for each example",
    request: examples,
    response: () => objectSchema({ results: arrayOf({ type: ["number", "null"] }) }),
  },
};

function examples(): Schema {
  const features: Schema = { type: "object", additionalProperties: anything };
  return objectSchema(
    {
      signature_name: signatureName,
      examples: arrayOf(features, { minItems: 1 }),
      context: { ...features, description: "Features that all examples share." },
    },
    { optional: ["signature_name", "context"], open: true },
  );
}

export interface DescribedVerb extends NamedBy {
  readonly of: Model;
  readonly later: boolean;
}

export function describeVerb(verb: VerbName, { of: model, later, ...by }: DescribedVerb, using: Describing): RouteDescription {
  const { summary, request, response } = verbs[verb];
  const name = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}`;
  const row = exampleRow(model.signature);
  const body: Json = verb === "predict" ? { instances: [[...(model.signature.example ?? [])]] } : { examples: [row ?? {}] };
  const shown = { [exampleName(model, by.version !== undefined)]: { summary: `The example row of ${model.name}`, value: body } };
  return {
    tag,
    ...place(by, `:${verb}`),
    post: {
      id: idOf(name, by),
      summary,
      ...(later ? { parameters: waitingParameters } : {}),
      body: {
        required: true,
        content: content(using.schema(`tf ${verb} request`, `${name}Request`, request), row === undefined ? undefined : shown),
      },
      replies: {
        200: {
          description: "In the order of the rows.",
          content: content(using.schema(`tf ${verb} response`, `${name}Response`, response)),
        },
      },
      errors: [
        ...absent(by),
        "BODY_EMPTY",
        "JSON_INVALID",
        "JSON_TOO_DEEP",
        "BODY_SHAPE_INVALID",
        "ROWS_EMPTY",
        "ROWS_TOO_MANY",
        "ARGUMENT_INVALID",
        "TENSOR_INVALID",
        ...featureErrors,
        "ROW_WIDTH_INVALID",
        "CONTENT_TYPE_UNSUPPORTED",
        ...(later ? (["OVERLOADED", "DEADLINE_EXCEEDED", "ENGINE_FAILED"] as const) : []),
      ],
    },
  };
}

export function describeExplain(by: NamedBy): RouteDescription {
  return {
    tag,
    ...place(by, ":explain"),
    post: {
      id: idOf("Explain", by),
      summary: "Not implemented: no model has an explainer of this protocol",
      body: { content: content({ type: "object" }) },
      replies: {},
      errors: ["OPERATION_NOT_IMPLEMENTED", ...absent(by)],
    },
  };
}
