import { SetosaError } from "../../errors.ts";
import { tensor } from "../../tensor/tensor.ts";
import type { GraphParts } from "../graph-parts.ts";
import type { JsonValue } from "../json-text.ts";
import { type Child, isSplit, type ReadOptions, splitMode, TreeEnsembleBuilder } from "../tree-ensemble.ts";
import { marginOf, type Objective } from "./objective.ts";
import { count, type Shape } from "./shape.ts";

/** A tree of the file, its node 0 the root; a leaf has no left child. */
interface Tree {
  readonly path: string;
  readonly left: ArrayLike<number>;
  readonly right: ArrayLike<number>;
  readonly feature: ArrayLike<number>;
  /** A split's condition, or a leaf's value. */
  readonly condition: ArrayLike<number>;
  readonly defaultLeft: ArrayLike<number | boolean>;
  /** Categories that go right, by node. */
  readonly categories: ReadonlyMap<number, readonly number[]>;
  /** The values of leaf `right[node]`, `groups` for each; undefined where a leaf has one. */
  readonly vectors: ArrayLike<number> | undefined;
  /** Of a tree with one value in a leaf: what it adds to. */
  readonly group: number;
  /** What DART multiplies its leaves by. */
  readonly weight: number;
  /** By node the sum of the training rows' second derivatives, which XGBoost weighs them by; only where it is asked for. */
  readonly covers: ArrayLike<number> | undefined;
}

/** Categories from here on are none: float32 has no integers of its own there. */
const maxCategory = 2 ** 24;

/** The trees of `gbtree` and `dart`: of a model that scikit-learn's interface stopped early, up to its best iteration. */
export function readTrees(learner: JsonValue, shape: Shape, options: ReadOptions): Tree[] {
  const booster = learner.get("gradient_booster");
  const name = booster.get("name");
  if (name.text !== "gbtree" && name.text !== "dart") name.fail('"gbtree", "dart" or "gblinear"');
  const isDart = name.text === "dart";
  const model = (isDart ? booster.get("gbtree") : booster).get("model");
  const trees = model.get("trees").items;
  const groups = model.get("tree_info").numbers(trees.length);
  const weights = isDart ? booster.get("weight_drop").numbers(trees.length) : undefined;
  return trees.slice(0, treesUsed(learner, model, trees.length)).map((tree, index) => {
    const group = groups[index] as number;
    if (!(Number.isInteger(group) && group >= 0 && group < shape.groups))
      model.get("tree_info").fail(`a list of groups below ${shape.groups}`);
    return readTree(tree, shape, { group, weight: Math.fround(weights?.[index] ?? 1), ...options });
  });
}

/** `predict` of scikit-learn's interface ends at the best iteration, that of a booster itself does not. */
function treesUsed(learner: JsonValue, model: JsonValue, trees: number): number {
  const attributes = learner.get("attributes");
  if (attributes.isAbsent || attributes.get("scikit_learn").isAbsent || attributes.get("best_iteration").isAbsent) return trees;
  const best = count(attributes.get("best_iteration"), 0);
  const ends = model.get("iteration_indptr");
  const end = ends.isAbsent ? undefined : ends.numbers()[best + 1];
  return end !== undefined && Number.isInteger(end) && end > 0 && end <= trees
    ? end
    : attributes.get("best_iteration").fail("an iteration of the model");
}

type TreeOptions = Pick<Tree, "group" | "weight"> & ReadOptions;

function readTree(json: JsonValue, { features, groups }: Shape, { group, weight, covers }: TreeOptions): Tree {
  const left = json.get("left_children").numbers();
  const nodes = left.length;
  if (nodes === 0) json.get("left_children").fail("a list with a root");
  const tree: Tree = {
    path: json.path,
    left,
    right: json.get("right_children").numbers(nodes),
    feature: json.get("split_indices").numbers(nodes),
    condition: json.get("split_conditions").numbers(nodes),
    defaultLeft: flags(json.get("default_left"), nodes),
    categories: readCategories(json, nodes),
    vectors: readVectors(json, groups),
    group,
    weight,
    covers: covers === true && !json.get("sum_hessian").isAbsent ? json.get("sum_hessian").numbers(nodes) : undefined,
  };
  for (let node = 0; node < nodes; node++) {
    if ((left[node] as number) === -1) continue;
    if (!((tree.feature[node] as number) < features)) json.get("split_indices").fail(`a list of features below ${features}`);
  }
  return tree;
}

/** Booleans, or numbers: versions differ. */
function flags(json: JsonValue, nodes: number): ArrayLike<number | boolean> {
  const { value } = json;
  return Array.isArray(value) && value.length === nodes && value.every((flag) => typeof flag === "boolean") ? value : json.numbers(nodes);
}

function readVectors(json: JsonValue, groups: number): ArrayLike<number> | undefined {
  const size = json.get("tree_param").get("size_leaf_vector");
  if (size.isAbsent || count(size, 0) <= 1) return undefined;
  if (count(size, 0) !== groups) size.fail(`${groups}`);
  const weights = json.get("leaf_weights");
  if (weights.isAbsent)
    throw new SetosaError("OPERATOR_UNSUPPORTED", "The leaves of several targets are in the form of XGBoost before 3.1.", {
      path: json.path,
      hint: "Load the model with XGBoost 3.1 or newer and save it again.",
    });
  return weights.numbers();
}

