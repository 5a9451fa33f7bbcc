import type { Graph, ValueInfo } from "../../graph/graph.ts";
import type { Feature, FeatureValue, ParityRows, Signature, Task } from "../../graph/signature.ts";
import { isFloat } from "../../tensor/dtype.ts";
import { formatShape } from "../../tensor/shape.ts";
import { JsonReader } from "./json-reader.ts";

const format = 1;
const featureDTypes = ["float32", "float64", "int64", "bool", "string"] as const;

/**
 * The `setosa.signature` metadata, checked against the graph.
 * @throws SetosaError MODEL_SIGNATURE_INVALID with the path of what is wrong
 */
export function parseSignature(text: string, graph: Graph): Signature {
  const json = JsonReader.parse(text, "setosa.signature");
  if (json.field("format").value !== format) throw json.field("format").wrong(`${format}: a newer version of Setosa wrote it`);
  const inputs = new Map(graph.inputs.map((info) => [info.name, info]));
  const features = json.field("features").list((feature) => parseFeature(feature, inputs));
  const task = parseTask(json.field("task"), graph);
  if (task.kind !== "tensors") checkFeatures(json.field("features"), features, graph);
  else if (features.length > 0) throw json.field("features").wrong("an empty list: tensors have no features");
  return {
    ...defined(
      "name",
      json.optional("name", (name) => name.text),
    ),
    ...defined(
      "version",
      json.optional("version", (version) => version.text),
    ),
    task,
    features,
    ...defined(
      "example",
      json.optional("example", (example) => parseRow(example, features)),
    ),
    ...defined(
      "framework",
      json.optional("framework", (framework) => ({
        name: framework.field("name").text,
        version: framework.field("version").text,
        estimator: framework.field("estimator").text,
      })),
    ),
    ...defined(
      "trainedAt",
      json.optional("trained_at", (time) => time.text),
    ),
  };
}

/** The `setosa.parity` metadata. */
export function parseParity(text: string, { features, task }: Signature): ParityRows {
  const json = JsonReader.parse(text, "setosa.parity");
  if (json.field("format").value !== format) throw json.field("format").wrong(`${format}: a newer version of Setosa wrote it`);
  const rows = json.field("rows").list((row) => parseRow(row, features));
  const kinds = json.field("kinds").list((kind) => kind.oneOf(["typical", "threshold", "missing", "unknown"]));
  const labels = json.optional("labels", (list) => list.list((label) => label.index));
  const scores = json.optional("scores", (list) => list.list((row) => row.list((score) => score.number)));
  for (const [name, list] of Object.entries({ kinds, labels, scores }))
    if (list !== undefined && list.length !== rows.length) throw json.field(name).wrong(`as long as rows (${rows.length})`);
  const classes = task.kind === "classification" ? task.classes.length : 0;
  if (labels?.some((label) => label >= classes)) throw json.field("labels").wrong("positions of the signature's classes");
  if ((task.kind === "classification" && labels === undefined) || (task.kind === "regression" && scores === undefined))
    throw json.wrong("complete: the framework's answers are absent");
  const width = task.kind === "classification" ? classes : task.kind === "regression" ? task.targets.length : 0;
  if (scores?.some((row) => row.length !== width)) throw json.field("scores").wrong(`${width} numbers per row`);
  return { rows, kinds, ...defined("labels", labels), ...defined("scores", scores) };
}

function parseFeature(json: JsonReader, inputs: ReadonlyMap<string, ValueInfo>): Feature {
  const input = json.field("input");
  const info = inputs.get(input.text) ?? fail(input.wrong("the name of an input of the graph"));
  const dtype = json.field("dtype").oneOf(featureDTypes);
  if (dtype !== info.dtype) throw json.field("dtype").wrong(`${info.dtype}, as the graph's input "${info.name}" is`);
  const column = json.field("column");
  if (column.index >= widthOf(info)) throw column.wrong(`a column of the graph's input "${info.name}"`);
  return {
    name: json.field("name").text,
    input: info.name,
    column: column.index,
    dtype,
    missing: json.field("missing").boolean,
    ...defined(
      "categories",
      json.optional("categories", (list) => list.list((category) => category.scalar)),
    ),
    ...defined(
      "unknown",
      json.optional("unknown", (unknown) => unknown.oneOf(["error", "ignore"])),
    ),
    ...defined(
      "min",
      json.optional("min", (min) => min.number),
    ),
    ...defined(
      "max",
      json.optional("max", (max) => max.number),
    ),
  };
}

