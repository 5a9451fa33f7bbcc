import { compactIntsAttribute, intAttribute, tensorAttribute } from "../../../graph/attributes.ts";
import type { Node } from "../../../graph/graph.ts";
import { unsupported } from "../../lowering.ts";
import { leafPlaces, mode, type TreeStructure } from "./structure.ts";

/**
 * The trees of a TreeEnsemble (ai.onnx.ml 5): its splits by position, then its leaves.
 * @throws SetosaError OPERATOR_UNSUPPORTED for tables that contradict each other
 */
export function treeEnsembleStructure(node: Node, targets: number): TreeStructure {
  const ints = (name: string): Float64Array | Int32Array => compactIntsAttribute(node, name) ?? new Int32Array();
  const numbers = (name: string): ArrayLike<number> | undefined => {
    const found = tensorAttribute(node, name);
    if (found?.dtype === "string") unsupported(node, `"${name}" holds strings`);
    return found?.data;
  };
  const features = ints("nodes_featureids");
  const splits = features.length;
  const column = <T extends ArrayLike<number>>(name: string, list: T | undefined, length = splits): T =>
    list?.length === length ? list : unsupported(node, `"${name}" has ${list?.length ?? 0} entries instead of ${length}`);
  const leafTargets = ints("leaf_targetids");
  const leafWeights = column("leaf_weights", numbers("leaf_weights"), leafTargets.length);
  const total = splits + leafTargets.length;

  const modes = new Uint8Array(total).fill(mode.leaf);
  modes.set(column("nodes_modes", numbers("nodes_modes")));
  for (let position = 0; position < splits; position++)
    if ((modes[position] as number) > mode.member) unsupported(node, "a node mode that does not exist");
  const child = (ids: string, areLeaves: string): Int32Array => {
    const leaf = column(areLeaves, ints(areLeaves));
    const own = column(ids, ints(ids));
    const positions = new Int32Array(splits);
    for (let position = 0; position < splits; position++) {
      const from = leaf[position] === 0 ? 0 : splits;
      const to = leaf[position] === 0 ? splits : total;
      const id = own[position] as number;
      positions[position] = id >= 0 && from + id < to ? from + id : -1;
    }
    return positions;
  };
  const leafValues = new Float64Array(leafPlaces(node, leafTargets.length, targets));
  const leafStarts = new Int32Array(total).fill(-1);
  for (let leaf = 0; leaf < leafTargets.length; leaf++) {
    const target = leafTargets[leaf] as number;
    if (!(target >= 0 && target < targets)) unsupported(node, `leaf ${leaf} names target ${target} of ${targets}`);
    leafStarts[splits + leaf] = leaf * targets;
    leafValues[leaf * targets + target] = leafWeights[leaf] as number;
  }
  const missing = compactIntsAttribute(node, "nodes_missing_value_tracks_true");
  return {
    roots: ints("tree_roots"),
    modes,
    features,
    thresholds: column("nodes_splits", numbers("nodes_splits")),
    missingIsTrue: missing === undefined ? new Uint8Array(splits) : column("nodes_missing_value_tracks_true", missing),
    whenTrue: child("nodes_truenodeids", "nodes_trueleafs"),
    whenFalse: child("nodes_falsenodeids", "nodes_falseleafs"),
    members: membersOf(node, modes, numbers("membership_values") ?? []),
    leafStarts,
    leafValues,
  };
}

/** `membership_values` holds a set for every member node, in their order, each ended by NaN. */
function membersOf(node: Node, modes: Uint8Array, values: ArrayLike<number>): ReadonlyMap<number, Float64Array> {
  const members = new Map<number, Float64Array>();
  let at = 0;
  modes.forEach((code, position) => {
    if (code !== mode.member) return;
    const set: number[] = [];
    while (at < values.length && !Number.isNaN(values[at])) set.push(values[at++] as number);
    if (at === values.length) unsupported(node, "it has fewer sets of members than nodes that ask for one");
    at++;
    members.set(position, Float64Array.from(set));
  });
  if (at !== values.length) unsupported(node, "it has more sets of members than nodes that ask for one");
  return members;
}

/** By their number in ai.onnx.ml 5. */
const aggregateNames = ["AVERAGE", "SUM", "MIN", "MAX"] as const;

export function aggregateName(node: Node): string {
  const number = intAttribute(node, "aggregate_function", 1);
  return aggregateNames[number] ?? unsupported(node, `the aggregate function ${number}`);
}