function readCategories(json: JsonValue, nodes: number): Map<number, readonly number[]> {
  const sets = new Map<number, readonly number[]>();
  const types = json.get("split_type");
  if (types.isAbsent) return sets;
  const all = json.get("categories").numbers();
  const owners = json.get("categories_nodes").numbers();
  const starts = json.get("categories_segments").numbers(owners.length);
  const sizes = json.get("categories_sizes").numbers(owners.length);
  Array.from(owners).forEach((node, index) => {
    const from = starts[index] as number;
    const to = from + (sizes[index] as number);
    if (!(from >= 0 && to >= from && to <= all.length)) json.get("categories_segments").fail("a list of places in the categories");
    sets.set(node, Array.from(all).slice(from, to));
  });
  const isSet = types.numbers(nodes);
  for (let node = 0; node < nodes; node++)
    if (isSet[node] === 1 && !sets.has(node)) types.fail("categories for every split that asks for some");
  return sets;
}

/** The margins `[rows, groups]`: the base score and all trees, summed together. */
export function addTrees(parts: GraphParts, trees: readonly Tree[], shape: Shape, objective: Objective, rows: string): string {
  const { groups, baseScores } = shape;
  const builder = new TreeEnsembleBuilder("float32");
  for (let group = 0; group < groups; group++)
    builder.root(builder.leaf(group, marginOf(objective, baseScores[baseScores.length === 1 ? 0 : group] as number), cover(trees)));
  for (const tree of trees) {
    if (tree.vectors === undefined) addTree(builder, tree, tree.group, (node) => tree.condition[node] as number);
    else for (let group = 0; group < groups; group++) addTree(builder, tree, group, (node) => vectorValue(tree, node, groups, group));
  }
  const categorical = new Set(trees.flatMap(({ categories, feature }) => [...categories.keys()].map((node) => feature[node] as number)));
  return parts.node(
    "ai.onnx.ml.TreeEnsemble",
    [floorCategories(parts, rows, shape.features, categorical)],
    "margins",
    builder.attributes(groups),
  );
}

/** Of a tree that is a leaf. */
function cover(trees: readonly Tree[]): 1 | undefined {
  return trees.every(({ covers }) => covers !== undefined) ? 1 : undefined;
}

function vectorValue({ vectors, right, path }: Tree, node: number, groups: number, group: number): number {
  const value = vectors?.[(right[node] as number) * groups + group];
  if (value === undefined) throw new SetosaError("MODEL_FILE_INVALID", "A leaf has no values.", { path: `${path}.leaf_weights` });
  return value;
}

function addTree(builder: TreeEnsembleBuilder, tree: Tree, group: number, leafValue: (node: number) => number): void {
  const { left, right, feature, condition, defaultLeft, categories, weight, path, covers } = tree;
  const visited = new Uint8Array(left.length);
  const enter = (node: number): Child => {
    if (!(node >= 0 && node < left.length && visited[node] === 0))
      throw new SetosaError("MODEL_FILE_INVALID", `Node ${node} does not exist, or has two parents.`, { path: `${path}.left_children` });
    visited[node] = 1;
    if (left[node] === -1) return builder.leaf(group, Math.fround(leafValue(node) * weight), covers?.[node]);
    const goesLeft = Boolean(defaultLeft[node]);
    const own = feature[node] as number;
    const set = categories.size > 0 ? categories.get(node) : undefined;
    // Categories of the set go right, and so does a missing value that does not go left.
    if (set !== undefined)
      return builder.split({
        feature: own,
        mode: splitMode.member,
        threshold: 0,
        members: set.filter((code) => code < maxCategory),
        missingIsTrue: !goesLeft,
      });
    return builder.split({ feature: own, mode: splitMode.lt, threshold: condition[node] as number, missingIsTrue: goesLeft });
  };
  const root = enter(0);
  // Splits whose children are to be added, two numbers each: the node, and the split that it became.
  const pending: number[] = isSplit(root) ? [0, root] : [];
  while (pending.length > 0) {
    const split = pending.pop() as Child;
    const node = pending.pop() as number;
    const [leftNode, rightNode] = [left[node] as number, right[node] as number];
    const leftChild = enter(leftNode);
    const rightChild = enter(rightNode);
    if (categories.has(node)) builder.link(split, rightChild, leftChild);
    else builder.link(split, leftChild, rightChild);
    if (isSplit(leftChild)) pending.push(leftNode, leftChild);
    if (isSplit(rightChild)) pending.push(rightNode, rightChild);
  }
  builder.root(root);
}

/** A category's code is the number cut to an integer; a negative number is none, so that it may not become 0. */
function floorCategories(parts: GraphParts, rows: string, features: number, categorical: ReadonlySet<number>): string {
  if (categorical.size === 0) return rows;
  const codes = parts.node("Floor", [rows], "codes");
  const mask = tensor(
    "bool",
    [1, features],
    Uint8Array.from({ length: features }, (_, feature) => (categorical.has(feature) ? 1 : 0)),
  );
  return parts.node("Where", [parts.constant("isCategorical", mask), codes, rows], "coded");
}
