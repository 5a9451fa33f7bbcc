import { SetosaError } from "../../errors.ts";
import { buildGraph } from "../../graph/build.ts";
import type { ValueInfo } from "../../graph/graph.ts";
import type { Task } from "../../graph/signature.ts";
import { tensor } from "../../tensor/tensor.ts";
import { GraphParts, intAttributes } from "../graph-parts.ts";
import type { ModelFile } from "../model-file.ts";
import { type ReadOptions, TreeEnsembleBuilder } from "../tree-ensemble.ts";
import { addColumns } from "./columns.ts";
import { readFeatures } from "./features.ts";
import { addTransform, type Objective, readObjective } from "./objective.ts";
import { readSections, type Sections } from "./sections.ts";
import { addTree, readTree, type Tree } from "./trees.ts";

const firstLine = /^tree\r?\n/;

/** Whether the bytes are a model that LightGBM saved as text. */
export function isLightGbm(bytes: Uint8Array): boolean {
  const head = new TextDecoder("utf-8").decode(bytes.subarray(0, 256));
  return firstLine.test(head) && head.includes("num_class=");
}

/**
 * Reads a model saved by `Booster.save_model(path)`.
 * @throws SetosaError MODEL_FILE_INVALID, OPERATOR_UNSUPPORTED
 */
export function readLightGbm(bytes: Uint8Array, options: ReadOptions = {}): ModelFile {
  const sections = readSections(textOf(bytes));
  const { header } = sections;
  const features = readFeatures(sections);
  const width = header.integer("num_tree_per_iteration", 1, 100_000);
  const objective = readObjective(header.has("objective") ? header.text("objective") : undefined, width);
  const trees = sections.trees.map((section) => readTree(section, features.length, options));
  if (trees.length === 0 || trees.length % width !== 0) header.fail("num_tree_per_iteration", `a divisor of the ${trees.length} trees`);
  const parts = new GraphParts();
  const columns = addColumns(parts, features, trees);
  const sums = addSums(parts, trees, width, features.length, columns.rows);
  const raw = header.has("average_output")
    ? parts.node("Div", [sums, parts.row("iterations", "float64", [trees.length / width])], "raw")
    : sums;
  const { task, outputs } = addOutputs(parts, objective, raw, width);
  const graph = buildGraph({
    name: "lightgbm",
    opsets: { "": 18, "ai.onnx.ml": 5 },
    inputs: columns.inputs,
    outputs,
    constants: parts.constants,
    nodes: parts.nodes,
  });
  return {
    format: "lightgbm",
    graph,
    signature: { task, features: columns.features },
    producer: producerOf(sections),
    bytes: bytes.length,
  };
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new SetosaError("MODEL_FILE_INVALID", "The file is not UTF-8 text.", { cause });
  }
}

function producerOf({ header }: Sections): string {
  return header.has("version") ? `LightGBM (model ${header.text("version")})` : "LightGBM";
}

/**
 * The sums `[rows, width]` over the trees. A linear tree's leaf adds `constant + coefficients · row`: the coefficients
 * are summed over the trees like any other targets, and multiplied with the row once.
 */
function addSums(parts: GraphParts, trees: readonly Tree[], width: number, columns: number, rows: string): string {
  const constants = new TreeEnsembleBuilder("float64");
  trees.forEach((tree, index) => {
    addTree(
      constants,
      tree,
      index % width,
      (leaf) => tree.constants[leaf] as number,
      (leaf) => tree.fallbacks[leaf] as number,
    );
  });
  const sums = parts.node("ai.onnx.ml.TreeEnsemble", [rows], "sums", constants.attributes(width));
  if (trees.every(({ coefficients }) => coefficients === undefined || coefficients.every(({ size }) => size === 0))) return sums;
  // A missing value takes no part: its leaves give their fallback.
  const isMissing = parts.node("IsNaN", [rows], "isMissing");
  const known = parts.node("Where", [isMissing, parts.row("zero", "float64", [0]), rows], "known");
  const slopes = Array.from({ length: width }, (_, target) => {
    const coefficients = new TreeEnsembleBuilder("float64");
    trees.forEach((tree, index) => {
      const own = new Set(index % width === target ? (tree.coefficients ?? []).flatMap((leaf) => [...leaf.keys()]) : []);
      for (const feature of own)
        addTree(
          coefficients,
          tree,
          feature,
          (leaf) => tree.coefficients?.[leaf]?.get(feature) ?? 0,
          () => 0,
        );
    });
    coefficients.root(coefficients.leaf(0, 0));
    const slope = parts.node("ai.onnx.ml.TreeEnsemble", [rows], `slope${target}`, coefficients.attributes(columns));
    const products = parts.node("Mul", [slope, known], `products${target}`);
    return parts.node("ReduceSum", [products, "columns"], `linear${target}`, intAttributes({ keepdims: 1 }));
  });
  parts.constant("columns", tensor("int64", [1], Float64Array.of(1)));
  const linear = width === 1 ? (slopes[0] as string) : parts.node("Concat", slopes, "linear", intAttributes({ axis: 1 }));
  return parts.node("Add", [sums, linear], "total");
}

function addOutputs(
  parts: GraphParts,
  objective: Objective,
  raw: string,
  width: number,
): { readonly task: Task; readonly outputs: readonly ValueInfo[] } {
  const float = (name: string, columns: number): ValueInfo => ({ name, dtype: "float64", shape: ["rows", columns] });
  if (objective.kind === "regression") {
    addTransform(parts, objective, raw, "prediction");
    const targets = width === 1 ? ["prediction"] : Array.from({ length: width }, (_, target) => `prediction_${target}`);
    return { task: { kind: "regression", targets, value: "prediction" }, outputs: [float("prediction", width)] };
  }
  addTransform(parts, objective, raw, "probabilities");
  parts.node("ArgMax", ["probabilities"], "label", intAttributes({ axis: 1, keepdims: 0 }));
  // The names of the classes are not in the file.
  const classes = Array.from({ length: objective.classes }, (_, index) => index);
  return {
    task: { kind: "classification", classes, labels: classes, label: "label", scores: "probabilities", scoreKind: "probability" },
    outputs: [{ name: "label", dtype: "int64", shape: ["rows"] }, float("probabilities", classes.length)],
  };
}
