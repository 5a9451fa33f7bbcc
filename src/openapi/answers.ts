import type { ClassLabel, Signature, Task } from "../graph/signature.ts";
import { scoreKeys } from "../models/prediction.ts";
import { mostChoices } from "./features.ts";
import { type Json, objectSchema, type Schema, type SchemaType } from "./schema.ts";

/** JSON has no NaN: a score that is none is null. */
export const score: Schema = { type: ["number", "null"], format: "double" };

/** The members of the answer to a row: the prediction, and where the model has scores these. */
export function predictionMembers({ task }: Pick<Signature, "task">): Readonly<Record<string, Schema>> {
  switch (task.kind) {
    case "classification":
    case "clustering":
    case "outlier_detection":
      return {
        prediction: { description: "The class.", ...labelSchema(task.classes) },
        ...(task.scores === undefined ? {} : { [scoreKeys[task.scoreKind]]: scoresBy(task.classes, scoreNote(task)) }),
      };
    case "multioutput_classification":
      return {
        prediction: objectBy(task.outputs.map(({ name, classes }) => [name, labelSchema(classes)] as const)),
        ...(task.scores === undefined
          ? {}
          : { [scoreKeys[task.scoreKind]]: objectBy(task.outputs.map(({ name, classes }) => [name, scoresBy(classes)] as const)) }),
      };
    case "regression":
      return { prediction: task.targets.length === 1 ? { description: "The value.", ...score } : scoresBy(task.targets) };
    case "transformation":
      return { prediction: scoresBy(task.targets) };
    case "tensors":
      return {};
  }
}

function scoreNote({ scoreKind }: Extract<Task, { scoreKind: unknown }>): string {
  return { probability: "By class.", decision: "Of the decision function, by class.", distance: "To each cluster's centre." }[scoreKind];
}

/** The classes, as the trainer calls them. */
export function labelSchema(classes: readonly ClassLabel[]): Schema {
  const labels = [...new Set<Json>(classes.map((label) => (typeof label === "number" && !Number.isFinite(label) ? null : label)))];
  const types = [...new Set(labels.map(typeOf))];
  const type = types.length === 1 ? (types[0] as SchemaType) : types;
  if (labels.length === 0) return {};
  return labels.length > mostChoices ? { type } : { type, enum: labels };
}

function typeOf(label: Json): SchemaType {
  if (label === null) return "null";
  if (typeof label === "number") return Number.isInteger(label) ? "integer" : "number";
  return typeof label === "boolean" ? "boolean" : "string";
}

function scoresBy(names: readonly ClassLabel[], description?: string): Schema {
  const note = description === undefined ? {} : { description };
  if (names.length > mostChoices) return { type: "object", ...note, additionalProperties: score };
  return { ...objectBy(names.map((name) => [String(name), score] as const)), ...note };
}

/** Of two with the same name the later one is what an object holds. */
function objectBy(entries: readonly (readonly [string, Schema])[]): Schema {
  return objectSchema(Object.fromEntries(entries));
}
