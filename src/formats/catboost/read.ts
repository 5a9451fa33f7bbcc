import { SetosaError } from "../../errors.ts";
import { buildGraph } from "../../graph/build.ts";
import type { Attribute, Node, ValueInfo } from "../../graph/graph.ts";
import type { Feature, Signature } from "../../graph/signature.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import { GraphParts, intAttributes } from "../graph-parts.ts";
import { isJsonWithKey, type JsonValue, parseJson } from "../json-text.ts";
import type { ModelFile } from "../model-file.ts";
import type { ReadOptions } from "../tree-ensemble.ts";
import { type CatBoostFeature, readFeatures } from "./features.ts";
import { type Output, readOutput } from "./output.ts";
import { rowsOf, table } from "./rows.ts";
import { readTrees, treeAttributes } from "./trees.ts";

/** Whether the bytes are a model that CatBoost saved as JSON. */
export function isCatBoost(bytes: Uint8Array): boolean {
  return isJsonWithKey(bytes, "features_info");
}

/**
 * Reads a model saved by `save_model(path, format="json")`.
 * @throws SetosaError MODEL_FILE_INVALID; OPERATOR_UNSUPPORTED for what needs more than trees over numbers
 */
export function readCatBoost(bytes: Uint8Array, options: ReadOptions = {}): ModelFile {
  const json = parseJson(bytes);
  const features = readFeatures(json.get("features_info"));
  const [scale, bias] = readScaleAndBias(json.get("scale_and_bias"));
  const output = readOutput(json.get("model_info"), bias.length);
  const trees = readTrees(json, features, bias.length, options);
  const base: Attribute = {
    kind: "tensor",
    value: { dtype: "float64", shape: [bias.length], data: Float64Array.from(bias) },
  };
  const leaf = output.kind === "classification" ? "class" : "target";
  const attributes = new Map<string, Attribute>([...treeAttributes(trees, leaf, scale), ["base_values_as_tensor", base]]);
  const { parts, inputs, rows } = rowsOf(features);
  const { nodes, constants, outputs } = nodesOf(output, bias.length, rows, attributes);
  const graph = buildGraph({
    name: "catboost",
    opsets: { "": 18, "ai.onnx.ml": 3, catboost: 1 },
    inputs,
    constants: new Map([...parts.constants, ...constants]),
    nodes: [...parts.nodes, ...nodes],
    outputs,
  });
  return { format: "catboost", graph, signature: signatureOf(output, features), producer: "CatBoost", bytes: bytes.length };
}

/** The factor of all leaves, and what is added to each dimension of their sum. */
function readScaleAndBias(json: JsonValue): [number, number[]] {
  const [scale, bias] = json.items;
  if (scale === undefined || bias === undefined) json.fail("a scale and a bias");
  // Before version 1.0 there was one number.
  const values = typeof bias.value === "number" ? [bias.number] : Array.from(bias.numbers());
  if (values.length === 0 || values.length > 10_000) bias.fail("a bias for each dimension");
  return [scale.number, values];
}

function nodesOf(
  output: Output,
  dimensions: number,
  rows: string,
  trees: ReadonlyMap<string, Attribute>,
): { readonly nodes: readonly Node[]; readonly constants: ReadonlyMap<string, Tensor>; readonly outputs: readonly ValueInfo[] } {
  const float = (name: string, columns: number): ValueInfo => ({ name, dtype: "float32", shape: ["rows", columns] });
  const ensemble = { name: "trees", domain: "ai.onnx.ml", inputs: [rows] };
  if (output.kind === "classification") {
    const classes = output.classes.length;
    const attributes = new Map<string, Attribute>([
      ...trees,
      ["classlabels_int64s", { kind: "ints", value: Float64Array.from(output.classes.keys()) }],
      ["post_transform", { kind: "string", value: output.transform }],
    ]);
    return {
      nodes: [{ ...ensemble, operator: "TreeEnsembleClassifier", outputs: ["label", "probabilities"], attributes }],
      constants: new Map(),
      outputs: [{ name: "label", dtype: "int64", shape: ["rows"] }, float("probabilities", classes)],
    };
  }
  const attributes = new Map<string, Attribute>([...trees, ["n_targets", { kind: "int", value: dimensions }]]);
  const sums = output.transform === "none" ? "prediction" : "sums";
  const nodes: Node[] = [{ ...ensemble, operator: "TreeEnsembleRegressor", outputs: [sums], attributes }];
  const parts = new GraphParts();
  if (output.transform === "exponent") parts.node("Exp", [sums], "prediction");
  if (output.transform === "variance") addVariance(parts, sums);
  return {
    nodes: [...nodes, ...parts.nodes],
    constants: parts.constants,
    outputs: [float("prediction", dimensions)],
  };
}

/** Its second sum is the logarithm of the standard deviation. */
function addVariance(parts: GraphParts, sums: string): void {
  const column = (index: number): string =>
    parts.node(
      "Gather",
      [sums, parts.constant(`at ${index}`, tensor("int64", [1], Float64Array.of(index)))],
      `sum ${index}`,
      intAttributes({ axis: 1 }),
    );
  const mean = column(0);
  const deviation = column(1);
  const variance = parts.node("Exp", [parts.node("Add", [deviation, deviation], "log variance")], "variance");
  parts.node("Concat", [mean, variance], "prediction", intAttributes({ axis: 1 }));
}

function signatureOf(output: Output, features: readonly CatBoostFeature[]): Signature {
  const numbers = features.flatMap(({ categories }, column) => (categories === undefined ? [column] : []));
  const named = features.map(
    ({ name, missing, categories }, column): Feature =>
      categories === undefined
        ? { name, input: table, column: numbers.indexOf(column), dtype: "float32", missing: missing !== "refused" }
        : { name, input: name, column: 0, dtype: "string", missing: false },
  );
  if (new Set(named.map(({ name }) => name)).size !== named.length)
    throw new SetosaError("MODEL_FILE_INVALID", "Two features have the same name.", { path: "features_info" });
  if (output.kind === "regression") {
    const targets = output.targets.length === 1 ? ["prediction"] : output.targets;
    return { task: { kind: "regression", targets, value: "prediction" }, features: named };
  }
  const { classes } = output;
  return {
    task: {
      kind: "classification",
      classes,
      labels: [...classes.keys()],
      label: "label",
      scores: "probabilities",
      scoreKind: "probability",
    },
    features: named,
  };
}
