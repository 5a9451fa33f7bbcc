import { SetosaError } from "../../errors.ts";
import type { Attribute } from "../../graph/graph.ts";
import type { JsonValue } from "../json-text.ts";
import type { ReadOptions } from "../tree-ensemble.ts";
import type { CatBoostFeatures } from "./features.ts";

/** Deeper trees than CatBoost grows. */
const maxDepth = 16;

/** A row goes right where its value is above the border, or equal to it where that is a category. */
interface Split {
  readonly column: number;
  readonly isCategory: boolean;
  readonly border: number;
  readonly missingRight: boolean;
}

/** The nodes of all trees in the order of ONNX's tables: a tree's nodes lie together, its root first. */
export interface Trees {
  readonly treeIds: number[];
  readonly nodeIds: number[];
  /** -1 for a leaf. */
  readonly columns: number[];
  readonly borders: number[];
  readonly isCategory: boolean[];
  readonly missingRight: number[];
  readonly right: number[];
  readonly left: number[];
  /** Leaves: tree, node, and `dimensions` values each. */
  readonly leafTreeIds: number[];
  readonly leafNodeIds: number[];
  readonly leafValues: number[];
  readonly dimensions: number;
  /** By leaf the weight of the training rows that came to it; undefined where it is not asked for, or not in the file. */
  readonly covers: number[] | undefined;
}

export function readTrees(json: JsonValue, features: CatBoostFeatures, dimensions: number, options: ReadOptions = {}): Trees {
  const listed = options.covers === true ? json.get("oblivious_trees") : undefined;
  const hasCovers = listed?.isAbsent === false && listed.items.every((tree) => !tree.get("leaf_weights").isAbsent);
  const trees: Trees = {
    treeIds: [],
    nodeIds: [],
    columns: [],
    borders: [],
    isCategory: [],
    missingRight: [],
    right: [],
    left: [],
    leafTreeIds: [],
    leafNodeIds: [],
    leafValues: [],
    dimensions,
    covers: hasCovers ? [] : undefined,
  };
  const oblivious = json.get("oblivious_trees");
  if (!oblivious.isAbsent) for (const [id, tree] of oblivious.items.entries()) addOblivious(trees, id, tree, features);
  else for (const [id, tree] of json.get("trees").items.entries()) addTree(trees, id, tree, features);
  if (trees.treeIds.length === 0) json.fail("a model with trees");
  return trees;
}

/** A node, and where it is in the tables. */
function addNode(trees: Trees, tree: number, node: number, split: Split | undefined): number {
  trees.treeIds.push(tree);
  trees.nodeIds.push(node);
  trees.columns.push(split?.column ?? -1);
  trees.borders.push(split?.border ?? 0);
  trees.isCategory.push(split?.isCategory === true);
  trees.missingRight.push(split?.missingRight === true ? 1 : 0);
  trees.right.push(0);
  trees.left.push(0);
  return trees.treeIds.length - 1;
}

function addLeaf(trees: Trees, tree: number, node: number, values: readonly number[]): void {
  addNode(trees, tree, node, undefined);
  trees.leafTreeIds.push(tree);
  trees.leafNodeIds.push(node);
  for (const value of values) trees.leafValues.push(value);
}

/** One split for every level; bit i of a leaf's number is the answer of split i, so that the last split is the root. */
function addOblivious(trees: Trees, id: number, tree: JsonValue, features: CatBoostFeatures): void {
  const splitsJson = tree.get("splits");
  const splits = splitsJson.isAbsent ? [] : splitsJson.items.map((split) => readSplit(split, features)).reverse();
  if (splits.length > maxDepth) splitsJson.fail(`at most ${maxDepth} splits`);
  const values = Array.from(tree.get("leaf_values").numbers());
  const { dimensions } = trees;
  const leaves = 2 ** splits.length;
  if (values.length !== leaves * dimensions) tree.get("leaf_values").fail(`a list of ${leaves * dimensions} values`);
  splits.forEach((split, level) => {
    for (let across = 0; across < 2 ** level; across++) {
      const node = 2 ** level - 1 + across;
      const at = addNode(trees, id, node, split);
      trees.left[at] = 2 * node + 1;
      trees.right[at] = 2 * node + 2;
    }
  });
  if (trees.covers !== undefined) trees.covers.push(...Array.from(tree.get("leaf_weights").numbers(leaves)));
  for (let leaf = 0; leaf < leaves; leaf++) addLeaf(trees, id, leaves - 1 + leaf, values.slice(leaf * dimensions, (leaf + 1) * dimensions));
}

