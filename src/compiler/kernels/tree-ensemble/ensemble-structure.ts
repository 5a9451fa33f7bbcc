import type { Node } from "../../../graph/graph.ts";
import { unsupported } from "../../lowering.ts";
import type { TreeTables } from "./attributes.ts";
import { leafPlaces, mode, modeByText, type TreeStructure } from "./structure.ts";

/**
 * The trees of a TreeEnsembleClassifier or TreeEnsembleRegressor.
 * @throws SetosaError OPERATOR_UNSUPPORTED for tables that contradict each other
 */
export function ensembleStructure(node: Node, tables: TreeTables, targets: number): TreeStructure {
  const positions = nodePositions(node, tables);
  const { treeIds } = tables;
  const modes = new Uint8Array(tables.modes.length);
  // Not `Uint8Array.from`, which makes an iterator's result object of every one of a million nodes.
  for (let position = 0; position < modes.length; position++) {
    const text = tables.modes[position] as string;
    modes[position] = modeByText.get(text) ?? unsupported(node, `the node mode ${text}`);
  }
  const roots: number[] = [];
  const whenTrue = new Int32Array(treeIds.length).fill(-1);
  const whenFalse = new Int32Array(treeIds.length).fill(-1);
  let inTree: TreePositions | undefined;
  for (let position = 0; position < treeIds.length; position++) {
    // As in ONNX Runtime, a tree's root is its first node in the tables.
    if (position === 0 || treeIds[position] !== treeIds[position - 1]) {
      roots.push(position);
      inTree = positions.get(treeIds[position] as number);
    }
    if (modes[position] === mode.leaf) continue;
    whenTrue[position] = inTree?.(tables.trueIds[position] as number) ?? -1;
    whenFalse[position] = inTree?.(tables.falseIds[position] as number) ?? -1;
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

function leafValues(
  node: Node,
  tables: TreeTables,
  positions: Positions,
  targets: number,
): Pick<TreeStructure, "leafStarts" | "leafValues"> {
  const { leafTreeIds, leafNodeIds, leafTargets, leafWeights } = tables;
  const leafStarts = new Int32Array(tables.treeIds.length).fill(-1);
  const values = new Float64Array(leafPlaces(node, leafTreeIds.length, targets));
  const given = new Uint8Array(values.length);
  let end = 0;
  for (let index = 0; index < leafTreeIds.length; index++) {
    const position = positions.get(leafTreeIds[index] as number)?.(leafNodeIds[index] as number);
    if (position === undefined) unsupported(node, `leaf weight ${index} names a node that does not exist`);
    const target = leafTargets[index] as number;
    if (!(target >= 0 && target < targets)) unsupported(node, `leaf weight ${index} names target ${target} of ${targets}`);
    let start = leafStarts[position] as number;
    if (start < 0) {
      start = end;
      leafStarts[position] = start;
      end += targets;
    }
    if (given[start + target] === 1) unsupported(node, `two weights of one leaf for target ${target}`);
    given[start + target] = 1;
    values[start + target] = leafWeights[index] as number;
  }
  return { leafStarts, leafValues: values };
}
