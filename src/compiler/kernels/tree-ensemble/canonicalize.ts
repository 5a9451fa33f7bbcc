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
  const trees: Tree[] = [];
  let missingGoesLower = false;
  // As in ONNX Runtime, a tree's root is its first node in the tables.
  for (let root = 0; root < tables.treeIds.length; root++) {
    if (root > 0 && tables.treeIds[root] === tables.treeIds[root - 1]) continue;
    const tree = walk(node, tables, root, positions, leaves, features, targets, precision);
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
    positions.set(treeId, inOrder ? inOrderFrom(start, end) : anyOrderFrom(nodeIds, start, end));
    start = end;
  }
  return positions;
}

/** Converters number a tree's nodes from 0 on, in the order in which they list them. */
function inOrderFrom(start: number, end: number): TreePositions {
  return (id) => (id >= 0 && id < end - start ? start + id : undefined);
}

function anyOrderFrom(nodeIds: ArrayLike<number>, start: number, end: number): TreePositions {
  const positions = new Map<number, number>();
  for (let position = start; position < end; position++) positions.set(nodeIds[position] as number, position);
  return (id) => positions.get(id);
}

/** Where a leaf's values start in `values`, by the leaf's table position. */
interface LeafValues {
  readonly starts: ReadonlyMap<number, number>;
  readonly values: Float64Array;
}

function leafValues(node: Node, tables: TreeTables, positions: Positions, targets: number): LeafValues {
  const starts = new Map<number, number>();
  const given = new Set<number>();
  const values = new Float64Array(tables.leafTreeIds.length * targets);
  for (let index = 0; index < tables.leafTreeIds.length; index++) {
    const position = positions.get(tables.leafTreeIds[index] as number)?.(tables.leafNodeIds[index] as number);
    if (position === undefined) unsupported(node, `leaf weight ${index} names a node that does not exist`);
    const target = tables.leafTargets[index] as number;
    if (!(target >= 0 && target < targets)) unsupported(node, `leaf weight ${index} names target ${target} of ${targets}`);
    let start = starts.get(position);
    const place = position * targets + target;
    if (given.has(place)) unsupported(node, `two weights of one leaf for target ${target}`);
    given.add(place);
    if (start === undefined) {
      start = starts.size * targets;
      starts.set(position, start);
    }
    values[start + target] = tables.leafWeights[index] as number;
  }
  return { starts, values };
}

function walk(
  node: Node,
  tables: TreeTables,
  root: number,
  positions: Positions,
  leaves: LeafValues,
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
  const seen = new Set<number>();
  let depth = 0;

  /** Tables' positions still to visit, with where to write the position they get. */
  const pending: { position: number; level: number; link?: number[]; parent: number }[] = [{ position: root, level: 0, parent: -1 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { position, level, link, parent } = next;
    if (seen.has(position)) unsupported(node, `node ${tables.nodeIds[position]} of tree ${tables.treeIds[position]} is reached twice`);
    seen.add(position);
    const index = feature.length;
    if (link !== undefined) link[parent] = index;
    depth = Math.max(depth, level);
    lower.push(-1);
    upper.push(-1);
    if (tables.modes[position] === "LEAF") {
      feature.push(-1);
      threshold.push(0);
      missingLower.push(0);
      leaf.push(values.length / targets);
      const start = leaves.starts.get(position);
      for (let target = 0; target < targets; target++) values.push(start === undefined ? 0 : (leaves.values[start + target] as number));
      continue;
    }
    const split = toSplit(node, tables, position, precision);
    const featureId = tables.featureIds[position] as number;
    if (!(featureId >= 0 && featureId < features)) unsupported(node, `a split reads feature ${featureId} of ${features}`);
    feature.push(featureId);
    threshold.push(split.threshold);
    missingLower.push(split.missingLower ? 1 : 0);
    leaf.push(-1);
    for (const [links, id] of [
      [lower, split.lower],
      [upper, split.upper],
    ] as const) {
      const child = byId?.(id);
      if (child === undefined) unsupported(node, `node ${tables.nodeIds[position]} of tree ${tables.treeIds[position]} has no child ${id}`);
      pending.push({ position: child, level: level + 1, link: links, parent: index });
    }
  }
  return {
    depth,
    feature: Int32Array.from(feature),
    threshold: Float64Array.from(threshold),
    missingLower: Uint8Array.from(missingLower),
    lower: Int32Array.from(lower),
    upper: Int32Array.from(upper),
    leaf: Int32Array.from(leaf),
    leafValues: Float64Array.from(values),
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