/** A tree of its own shape: `{split, left, right}`, or `{value}`. */
function addTree(trees: Trees, id: number, tree: JsonValue, features: CatBoostFeatures): void {
  const pending: { readonly json: JsonValue; readonly set: (node: number) => void }[] = [{ json: tree, set: () => {} }];
  let next = 0;
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    const { json, set } = one;
    const node = next++;
    set(node);
    const value = json.get("value");
    if (!value.isAbsent) {
      const values = typeof value.value === "number" ? [value.number] : Array.from(value.numbers());
      if (values.length !== trees.dimensions) value.fail(`${trees.dimensions} values`);
      addLeaf(trees, id, node, values);
      continue;
    }
    const at = addNode(trees, id, node, readSplit(json.get("split"), features));
    pending.push({ json: json.get("left"), set: link(trees.left, at) });
    pending.push({ json: json.get("right"), set: link(trees.right, at) });
  }
}

function link(children: number[], at: number): (child: number) => void {
  return (child) => {
    children[at] = child;
  };
}

function readSplit(json: JsonValue, features: CatBoostFeatures): Split {
  const type = json.get("split_type").text;
  if (type === "OneHotFeature") return readCategorySplit(json, features);
  if (type !== "FloatFeature")
    throw new SetosaError(
      "OPERATOR_UNSUPPORTED",
      `A split is of the type ${type}; Setosa reads splits of numbers and of single categories.`,
      {
        path: json.path,
        hint: "Train with one_hot_max_size as large as the largest number of categories of a column: then every split is one of these.",
      },
    );
  const index = json.get("float_feature_index");
  const column = features.columnOfFloat.get(index.number) ?? index.fail("a float feature of the model");
  const border = json.get("border").number;
  return { column, isCategory: false, border, missingRight: features[column]?.missing === "above" };
}

function readCategorySplit(json: JsonValue, features: CatBoostFeatures): Split {
  const index = json.get("cat_feature_index");
  const column = features.columnOfCategory.get(index.number) ?? index.fail("a categorical feature of the model");
  const value = json.get("value");
  const border = features[column]?.categories?.indexOf(value.number) ?? -1;
  if (border < 0) value.fail("a hash of the feature");
  return { column, isCategory: true, border, missingRight: false };
}

/** The tables of a TreeEnsembleClassifier or TreeEnsembleRegressor. */
export function treeAttributes(trees: Trees, leaf: "class" | "target", scale: number): [string, Attribute][] {
  const ints = (list: readonly number[]): Attribute => ({ kind: "ints", value: Float64Array.from(list) });
  const { dimensions, columns, leafValues } = trees;
  const each = (list: readonly number[]): Attribute => ({
    kind: "ints",
    value: Float64Array.from({ length: leafValues.length }, (_, index) => list[Math.floor(index / dimensions)] as number),
  });
  const weights = Float64Array.from(leafValues, (value) => value * scale);
  return [
    ["nodes_treeids", ints(trees.treeIds)],
    ["nodes_nodeids", ints(trees.nodeIds)],
    ["nodes_featureids", ints(columns.map((column) => Math.max(column, 0)))],
    [
      "nodes_modes",
      {
        kind: "strings",
        value: columns.map((column, node) => (column < 0 ? "LEAF" : trees.isCategory[node] === true ? "BRANCH_EQ" : "BRANCH_GT")),
      },
    ],
    // Borders are float32 numbers, as rows are when they are compared.
    ["nodes_values", { kind: "floats", value: Float32Array.from(trees.borders) }],
    ["nodes_truenodeids", ints(trees.right)],
    ["nodes_falsenodeids", ints(trees.left)],
    ["nodes_missing_value_tracks_true", ints(trees.missingRight)],
    ...(trees.covers === undefined ? [] : [hitRates(trees, trees.covers)]),
    [`${leaf}_treeids`, each(trees.leafTreeIds)],
    [`${leaf}_nodeids`, each(trees.leafNodeIds)],
    [`${leaf}_ids`, { kind: "ints", value: Float64Array.from({ length: leafValues.length }, (_, index) => index % dimensions) }],
    [`${leaf}_weights_as_tensor`, { kind: "tensor", value: { dtype: "float64", shape: [weights.length], data: weights } }],
  ];
}

/** By node, from the leaves up: every node comes before its children. */
function hitRates({ treeIds, columns, left, right }: Trees, covers: readonly number[]): [string, Attribute] {
  const rates = new Float64Array(columns.length);
  let leaf = covers.length;
  let start = 0;
  const starts = treeIds.map((tree, at) => {
    if (at > 0 && tree !== treeIds[at - 1]) start = at;
    return start;
  });
  for (let at = columns.length - 1; at >= 0; at--) {
    const first = starts[at] as number;
    rates[at] =
      (columns[at] as number) < 0
        ? (covers[--leaf] as number)
        : (rates[first + (left[at] as number)] as number) + (rates[first + (right[at] as number)] as number);
  }
  return ["nodes_hitrates_as_tensor", { kind: "tensor", value: { dtype: "float64", shape: [rates.length], data: rates } }];
}
