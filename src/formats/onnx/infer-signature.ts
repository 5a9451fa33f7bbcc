import { intsAttribute, stringsAttribute } from "../../graph/attributes.ts";
import type { Graph, ValueInfo } from "../../graph/graph.ts";
import type { Feature, FeatureDType, Signature, Task } from "../../graph/signature.ts";
import type { ColumnNames } from "./dictionaries.ts";
import { scoreKindOf } from "./score-kind.ts";

/** More columns than this in one input are a tensor's, not features with names. */
const maxFeatures = 100_000;

/**
 * The signature of a file without Setosa metadata: from its graph alone. A table of features with a
 * label and scores, or with one number per target, is a classification or a regression; anything else
 * is tensors in, tensors out. Missing values are not taken: the graph does not say where they are meant.
 */
export function inferSignature(
  graph: Graph,
  zipMapClasses: readonly (string | number)[] | undefined,
  columnNames: ColumnNames = new Map(),
): Signature {
  const features = inferFeatures(graph.inputs, columnNames);
  const task = features === undefined ? undefined : (inferClassification(graph, zipMapClasses) ?? inferRegression(graph.outputs));
  return features === undefined || task === undefined ? { task: { kind: "tensors" }, features: [] } : { task, features };
}

/**
 * One input `[rows, columns]` gives x0, x1, … as scikit-learn names them; inputs of one column keep their names. Columns
 * that were the keys of a map are called like these, and are 0 where they are absent.
 */
function inferFeatures(inputs: readonly ValueInfo[], columnNames: ColumnNames): Feature[] | undefined {
  const features: Feature[] = [];
  for (const { name, dtype, shape } of inputs) {
    const columns = shape.length === 1 ? 1 : shape[1];
    if (
      shape.length < 1 ||
      shape.length > 2 ||
      typeof columns !== "number" ||
      columns < 1 ||
      columns > maxFeatures ||
      !isFeatureDType(dtype)
    )
      return undefined;
    // A fixed batch other than one row is not a table of rows.
    if (typeof shape[0] === "number" && shape[0] !== 1) return undefined;
    for (let column = 0; column < columns; column++) {
      const key = columnNames.get(name)?.[column];
      const own =
        key !== undefined ? key : columns === 1 && inputs.length > 1 ? name : inputs.length === 1 ? `x${column}` : `${name}_${column}`;
      features.push({
        name: own,
        input: name,
        column,
        dtype,
        missing: false,
        ...(dtype === "string" ? { unknown: "ignore" as const } : {}),
        ...(key === undefined ? {} : { absent: 0 as const }),
      });
    }
  }
  return features.length > 0 && new Set(features.map(({ name }) => name)).size === features.length ? features : undefined;
}

function isFeatureDType(dtype: string): dtype is FeatureDType {
  return ["float32", "float64", "int64", "bool", "string"].includes(dtype);
}

function inferClassification(graph: Graph, zipMapClasses: readonly (string | number)[] | undefined): Task | undefined {
  const [label, scores] = graph.outputs;
  if (label === undefined || scores === undefined || graph.outputs.length !== 2) return undefined;
  if (label.dtype !== "int64" && label.dtype !== "string") return undefined;
  if (scores.dtype !== "float32" && scores.dtype !== "float64") return undefined;
  const labels = zipMapClasses ?? classifierLabels(graph);
  const columns = scores.shape[1];
  if (labels === undefined || labels.length === 0 || (typeof columns === "number" && columns !== labels.length)) return undefined;
  const kinds = labels.every((one) => typeof one === (label.dtype === "string" ? "string" : "number"));
  if (!kinds || new Set(labels).size !== labels.length) return undefined;
  return {
    kind: "classification",
    classes: labels,
    labels,
    label: label.name,
    scores: scores.name,
    scoreKind: scoreKindOf(graph, scores.name),
  };
}

/** The class labels of the graph's one classifier. */
function classifierLabels(graph: Graph): readonly (string | number)[] | undefined {
  const found = graph.nodes.flatMap((node): (readonly (string | number)[])[] => {
    const strings = stringsAttribute(node, "classlabels_strings");
    const integers = intsAttribute(node, "classlabels_int64s") ?? intsAttribute(node, "classlabels_ints");
    if (strings !== undefined && strings.length > 0) return [strings];
    return integers === undefined || integers.length === 0 ? [] : [Array.from(integers)];
  });
  return found.length === 1 ? found[0] : undefined;
}

function inferRegression(outputs: readonly ValueInfo[]): Task | undefined {
  const [value] = outputs;
  if (value === undefined || outputs.length !== 1 || (value.dtype !== "float32" && value.dtype !== "float64")) return undefined;
  const columns = value.shape.length < 2 ? 1 : value.shape[1];
  if (value.shape.length > 2 || typeof columns !== "number") return undefined;
  const targets = columns === 1 ? [value.name] : Array.from({ length: columns }, (_, column) => `${value.name}_${column}`);
  return { kind: "regression", targets, value: value.name };
}
