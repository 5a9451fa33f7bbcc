import type { Attribute, Graph, ValueInfo } from "../../src/graph/graph.ts";
import type { Mode, TestForest, TreeNode } from "./forest.ts";

/** A forest as each of the operators that hold one. */

export type ForestOperator = "TreeEnsembleRegressor" | "TreeEnsembleClassifier" | "TreeEnsemble";

export interface ForestGraphOptions {
  readonly operator: ForestOperator;
  /** Of the rows; by default the forest's precision. */
  readonly input?: ValueInfo["dtype"];
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

const ints = (value: ArrayLike<number>): Attribute => ({ kind: "ints", value: Float64Array.from(value) });
const floats = (value: ArrayLike<number>): Attribute => ({ kind: "floats", value: Float32Array.from(value) });
export const int = (value: number): Attribute => ({ kind: "int", value });
export const string = (value: string): Attribute => ({ kind: "string", value });

export function tensorOf(dtype: "float32" | "float64" | "uint8", data: readonly number[]): Attribute {
  const shape = [data.length];
  if (dtype === "float64") return { kind: "tensor", value: { dtype, shape, data: Float64Array.from(data) } };
  if (dtype === "float32") return { kind: "tensor", value: { dtype, shape, data: Float32Array.from(data) } };
  return { kind: "tensor", value: { dtype, shape, data: Uint8Array.from(data) } };
}

export function forestGraph(forest: TestForest, options: ForestGraphOptions): Graph {
  const { operator, input = forest.precision } = options;
  const { columns, targets, precision } = forest;
  const isClassifier = operator === "TreeEnsembleClassifier";
  const scores: ValueInfo = { name: "Y", dtype: operator === "TreeEnsemble" ? precision : "float32", shape: [null, targets] };
  const attributes = operator === "TreeEnsemble" ? newTables(forest) : oldTables(forest, isClassifier ? "class" : "target");
  return {
    name: "forest",
    opsets: { "": 18, "ai.onnx.ml": operator === "TreeEnsemble" ? 5 : 3 },
    inputs: [{ name: "X", dtype: input, shape: [null, columns] }],
    outputs: isClassifier ? [{ name: "label", dtype: "int64", shape: [null] }, scores] : [scores],
    constants: new Map(),
    nodes: [
      {
        name: "forest",
        domain: "ai.onnx.ml",
        operator,
        inputs: ["X"],
        outputs: isClassifier ? ["label", "Y"] : ["Y"],
        attributes: new Map(Object.entries({ ...attributes, ...options.attributes })),
      },
    ],
  };
}

/** TreeEnsembleRegressor and TreeEnsembleClassifier: nodes named by their tree and their own number. */
function oldTables({ trees, targets, precision }: TestForest, leaf: "class" | "target"): Record<string, Attribute> {
  const all = trees.flatMap((tree, treeId) => tree.map((node, nodeId) => ({ node, treeId, nodeId })));
  const split = (read: (node: Extract<TreeNode, { mode: Mode }>) => number): number[] =>
    all.map(({ node }) => ("mode" in node ? read(node) : 0));
  const weights = all.flatMap(({ node, treeId, nodeId }) =>
    "mode" in node ? [] : node.weights.map(([target, weight]) => ({ treeId, nodeId, target, weight })),
  );
  const numbers = (name: string, list: number[]): Record<string, Attribute> =>
    precision === "float64" ? { [`${name}_as_tensor`]: tensorOf("float64", list) } : { [name]: floats(list) };
  return {
    nodes_treeids: ints(all.map(({ treeId }) => treeId)),
    nodes_nodeids: ints(all.map(({ nodeId }) => nodeId)),
    nodes_modes: { kind: "strings", value: all.map(({ node }) => ("mode" in node ? node.mode : "LEAF")) },
    nodes_featureids: ints(split(({ feature }) => feature)),
    nodes_truenodeids: ints(split(({ yes }) => yes)),
    nodes_falsenodeids: ints(split(({ no }) => no)),
    nodes_missing_value_tracks_true: ints(split(({ tracks }) => (tracks ? 1 : 0))),
    ...numbers(
      "nodes_values",
      split(({ threshold }) => threshold),
    ),
    [`${leaf}_treeids`]: ints(weights.map(({ treeId }) => treeId)),
    [`${leaf}_nodeids`]: ints(weights.map(({ nodeId }) => nodeId)),
    [`${leaf}_ids`]: ints(weights.map(({ target }) => target)),
    ...numbers(
      `${leaf}_weights`,
      weights.map(({ weight }) => weight),
    ),
    ...(leaf === "target"
      ? { n_targets: int(targets) }
      : { classlabels_int64s: ints(Array.from({ length: targets }, (_, index) => index)) }),
  };
}

const modeNumbers: { readonly [M in Mode]: number } = {
  BRANCH_LEQ: 0,
  BRANCH_LT: 1,
  BRANCH_GTE: 2,
  BRANCH_GT: 3,
  BRANCH_EQ: 4,
  BRANCH_NEQ: 5,
  BRANCH_MEMBER: 6,
};

/** TreeEnsemble of ai.onnx.ml 5: splits and leaves in lists of their own; a tree that is a leaf is a split with it on both sides. */
function newTables({ trees, targets, precision }: TestForest): Record<string, Attribute> {
  const splits: { mode: number; feature: number; threshold: number; tracks: boolean; members: readonly number[]; yes: Child; no: Child }[] =
    [];
  const leaves: { target: number; weight: number }[] = [];
  const roots: number[] = [];
  for (const tree of trees) {
    const places = tree.map((node): Child => {
      if ("mode" in node) return { leaf: false, position: splits.push({ ...blank, mode: modeNumbers[node.mode] }) - 1 };
      const [target, weight] = node.weights[0] ?? [0, 0];
      return { leaf: true, position: leaves.push({ target, weight }) - 1 };
    });
    const [root = nowhere] = places;
    roots.push(root.leaf ? splits.push({ ...blank, yes: root, no: root }) - 1 : root.position);
    tree.forEach((node, index) => {
      if (!("mode" in node)) return;
      const { feature, threshold, tracks, members = [] } = node;
      const split = { mode: modeNumbers[node.mode], feature, threshold, tracks, members };
      splits[places[index]?.position ?? 0] = { ...split, yes: places[node.yes] ?? nowhere, no: places[node.no] ?? nowhere };
    });
  }
  return {
    n_targets: int(targets),
    tree_roots: ints(roots),
    nodes_modes: tensorOf(
      "uint8",
      splits.map(({ mode }) => mode),
    ),
    nodes_featureids: ints(splits.map(({ feature }) => feature)),
    nodes_splits: tensorOf(
      precision,
      splits.map(({ threshold }) => threshold),
    ),
    ...(splits.some(({ mode }) => mode === modeNumbers.BRANCH_MEMBER)
      ? {
          membership_values: tensorOf(
            precision,
            splits.flatMap(({ mode, members }) => (mode === modeNumbers.BRANCH_MEMBER ? [...members, Number.NaN] : [])),
          ),
        }
      : {}),
    nodes_missing_value_tracks_true: ints(splits.map(({ tracks }) => (tracks ? 1 : 0))),
    nodes_truenodeids: ints(splits.map(({ yes }) => yes.position)),
    nodes_trueleafs: ints(splits.map(({ yes }) => (yes.leaf ? 1 : 0))),
    nodes_falsenodeids: ints(splits.map(({ no }) => no.position)),
    nodes_falseleafs: ints(splits.map(({ no }) => (no.leaf ? 1 : 0))),
    leaf_targetids: ints(leaves.map(({ target }) => target)),
    leaf_weights: tensorOf(
      precision,
      leaves.map(({ weight }) => weight),
    ),
  };
}

interface Child {
  readonly leaf: boolean;
  readonly position: number;
}

const nowhere: Child = { leaf: true, position: -1 };
const blank = { mode: 0, feature: 0, threshold: 0, tracks: false, members: [], yes: nowhere, no: nowhere };
