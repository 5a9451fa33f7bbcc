import type { Node } from "../../../graph/graph.ts";
import { unsupported } from "../../lowering.ts";
import type { TreeTables } from "./attributes.ts";
import { leafPlaces, mode, type TreeStructure } from "./structure.ts";

/**
 * The trees of a TreeEnsembleClassifier or TreeEnsembleRegressor.
 * @throws SetosaError OPERATOR_UNSUPPORTED for tables that contradict each other
 */
export function ensembleStructure(node: Node, tables: TreeTables, targets: number): TreeStructure {
  const { treeIds, modes, trueIds, falseIds } = tables;
  const positions = nodePositions(node, tables);
  const roots: number[] = [];
  const whenTrue = new Int32Array(treeIds.length).fill(-1);
  const whenFalse = new Int32Array(treeIds.length).fill(-1);
  // As in ONNX Runtime, a tree's root is its first node in the tables.
  for (const tree of positions.values()) {
    roots.push(tree.start);
    for (let position = tree.start; position < tree.end; position++) {
      if (modes[position] === mode.leaf) continue;
      whenTrue[position] = positionIn(tree, trueIds[position] as number);
      whenFalse[position] = positionIn(tree, falseIds[position] as number);
    }
  }
  return {
    roots,
    modes,
    features: tables.featureIds,
    thresholds: tables.values,
    missingIsTrue: tables.missingTracksTrue,
    whenTrue,
    whenFalse,
    members: new Map(),
    ...leafValues(node, tables, positions, targets),
  };
}

/** Where the nodes of a tree lie in the tables. */
interface TreePositions {
  readonly start: number;
  readonly end: number;
  /** By node id; undefined where the ids count on from 0 in the order of the tables, as converters number them. */
  readonly byId: ReadonlyMap<number, number> | undefined;
}

/** -1 for a node that does not exist. */
function positionIn({ start, end, byId }: TreePositions, id: number): number {
  if (byId !== undefined) return byId.get(id) ?? -1;
  return id >= 0 && id < end - start ? start + id : -1;
}

/** By tree id, in the order of the tables. */
function nodePositions(node: Node, { treeIds, nodeIds }: TreeTables): ReadonlyMap<number, TreePositions> {
  const positions = new Map<number, TreePositions>();
  for (let start = 0; start < treeIds.length; ) {
    const treeId = treeIds[start] as number;
    let end = start;
    let inOrder = true;
    for (; end < treeIds.length && treeIds[end] === treeId; end++) inOrder = inOrder && nodeIds[end] === end - start;
    if (positions.has(treeId)) unsupported(node, `the nodes of tree ${treeId} do not lie together`);
    positions.set(treeId, { start, end, byId: inOrder ? undefined : anyOrder(node, nodeIds, start, end) });
    start = end;
  }
  return positions;
}

function anyOrder(node: Node, nodeIds: ArrayLike<number>, start: number, end: number): ReadonlyMap<number, number> {
  const positions = new Map<number, number>();
  for (let position = start; position < end; position++) {
    const id = nodeIds[position] as number;
    if (positions.has(id)) unsupported(node, `the node id ${id} is there twice in one tree`);
    positions.set(id, position);
  }
  return positions;
}

function leafValues(
  node: Node,
  { treeIds, leafTreeIds, leafNodeIds, leafTargets, leafWeights }: TreeTables,
  positions: ReadonlyMap<number, TreePositions>,
  targets: number,
): Pick<TreeStructure, "leafStarts" | "leafValues"> {
  const leafStarts = new Int32Array(treeIds.length).fill(-1);
  const starts = new Int32Array(leafTreeIds.length);
  let end = 0;
  let tree: TreePositions | undefined;
  for (let index = 0; index < starts.length; index++) {
    const treeId = leafTreeIds[index] as number;
    if (index === 0 || treeId !== leafTreeIds[index - 1]) tree = positions.get(treeId);
    const position = tree === undefined ? -1 : positionIn(tree, leafNodeIds[index] as number);
    if (position < 0) unsupported(node, `leaf weight ${index} names a node that does not exist`);
    let start = leafStarts[position] as number;
    if (start < 0) {
      start = end;
      leafStarts[position] = start;
      end += targets;
    }
    starts[index] = start;
  }
  const values = new Float64Array(leafPlaces(node, end / targets, targets));
  const given = new Uint8Array(end);
  for (let index = 0; index < starts.length; index++) {
    const target = leafTargets[index] as number;
    if (!(target >= 0 && target < targets)) unsupported(node, `leaf weight ${index} names target ${target} of ${targets}`);
    const place = (starts[index] as number) + target;
    if (given[place] === 1) unsupported(node, `two weights of one leaf for target ${target}`);
    given[place] = 1;
    values[place] = leafWeights[index] as number;
  }
  return { leafStarts, leafValues: values };
}
