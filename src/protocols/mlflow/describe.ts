import type { Model } from "../../models/model.ts";
import type { Content, Describing, RouteDescription, Tag } from "../../openapi/description.ts";
import { waitingParameters } from "../../openapi/parameters.ts";
import { objectSchema, text } from "../../openapi/schema.ts";
import { anything, frameBody, frameErrors, frameExamples } from "../describe-frames.ts";
import { mlflowErrorCodes } from "./messages.ts";

const tag: Tag = { name: "MLflow", description: "The scoring server of MLflow 2 and 3, for the default model." };
const json = "application/json";

export function describeHealth(path: string): RouteDescription {
  return {
    tag,
    get: {
      id: `mlflow${path.charAt(1).toUpperCase()}${path.slice(2)}`,
      summary: "Can the model be asked?",
      replies: { 200: { description: "It can. The body is empty." } },
      errors: ["MODELS_NOT_READY"],
    },
  };
}

export function describeVersion(): RouteDescription {
  return {
    tag,
    get: {
      id: "mlflowVersion",
      summary: "The version of MLflow that is spoken",
      replies: { 200: { description: "A bare text, in spite of its type.", content: { [json]: {} } } },
    },
  };
}

export function describeInvocations(model: Model, using: Describing): RouteDescription {
  const { signature, answersInline } = model;
  const request = using.schema("mlflow request", "MlflowRequest", () => frameBody("params"));
  const response = using.schema("mlflow response", "MlflowResponse", () =>
    objectSchema({ predictions: { ...anything, description: "A label, a value or a list of scores for each row." } }),
  );
  const tensors = signature.task.kind === "tensors";
  return {
    tag,
    post: {
      id: "mlflowInvocations",
      summary: `Predictions of the default model, ${model.name}`,
      description: "Columns that no feature has are left out; a feature that may be missing may be absent.",
      ...(answersInline ? {} : { parameters: waitingParameters }),
      body: {
        required: true,
        content: {
          [json]: { schema: request, ...frameExamples(signature, ["dataframe_split", "dataframe_records", "instances", "inputs"]) },
          ...(tensors ? {} : { "text/csv": { schema: { ...text, description: "With a header." } } }),
        },
      },
      replies: { 200: { description: "In the order of the rows.", content: { [json]: { schema: response } } } },
      errors: [...frameErrors, "CSV_INVALID"],
    },
  };
}

export function errorContent(using: Describing): Content {
  const schema = using.schema("mlflow error", "MlflowError", () =>
    objectSchema(
      { error_code: { ...text, enum: mlflowErrorCodes }, message: text, code: text, path: text, hint: text },
      { optional: ["path", "hint"], description: "As an MlflowException is written, with Setosa's own code beside it." },
    ),
  );
  // Of content types the scoring server speaks in words.
  return { [json]: { schema }, "text/plain": { schema: text } };
}
