import type { Node } from "../../../graph/graph.ts";
import { nextDown } from "../../../tensor/next-down.ts";
import { unsupported } from "../../lowering.ts";
import type { TreeTables } from "./attributes.ts";
import type { Forest, Tree } from "./forest.ts";

/** A node as "goes lower when x <= threshold", whatever its mode in the file. */
interface Split {
  readonly threshold: number;
  readonly lower: number;
  readonly upper: number;
  readonly missingLower: boolean;
}

/**
 * Turns the ONNX tables into a forest.
 * @throws SetosaError OPERATOR_UNSUPPORTED for an equality mode, a damaged table, or a tree that is not one
 */
export function canonicalize(node: Node, tables: TreeTables, features: number, targets: number, precision: Forest["precision"]): Forest {
  const positions = nodePositions(node, tables);
  const leaves = leafValues(node, tables, positions, targets);
  const visited = new Uint8Array(tables.treeIds.length);
  const trees: Tree[] = [];
  let missingGoesLower = false;
  // As in ONNX Runtime, a tree's root is its first node in the tables.
  for (let root = 0; root < tables.treeIds.length; root++) {
    if (root > 0 && tables.treeIds[root] === tables.treeIds[root - 1]) continue;
    const tree = walk(node, tables, root, positions, leaves, visited, features, targets, precision);
    if (tree.missingLower.includes(1)) missingGoesLower = true;
    trees.push(tree);
  }
  return { precision, targets, trees, missingGoesLower };
}

/** Where the nodes of a tree lie in the tables, by node id. */
type TreePositions = (nodeId: number) => number | undefined;
type Positions = ReadonlyMap<number, TreePositions>;

/** Table positions by tree id and node id. */
function nodePositions(node: Node, { treeIds, nodeIds }: TreeTables): Positions {
  const positions = new Map<number, TreePositions>();
  for (let start = 0; start < treeIds.length; ) {
    const treeId = treeIds[start] as number;
    let end = start;
    let inOrder = true;
    for (; end < treeIds.length && treeIds[end] === treeId; end++) inOrder = inOrder && nodeIds[end] === end - start;
    if (positions.has(treeId)) unsupported(node, `the nodes of tree ${treeId} do not lie together`);
    positions.set(treeId, inOrder ? inOrderFrom(start, end) : anyOrderFrom(node, nodeIds, start, end));
    start = end;
  }
  return positions;
}

/** Converters number a tree's nodes from 0 on, in the order in which they list them. */
function inOrderFrom(start: number, end: number): TreePositions {
  return (id) => (id >= 0 && id < end - start ? start + id : undefined);
}

function anyOrderFrom(node: Node, nodeIds: ArrayLike<number>, start: number, end: number): TreePositions {
  const positions = new Map<number, number>();
  for (let position = start; position < end; position++) {
    const id = nodeIds[position] as number;
    if (positions.has(id)) unsupported(node, `the node id ${id} is there twice in one tree`);
    positions.set(id, position);
  }
  return (id) => positions.get(id);
}

/** Leaf values by the leaf's table position. */
interface LeafValues {
  /** Where they start in `values`; -1 for a node without any. */
  readonly starts: Int32Array;
  readonly values: Float64Array;
}

function leafValues(node: Node, tables: TreeTables, positions: Positions, targets: number): LeafValues {
  const { leafTreeIds, leafNodeIds, leafTargets, leafWeights } = tables;
  const starts = new Int32Array(tables.treeIds.length).fill(-1);
  const values = new Float64Array(leafTreeIds.length * targets);
  const given = new Uint8Array(values.length);
  let end = 0;
  for (let index = 0; index < leafTreeIds.length; index++) {
    const position = positions.get(leafTreeIds[index] as number)?.(leafNodeIds[index] as number);
    if (position === undefined) unsupported(node, `leaf weight ${index} names a node that does not exist`);
    const target = leafTargets[index] as number;
    if (!(target >= 0 && target < targets)) unsupported(node, `leaf weight ${index} names target ${target} of ${targets}`);
    let start = starts[position] as number;
    if (start < 0) {
      start = end;
      starts[position] = start;
      end += targets;
    }
    if (given[start + target] === 1) unsupported(node, `two weights of one leaf for target ${target}`);
    given[start + target] = 1;
    values[start + target] = leafWeights[index] as number;
  }
  return { starts, values };
}

