import { SetosaError } from "../../errors.ts";
import {
  floatsAttribute,
  intAttribute,
  intsAttribute,
  stringAttribute,
  stringsAttribute,
  tensorAttribute,
} from "../../graph/attributes.ts";
import type { Node } from "../../graph/graph.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Evaluate, fromNumbers, required, rowsOf, unsupported } from "../evaluate.ts";
import { labelsOf, labelTensor, oneScore, postTransform } from "./class-scores.ts";

/** A node of a tree, as the attributes list it. */
interface TreeNode {
  readonly mode: string;
  readonly feature: number;
  readonly value: number;
  readonly whenTrue: number;
  readonly whenFalse: number;
  readonly missingTracksTrue: boolean;
  /** Target (or class) and weight, in the order of the file. */
  readonly weights: { readonly target: number; readonly weight: number }[];
}

interface Tree {
  readonly root: number;
  readonly nodes: Map<number, TreeNode>;
}

function readTrees(node: Node, leaf: "class" | "target"): Tree[] {
  const ints = (name: string): ArrayLike<number> => intsAttribute(node, name) ?? [];
  const floats = (name: string): ArrayLike<number> =>
    (tensorAttribute(node, `${name}_as_tensor`)?.data as ArrayLike<number> | undefined) ?? floatsAttribute(node, name) ?? [];
  const modes = stringsAttribute(node, "nodes_modes") ?? [];
  const [treeIds, nodeIds, features, trues, falses] = ["treeids", "nodeids", "featureids", "truenodeids", "falsenodeids"].map((name) =>
    ints(`nodes_${name}`),
  );
  const missing = ints("nodes_missing_value_tracks_true");
  const values = floats("nodes_values");
  const trees = new Map<number, Tree>();
  modes.forEach((mode, index) => {
    const tree = trees.get(treeIds?.[index] ?? -1) ?? { root: nodeIds?.[index] ?? -1, nodes: new Map<number, TreeNode>() };
    trees.set(treeIds?.[index] ?? -1, tree);
    tree.nodes.set(nodeIds?.[index] ?? -1, {
      mode,
      feature: features?.[index] ?? -1,
      value: values[index] ?? Number.NaN,
      whenTrue: trues?.[index] ?? -1,
      whenFalse: falses?.[index] ?? -1,
      missingTracksTrue: missing[index] === 1,
      weights: [],
    });
  });
  const [leafTrees, leafNodes, targets] = ["treeids", "nodeids", "ids"].map((name) => ints(`${leaf}_${name}`));
  const weights = floats(`${leaf}_weights`);
  for (let index = 0; index < weights.length; index++) {
    const owner = trees.get(leafTrees?.[index] ?? -1)?.nodes.get(leafNodes?.[index] ?? -1);
    if (owner === undefined) unsupported(node, "a weight of a node that does not exist");
    owner.weights.push({ target: targets?.[index] ?? -1, weight: weights[index] as number });
  }
  return [...trees.values()];
}

/** The leaf that a row ends in. */
function walk(node: Node, tree: Tree, row: readonly number[]): TreeNode {
  let id = tree.root;
  // A walk longer than the tree has nodes goes in circles.
  for (let steps = 0; steps <= tree.nodes.size; steps++) {
    const current = tree.nodes.get(id);
    if (current === undefined) return unsupported(node, `a child ${id} that does not exist`);
    if (current.mode === "LEAF") return current;
    const x = row[current.feature];
    if (x === undefined) return unsupported(node, `a split on feature ${current.feature} of ${row.length}`);
    const isTrue = holds(node, current.mode, x, current.value) || (current.missingTracksTrue && Number.isNaN(x));
    id = isTrue ? current.whenTrue : current.whenFalse;
  }
  throw new SetosaError("MODEL_GRAPH_INVALID", `A tree of node "${node.name}" goes in circles.`, { path: node.name });
}

function holds(node: Node, mode: string, x: number, value: number): boolean {
  switch (mode) {
    case "BRANCH_LEQ":
      return x <= value;
    case "BRANCH_LT":
      return x < value;
    case "BRANCH_GT":
      return x > value;
    case "BRANCH_GTE":
      return x >= value;
    case "BRANCH_EQ":
      return x === value;
    case "BRANCH_NEQ":
      return x !== value;
    default:
      return unsupported(node, `the mode ${mode}`);
  }
}

/** Float64 rows are compared in float64, rows of any other type in float32, as ONNX Runtime does. */
function comparedRows(node: Node, input: Tensor): number[][] {
  return rowsOf(node, input).map((row) => (input.dtype === "float64" ? row : row.map(Math.fround)));
}

function baseValues(node: Node): ArrayLike<number> {
  return (
    (tensorAttribute(node, "base_values_as_tensor")?.data as ArrayLike<number> | undefined) ?? floatsAttribute(node, "base_values") ?? []
  );
}

export const treeEnsembleRegressor: Evaluate = (node, inputs) => {
  const trees = readTrees(node, "target");
  const targets = intAttribute(node, "n_targets", 1);
  const base = baseValues(node);
  const aggregate = stringAttribute(node, "aggregate_function") ?? "SUM";
  if (aggregate !== "SUM" && aggregate !== "AVERAGE") unsupported(node, `the aggregate function ${aggregate}`);
  if ((stringAttribute(node, "post_transform") ?? "NONE") !== "NONE") unsupported(node, "a post-transform on a regressor");
  const rows = comparedRows(node, required(node, inputs, 0)).map((row) => {
    const sums = new Array<number>(targets).fill(0);
    for (const tree of trees) for (const { target, weight } of walk(node, tree, row).weights) sums[target] = (sums[target] ?? 0) + weight;
    return sums.map((sum, target) => (aggregate === "AVERAGE" ? sum / trees.length : sum) + (base[target] ?? 0));
  });
  return [fromNumbers(node, "float32", [rows.length, targets], rows.flat())];
};

export const treeEnsembleClassifier: Evaluate = (node, inputs) => {
  const trees = readTrees(node, "class");
  const labels = labelsOf(node);
  const weights = trees.flatMap(({ nodes }) => [...nodes.values()].flatMap((treeNode) => treeNode.weights));
  const base = Array.from(baseValues(node));
  // ONNX Runtime's binary case: two classes, and all weights are of one of them.
  const binary = labels.length === 2 && new Set(weights.map(({ target }) => target)).size === 1;
  const kind = weights.every(({ weight }) => weight >= 0) ? "share" : "margin";
  const answers = comparedRows(node, required(node, inputs, 0)).map((row) => {
    const scores = new Map<number, number>();
    for (const tree of trees)
      for (const { target, weight } of walk(node, tree, row).weights) scores.set(target, (scores.get(target) ?? 0) + weight);
    if (binary) return oneScore(node, [...scores.values()].reduce((sum, score) => sum + score, 0) + (base.at(-1) ?? 0), kind);
    base.forEach((value, target) => scores.set(target, (scores.get(target) ?? 0) + value));
    // A class that no leaf scored is no candidate; the first of equals wins.
    const scored = [...scores.keys()].sort((x, y) => x - y);
    const position = scored.reduce(
      (best, target) => ((scores.get(target) as number) > (scores.get(best) as number) ? target : best),
      scored[0] ?? 0,
    );
    return {
      position,
      scores: postTransform(
        node,
        labels.map((_, target) => scores.get(target) ?? 0),
      ),
    };
  });
  return [
    labelTensor(
      labels,
      answers.map(({ position }) => position),
    ),
    fromNumbers(
      node,
      "float32",
      [answers.length, labels.length],
      answers.flatMap(({ scores }) => scores),
    ),
  ];
};
