import type { Graph, ValueInfo } from "../../graph/graph.ts";
import { type LabelledOutput, scoreKinds, type Task } from "../../graph/signature.ts";
import { isFloat } from "../../tensor/dtype.ts";
import { formatShape } from "../../tensor/shape.ts";
import type { JsonReader } from "./json-reader.ts";

const kinds = [
  "classification",
  "clustering",
  "outlier_detection",
  "multioutput_classification",
  "regression",
  "transformation",
  "tensors",
] as const;

/**
 * The `task` of the metadata, checked against the graph.
 * @throws SetosaError MODEL_SIGNATURE_INVALID with the path of what is wrong
 */
export function parseTask(json: JsonReader, graph: Graph): Task {
  const kind = json.field("kind").oneOf(kinds);
  switch (kind) {
    case "tensors":
      return { kind };
    case "regression":
    case "transformation": {
      const targets = json.field("targets").list((target) => target.text);
      if (targets.length === 0) throw json.field("targets").wrong("a list with at least one name");
      if (new Set(targets).size !== targets.length) throw json.field("targets").wrong("a list of different names");
      return { kind, targets, value: numbersOf(json.field("value"), graph, targets.length) };
    }
    case "multioutput_classification": {
      const label = labelOf(json.field("label"), graph);
      const outputs = json.field("outputs").list((output) => ({ name: output.field("name").text, ...classesOf(output, label) }));
      if (outputs.length === 0 || new Set(outputs.map(({ name }) => name)).size !== outputs.length)
        throw json.field("outputs").wrong("a list of outputs with different names");
      const columns = outputs.reduce((sum, { classes }) => sum + classes.length, 0);
      return { kind, outputs, label: label.name, ...scoresOf(json, graph, columns) };
    }
    default: {
      const label = labelOf(json.field("label"), graph);
      const named = classesOf(json, label);
      return { kind, ...named, label: label.name, ...scoresOf(json, graph, named.classes.length) };
    }
  }
}

function outputOf(field: JsonReader, graph: Graph): ValueInfo {
  const found = graph.outputs.find(({ name }) => name === field.text);
  if (found === undefined) throw field.wrong("the name of an output of the graph");
  return found;
}

function numbersOf(field: JsonReader, graph: Graph, columns: number): string {
  const { name, dtype, shape } = outputOf(field, graph);
  const width = shape.length === 2 ? shape[1] : undefined;
  if (!isFloat(dtype) || shape.length > 2 || (typeof width === "number" && width !== columns))
    throw field.wrong(`an output with ${columns} numbers per row, and is ${dtype}${formatShape(shape)}`);
  return name;
}

function labelOf(field: JsonReader, graph: Graph): ValueInfo {
  const label = outputOf(field, graph);
  if (label.dtype !== "string" && label.dtype !== "int64") throw field.wrong(`an output of int64 or string, and is ${label.dtype}`);
  return label;
}

function classesOf(json: JsonReader, label: ValueInfo): Omit<LabelledOutput, "name"> {
  const classes = json.field("classes").list((one) => one.scalar);
  const labels = json.field("labels").list((one) => (typeof one.value === "string" ? one.text : one.number));
  if (classes.length === 0 || labels.length !== classes.length || new Set(labels).size !== labels.length)
    throw json.field("labels").wrong(`${classes.length} different labels, one for each class`);
  if (new Set(classes.map(String)).size !== classes.length) throw json.field("classes").wrong("a list of different names");
  if (labels.some((one) => typeof one !== (label.dtype === "string" ? "string" : "number")))
    throw json.field("labels").wrong(`values of the output "${label.name}", which is ${label.dtype}`);
  return { classes, labels };
}

function scoresOf(json: JsonReader, graph: Graph, columns: number) {
  const scores = json.optional("scores", (field) => numbersOf(field, graph, columns));
  return { ...(scores === undefined ? {} : { scores }), scoreKind: json.field("score_kind").oneOf(scoreKinds) };
}