function walk(
  node: Node,
  tables: TreeTables,
  root: number,
  positions: Positions,
  leaves: LeafValues,
  visited: Uint8Array,
  features: number,
  targets: number,
  precision: Forest["precision"],
): Tree {
  const byId = positions.get(tables.treeIds[root] as number);
  const feature: number[] = [];
  const threshold: number[] = [];
  const missingLower: number[] = [];
  const lower: number[] = [];
  const upper: number[] = [];
  const leaf: number[] = [];
  const values: number[] = [];
  let depth = 0;

  // Nodes still to visit, three numbers each: table position, level, and the parent's index, negated for its upper child.
  const pending: number[] = [root, 0, 0];
  while (pending.length > 0) {
    const link = pending.pop() as number;
    const level = pending.pop() as number;
    const position = pending.pop() as number;
    if (visited[position] === 1) unsupported(node, `node ${tables.nodeIds[position]} of tree ${tables.treeIds[position]} is reached twice`);
    visited[position] = 1;
    const index = feature.length;
    if (link > 0) lower[link - 1] = index;
    else if (link < 0) upper[-link - 1] = index;
    if (level > depth) depth = level;
    lower.push(-1);
    upper.push(-1);
    if (tables.modes[position] === "LEAF") {
      feature.push(-1);
      threshold.push(0);
      missingLower.push(0);
      leaf.push(values.length / targets);
      const start = leaves.starts[position] as number;
      for (let target = 0; target < targets; target++) values.push(start < 0 ? 0 : (leaves.values[start + target] as number));
      continue;
    }
    const split = toSplit(node, tables, position, precision);
    const featureId = tables.featureIds[position] as number;
    if (!(featureId >= 0 && featureId < features)) unsupported(node, `a split reads feature ${featureId} of ${features}`);
    feature.push(featureId);
    threshold.push(split.threshold);
    missingLower.push(split.missingLower ? 1 : 0);
    leaf.push(-1);
    const lowerChild = byId?.(split.lower);
    const upperChild = byId?.(split.upper);
    if (lowerChild === undefined || upperChild === undefined) {
      const absent = lowerChild === undefined ? split.lower : split.upper;
      unsupported(node, `node ${tables.nodeIds[position]} of tree ${tables.treeIds[position]} has no child ${absent}`);
    }
    pending.push(lowerChild, level + 1, index + 1, upperChild, level + 1, -index - 1);
  }
  return {
    depth,
    feature: new Int32Array(feature),
    threshold: new Float64Array(threshold),
    missingLower: new Uint8Array(missingLower),
    lower: new Int32Array(lower),
    upper: new Int32Array(upper),
    leaf: new Int32Array(leaf),
    leafValues: new Float64Array(values),
  };
}

/**
 * x < t is x <= the float below t; x > t and x >= t are those with the branches swapped. NaN takes the
 * false branch of every comparison unless the node says that missing values track the true one.
 */
function toSplit(node: Node, tables: TreeTables, position: number, precision: Forest["precision"]): Split {
  const value = tables.values[position] as number;
  const whenTrue = tables.trueIds[position] as number;
  const whenFalse = tables.falseIds[position] as number;
  const tracksTrue = tables.missingTracksTrue[position] === 1;
  if (Number.isNaN(value)) unsupported(node, "a threshold is NaN");
  switch (tables.modes[position]) {
    case "BRANCH_LEQ":
      return { threshold: value, lower: whenTrue, upper: whenFalse, missingLower: tracksTrue };
    case "BRANCH_LT":
      return { threshold: below(node, value, precision), lower: whenTrue, upper: whenFalse, missingLower: tracksTrue };
    case "BRANCH_GT":
      return { threshold: value, lower: whenFalse, upper: whenTrue, missingLower: !tracksTrue };
    case "BRANCH_GTE":
      return { threshold: below(node, value, precision), lower: whenFalse, upper: whenTrue, missingLower: !tracksTrue };
    default:
      return unsupported(node, `the node mode ${tables.modes[position]}`);
  }
}

function below(node: Node, value: number, precision: Forest["precision"]): number {
  if (value === Number.NEGATIVE_INFINITY) unsupported(node, "a threshold below which nothing lies");
  return nextDown(value, precision);
}
