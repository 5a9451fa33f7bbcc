import type { Describing, RouteDescription, Tag } from "../../openapi/description.ts";
import { arrayOf, objectSchema, type Schema, text } from "../../openapi/schema.ts";

const tag: Tag = { name: "Models", description: "What is loaded: features, classes, engine, parity." };

export function describeHistory(name: string, using: Describing): RouteDescription {
  const schema = using.schema("history", "ModelHistory", history);
  return {
    tag,
    path: "/models/{model}/history",
    names: { model: name },
    get: {
      id: "getModelHistory",
      summary: "What happened to a model, and which of its versions does what",
      replies: { 200: { description: "Versions loaded and swapped, the last ones first.", content: { "application/json": { schema } } } },
      errors: ["MODEL_NOT_FOUND"],
    },
  };
}

function history(): Schema {
  const time: Schema = { type: "number", description: "In milliseconds since 1970." };
  const canary = objectSchema({ version: text, percent: { type: "number" } });
  const kinds = ["loaded", "swapped", "reloaded", "unloaded", "failed", "traffic"];
  const change = objectSchema(
    { time, kind: { ...text, enum: kinds }, version: text, from: text, why: text },
    { optional: ["version", "from"] },
  );
  const traffic = objectSchema({ primary: text, canary, shadow: text }, { optional: ["primary", "canary", "shadow"] });
  return objectSchema({ model: text, since: time, traffic, changes: arrayOf(change) });
}
