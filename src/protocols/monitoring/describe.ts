import type { Describing, RouteDescription, Tag } from "../../openapi/description.ts";
import { modelPath } from "../../openapi/names.ts";
import { arrayOf, count, objectSchema, type Schema, text } from "../../openapi/schema.ts";

const tag: Tag = { name: "Monitoring", description: "What models have been asked and have answered, beside their training rows." };

export function describeMonitoring(name: string, version: string | undefined, using: Describing): RouteDescription {
  const schema = using.schema("monitoring", "MonitoringReport", report);
  return {
    tag,
    ...modelPath("/models", { name, version }, "/monitoring"),
    get: {
      id: version === undefined ? "getModelMonitoring" : "getModelVersionMonitoring",
      summary: `What a model ${version === undefined ? "" : "in one version "}was asked, and whether that has drifted`,
      replies: {
        200: { description: "Counts of the window and since the model was loaded.", content: { "application/json": { schema } } },
      },
      errors:
        version === undefined ? ["ROUTE_NOT_FOUND", "MODEL_NOT_FOUND"] : ["ROUTE_NOT_FOUND", "MODEL_NOT_FOUND", "MODEL_VERSION_NOT_FOUND"],
    },
  };
}

function report(): Schema {
  const rows = { rows: count, binnedRows: count, predictions: count };
  const amount: Schema = { type: ["number", "null"] };
  const numbers = arrayOf({ type: "number" });
  const labels = arrayOf({ type: ["string", "number", "boolean"] });
  const comparison = {
    psi: { ...amount, description: "Population stability index." },
    noise: { ...amount, description: "What it would be on average without any drift." },
    drift: { type: ["string", "null"] },
    distribution: objectSchema(
      { edges: numbers, categories: labels, classes: labels, training: numbers, window: numbers, total: numbers },
      { optional: ["edges", "categories", "classes", "training", "total"] },
    ),
  } as const satisfies Readonly<Record<string, Schema>>;
  const counts = objectSchema({ missing: count, belowMin: count, aboveMax: count, unseen: count, refused: count });
  const number: Schema = { type: "number" };
  return objectSchema({
    model: text,
    version: text,
    window: objectSchema({ minutes: count, ...rows }),
    total: objectSchema(rows),
    training: { type: ["object", "null"], properties: { rows: count }, required: ["rows"] },
    features: arrayOf(
      objectSchema(
        { name: text, min: number, max: number, window: counts, total: counts, ...comparison },
        { optional: ["min", "max", "distribution"] },
      ),
    ),
    predictions: arrayOf(
      objectSchema({ name: text, kind: { ...text, enum: ["class", "score", "value"] }, ...comparison }, { optional: ["distribution"] }),
    ),
  });
}