/** Columns of an input `[rows, columns]` or `[rows]`; Infinity where the graph does not say. */
function widthOf({ shape }: ValueInfo): number {
  if (shape.length < 2) return 1;
  const [, columns] = shape;
  return typeof columns === "number" ? columns : Number.POSITIVE_INFINITY;
}

/** Names are unique, and every column of every input has a feature. */
function checkFeatures(json: JsonReader, features: readonly Feature[], graph: Graph): void {
  const names = new Set(features.map(({ name }) => name));
  if (names.size !== features.length) throw json.wrong("a list with unique names");
  const places = new Set(features.map(({ input, column }) => `${column} ${input}`));
  if (places.size !== features.length) throw json.wrong("a list in which no two features share a column");
  const counts = new Map<string, number>();
  for (const { input } of features) counts.set(input, (counts.get(input) ?? 0) + 1);
  for (const info of graph.inputs) {
    const columns = counts.get(info.name) ?? 0;
    const width = widthOf(info);
    if (info.shape.length > 2 || (Number.isFinite(width) ? columns !== width : columns === 0))
      throw json.wrong(`a feature for every column of the graph's input "${info.name}"`);
  }
}

function parseTask(json: JsonReader, graph: Graph): Task {
  const outputNamed = (field: JsonReader): ValueInfo =>
    graph.outputs.find(({ name }) => name === field.text) ?? fail(field.wrong("the name of an output of the graph"));
  const numbersNamed = (field: JsonReader, columns: number): string => {
    const { name, dtype, shape } = outputNamed(field);
    const width = shape.length === 2 ? shape[1] : undefined;
    if (!isFloat(dtype) || shape.length > 2 || (typeof width === "number" && width !== columns))
      throw field.wrong(`an output with ${columns} numbers per row, and is ${dtype}${formatShape(shape)}`);
    return name;
  };
  const kind = json.field("kind").oneOf(["classification", "regression", "tensors"]);
  if (kind === "tensors") return { kind };
  if (kind === "regression") {
    const targets = json.field("targets").list((target) => target.text);
    if (targets.length === 0) throw json.field("targets").wrong("a list with at least one name");
    return { kind, targets, value: numbersNamed(json.field("value"), targets.length) };
  }
  const classes = json.field("classes").list((label) => label.scalar);
  const labels = json.field("labels").list((label) => (typeof label.value === "string" ? label.text : label.number));
  if (classes.length === 0 || labels.length !== classes.length || new Set(labels).size !== labels.length)
    throw json.field("labels").wrong(`${classes.length} different labels, one for each class`);
  if (new Set(classes.map(String)).size !== classes.length) throw json.field("classes").wrong("a list of different names");
  const label = outputNamed(json.field("label"));
  if (label.dtype !== "string" && label.dtype !== "int64")
    throw json.field("label").wrong(`an output of int64 or string, and is ${label.dtype}`);
  if (labels.some((one) => typeof one !== (label.dtype === "string" ? "string" : "number")))
    throw json.field("labels").wrong(`values of the output "${label.name}", which is ${label.dtype}`);
  return {
    kind,
    classes,
    labels,
    label: label.name,
    ...defined(
      "scores",
      json.optional("scores", (scores) => numbersNamed(scores, classes.length)),
    ),
    scoreKind: json.field("score_kind").oneOf(["probability", "decision"]),
  };
}

function parseRow(json: JsonReader, features: readonly Feature[]): FeatureValue[] {
  const row = json.list((value) => (value.present ? value.scalar : null));
  if (row.length !== features.length) throw json.wrong(`a list of ${features.length} values`);
  return row;
}

function defined<K extends string, T>(key: K, value: T | undefined): { [P in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: T });
}

function fail(error: Error): never {
  throw error;
}
