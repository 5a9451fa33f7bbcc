import type { Model } from "../../models/model.ts";
import type { Describing, RouteDescription, Tag } from "../../openapi/description.ts";
import { waitingParameters } from "../../openapi/parameters.ts";
import { objectSchema } from "../../openapi/schema.ts";
import { anything, frameErrors, frameExamples, frames, methodParameters } from "../describe-frames.ts";

const tag: Tag = { name: "Vertex AI", description: "What Google Vertex AI asks of a container." };
const json = "application/json";

export function describeHealth(): RouteDescription {
  return {
    tag,
    get: {
      id: "vertexHealth",
      summary: "Can the model be asked?",
      replies: { 200: { description: "It can.", content: { [json]: { schema: objectSchema({}) } } } },
      errors: ["MODELS_NOT_READY"],
    },
  };
}

export function describePredict(model: Model, using: Describing): RouteDescription {
  const request = using.schema("vertex request", "VertexRequest", () =>
    objectSchema({ instances: frames.instances, parameters: methodParameters }, { optional: ["parameters"], open: true }),
  );
  const response = using.schema("vertex response", "VertexResponse", () =>
    objectSchema({ predictions: { ...anything, description: "One for each instance." } }),
  );
  return {
    tag,
    post: {
      id: "vertexPredict",
      summary: `Predictions of the default model, ${model.name}`,
      ...(model.answersInline ? {} : { parameters: waitingParameters }),
      body: { required: true, content: { [json]: { schema: request, ...frameExamples(model.signature, ["instances"]) } } },
      replies: { 200: { description: "In the order of the instances.", content: { [json]: { schema: response } } } },
      errors: frameErrors,
    },
  };
}
