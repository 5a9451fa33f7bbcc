import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readModel } from "../../src/formats/registry.ts";
import { intsAttribute, stringsAttribute } from "../../src/graph/attributes.ts";
import type { Attribute, Graph, Node } from "../../src/graph/graph.ts";
import { int, string } from "../forests/graph.ts";
import type { Precision } from "../forests/neighbours.ts";

/** The tree ensembles of every committed model, each as a graph of its own. */
export interface TreeNodeGraph {
  readonly name: string;
  /** The operator as the file has it. */
  readonly graph: Graph;
  /** The same trees with a whole number for every leaf and nothing behind their sums, so that every sum is exact. */
  readonly routing: Graph;
  readonly precision: Precision;
  readonly columns: number;
}

const folders = [
  "models",
  "test/fixtures/onnx-files",
  "test/fixtures/other-models",
  "test/fixtures/boosters/saved",
  "test/fixtures/boosters/xgboost",
  "test/fixtures/boosters/lightgbm",
  "test/fixtures/boosters/catboost",
];
const root = fileURLToPath(new URL("../../", import.meta.url));
const ensembles = new Set(["TreeEnsembleClassifier", "TreeEnsembleRegressor", "TreeEnsemble"]);

export function treeNodeGraphs(): TreeNodeGraph[] {
  return folders.flatMap((folder) =>
    readdirSync(`${root}${folder}`)
      .filter((name) => /\.(onnx|json|ubj|txt)$/.test(name) && !name.endsWith(".answers.json"))
      .sort()
      .flatMap((name) => {
        const bytes = new Uint8Array(readFileSync(`${root}${folder}/${name}`));
        // Answers lie beside their models.
        if (folder.endsWith("models") && name.endsWith(".json")) return [];
        if (name === "answers.json") return [];
        const { graph } = readModel(bytes);
        return graph.nodes
          .filter(({ operator }) => ensembles.has(operator))
          .map((node, index) => alone(`${folder}/${name}#${index}`, graph, node));
      }),
  );
}

/** Whether the comparisons of a node are in float64, which its tables say: ONNX wants rows of the same type. */
function precisionOf({ attributes }: Node): Precision {
  const table = attributes.get("nodes_values_as_tensor") ?? attributes.get("nodes_splits");
  return table?.kind === "tensor" && table.value.dtype === "float64" ? "float64" : "float32";
}

function alone(name: string, { opsets }: Graph, node: Node): TreeNodeGraph {
  const precision = precisionOf(node);
  const columns = Math.max(...Array.from(intsAttribute(node, "nodes_featureids") ?? [0])) + 1;
  const classes = (node.attributes.get("classlabels_int64s") ?? node.attributes.get("classlabels_strings")) as
    | { value: ArrayLike<unknown> }
    | undefined;
  const targets = classes?.value.length ?? (node.attributes.get("n_targets") as { value?: number } | undefined)?.value ?? 1;
  const own = (changed: Node, outputs: Graph["outputs"]): Graph => ({
    name,
    opsets,
    inputs: [{ name: "X", dtype: precision, shape: [null, columns] }],
    outputs,
    constants: new Map(),
    nodes: [{ ...changed, name: "trees", inputs: ["X"], outputs: outputs.map((output) => output.name) }],
  });
  const values = { name: "Y", dtype: node.operator === "TreeEnsemble" ? precision : ("float32" as const), shape: [null, targets] };
  const labels = stringsAttribute(node, "classlabels_strings") === undefined ? ("int64" as const) : ("string" as const);
  const outputs = classes === undefined ? [values] : [{ name: "label", dtype: labels, shape: [null] }, values];
  return { name, graph: own(node, outputs), routing: own(wholeLeaves(node, targets), [values]), precision, columns };
}

/** A regressor, or a TreeEnsemble as it was, whose leaves count from 1 on: 2^23 at most after all trees. */
function wholeLeaves(node: Node, targets: number): Node {
  const attributes = new Map<string, Attribute>();
  for (const [key, value] of node.attributes) {
    if (/^base_values|^post_transform$|^aggregate_function$|^classlabels/.test(key)) continue;
    const name = key.replace(/^class_/, "target_");
    attributes.set(name, /^(target|leaf)_weights/.test(name) ? counted(value) : value);
  }
  if (node.operator === "TreeEnsemble") return { ...node, attributes };
  attributes.set("n_targets", int(targets));
  attributes.set("post_transform", string("NONE"));
  return { ...node, operator: "TreeEnsembleRegressor", attributes };
}

/** Primes apart, so that two leaves of a tree hardly ever have the same number. */
function counted(weights: Attribute): Attribute {
  const number = (_: unknown, index: number): number => ((index * 7919) % 16_381) + 1;
  if (weights.kind === "floats") return { kind: "floats", value: weights.value.map(number) };
  if (weights.kind === "tensor" && weights.value.dtype !== "string") {
    const value = { ...weights.value, data: weights.value.data.map(number) };
    return { kind: "tensor", value: value as typeof weights.value };
  }
  throw new Error("Weights are floats or a tensor.");
}
