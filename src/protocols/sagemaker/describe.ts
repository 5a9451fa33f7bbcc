import type { Model } from "../../models/model.ts";
import type { Describing, Operation, RouteDescription, Tag } from "../../openapi/description.ts";
import { waitingParameters } from "../../openapi/parameters.ts";
import { arrayOf, objectSchema, type Schema, text } from "../../openapi/schema.ts";
import { anything, frameBody, frameErrors, frameExamples } from "../describe-frames.ts";

const tag: Tag = { name: "Amazon SageMaker", description: "What Amazon SageMaker asks of a container." };
const json = "application/json";

export function describePing(): RouteDescription {
  return {
    tag,
    get: {
      id: "sagemakerPing",
      summary: "Can the model be asked?",
      replies: { 200: { description: "It can. The body is empty." } },
      errors: ["MODELS_NOT_READY"],
    },
  };
}

function invocations(model: Model, id: string, summary: string, using: Describing): Operation {
  const { signature, answersInline } = model;
  const request = using.schema("sagemaker request", "SagemakerRequest", () => ({
    anyOf: [
      arrayOf(anything, { minItems: 1, description: "Rows, or one row as a list of values." }),
      frameBody("params"),
      { type: "object" },
    ],
  }));
  const response = using.schema("sagemaker response", "SagemakerResponse", () => ({
    anyOf: [arrayOf(anything, { description: "To a body that is a list." }), objectSchema({ predictions: anything })],
  }));
  return {
    id,
    summary,
    parameters: [
      {
        name: "X-Amzn-SageMaker-Custom-Attributes",
        in: "header",
        description: "Comes back as it is. `predict_method=…` in it says what is asked for.",
        schema: text,
      },
      ...(answersInline ? [] : waitingParameters),
    ],
    body: {
      required: true,
      content: {
        [json]: { schema: request, ...frameExamples(signature, ["instances", "dataframe_split"]) },
        ...(signature.task.kind === "tensors"
          ? {}
          : { "text/csv": { schema: { ...text, description: "Rows without a header, in the features' order." } } }),
      },
    },
    replies: {
      200: {
        description: "In the order of the rows.",
        content: { [json]: { schema: response }, "text/csv": { schema: { ...text, description: "A line for each row." } } },
      },
    },
    errors: [...frameErrors, "CSV_INVALID"],
  };
}

export function describeInvocations(model: Model, using: Describing): RouteDescription {
  return { tag, post: invocations(model, "sagemakerInvocations", `Predictions of the default model, ${model.name}`, using) };
}

export function describeInvoke(model: Model, using: Describing): RouteDescription {
  return {
    tag,
    path: "/models/{model}/invoke",
    names: { model: model.name },
    post: invocations(model, "sagemakerInvoke", "Predictions of a model", using),
  };
}

function loaded(): Schema {
  return objectSchema({ modelName: text, modelUrl: text });
}

export function describeModels(using: Describing): RouteDescription {
  const entry = using.schema("sagemaker model", "SagemakerModel", loaded);
  return {
    tag,
    get: {
      id: "sagemakerModels",
      summary: "The models that are loaded",
      replies: { 200: { description: "All at once.", content: { [json]: { schema: objectSchema({ models: arrayOf(entry) }) } } } },
    },
    post: {
      id: "sagemakerLoad",
      summary: "Loads a model",
      body: {
        required: true,
        content: { [json]: { schema: objectSchema({ model_name: text, url: { ...text, description: "Its folder." } }, { open: true }) } },
      },
      replies: { 200: { description: "It is loaded.", content: { [json]: { schema: entry } } } },
      errors: [
        "BODY_EMPTY",
        "JSON_INVALID",
        "JSON_TOO_DEEP",
        "BODY_SHAPE_INVALID",
        "ARGUMENT_INVALID",
        "MODEL_NOT_FOUND",
        "MODEL_ALREADY_LOADED",
        "MODEL_MEMORY_EXHAUSTED",
        "CONTENT_TYPE_UNSUPPORTED",
      ],
    },
  };
}

export function describeModel(name: string, using: Describing): RouteDescription {
  const entry = using.schema("sagemaker model", "SagemakerModel", loaded);
  return {
    tag,
    path: "/models/{model}",
    names: { model: name },
    get: {
      id: "sagemakerModel",
      summary: "A model that is loaded",
      replies: { 200: { description: "Its name and folder.", content: { [json]: { schema: entry } } } },
      errors: ["MODEL_NOT_FOUND"],
    },
    delete: {
      id: "sagemakerUnload",
      summary: "Unloads a model, after the requests under way",
      replies: { 200: { description: "It is unloaded.", content: { [json]: { schema: objectSchema({ modelName: text }) } } } },
      errors: ["MODEL_NOT_FOUND"],
    },
  };
}
