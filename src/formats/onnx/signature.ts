import type { Graph, ValueInfo } from "../../graph/graph.ts";
import { type Feature, type FeatureValue, labelClasses, type ParityRows, type Signature, scoreColumns } from "../../graph/signature.ts";
import { JsonReader } from "./json-reader.ts";
import { parseTask } from "./task.ts";

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
  const classes = labelClasses(task);
  const labels = json.optional("labels", (list) => list.list((labels) => parseLabels(labels, classes)));
  const scores = json.optional("scores", (list) => list.list((row) => row.list((score) => score.number)));
  for (const [name, list] of Object.entries({ kinds, labels, scores }))
    if (list !== undefined && list.length !== rows.length) throw json.field(name).wrong(`as long as rows (${rows.length})`);
  if (task.kind !== "tensors" && (classes.length > 0 ? labels : scores) === undefined)
    throw json.wrong("complete: the framework's answers are absent");
  const width = scoreColumns(task);
  if (scores?.some((row) => row.length !== width)) throw json.field("scores").wrong(`${width} numbers per row`);
  return { rows, kinds, ...defined("labels", labels?.flat()), ...defined("scores", scores) };
}

/** Positions in the classes: one, or a list of them where a row has several labels. */
function parseLabels(json: JsonReader, classes: readonly (readonly unknown[])[]): number[] {
  const labels = Array.isArray(json.value) ? json.list((label) => label.index) : [json.index];
  if (labels.length !== classes.length || labels.some((label, output) => label >= (classes[output]?.length ?? 0)))
    throw json.wrong("positions of the signature's classes");
  return labels;
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
