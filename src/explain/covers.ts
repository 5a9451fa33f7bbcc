import type { TreeStructure } from "../compiler/kernels/tree-ensemble/structure.ts";
import { mode } from "../compiler/kernels/tree-ensemble/structure.ts";
import { floatsAttribute, tensorAttribute } from "../graph/attributes.ts";
import type { Node } from "../graph/graph.ts";
import { refuse } from "./refuse.ts";

/** Of a TreeEnsemble (ai.onnx.ml 5), whose own `nodes_hitrates` say nothing of leaves: the weight of each leaf's training rows. */
export const leafCovers = "setosa.leaf_covers";

/** What sums of float32 weights may be off by, of their size. */
const tolerance = 1e-4;

const hint =
  "Save the model again with setosa.save, which writes these weights, or serve the trainer's own file (XGBoost's .json or .ubj, LightGBM's .txt, CatBoost's .json).";

/**
 * The structure with a target more: a leaf's cover, the weight of the training rows that came to it.
 * @throws SetosaError EXPLANATION_UNSUPPORTED where the file does not have them
 */
export function withCovers(node: Node, structure: TreeStructure, targets: number): TreeStructure {
  const covers = coversOf(node, structure);
  const leaves: number[] = [];
  for (let position = 0; position < structure.modes.length; position++) if (structure.modes[position] === mode.leaf) leaves.push(position);
  const leafStarts = new Int32Array(structure.modes.length).fill(-1);
  const leafValues = new Float64Array(leaves.length * (targets + 1));
  leaves.forEach((position, index) => {
    const to = index * (targets + 1);
    const from = structure.leafStarts[position] as number;
    leafStarts[position] = to;
    if (from >= 0) leafValues.set(structure.leafValues.subarray(from, from + targets), to);
    leafValues[to + targets] = covers(position);
  });
  return { ...structure, leafStarts, leafValues };
}

/** By a leaf's position in the tables. */
function coversOf(node: Node, structure: TreeStructure): (position: number) => number {
  const own = listOf(node, leafCovers);
  if (own !== undefined) {
    const splits = structure.modes.length - own.length;
    if (splits !== structure.features.length || !own.every(isWeight)) refuse("the weights of its leaves do not fit its trees", hint);
    return (position) => own[position - splits] as number;
  }
  const rates = node.operator === "TreeEnsemble" ? undefined : (listOf(node, "nodes_hitrates") ?? listOf(node, "nodes_hitrates_as_tensor"));
  if (rates === undefined || rates.length !== structure.modes.length || !rates.every(isWeight) || !addUp(structure, rates))
    refuse("its file does not say how many training rows came to each leaf", hint);
  return (position) => rates[position] as number;
}

function isWeight(value: number): boolean {
  return value >= 0 && value < Number.POSITIVE_INFINITY;
}

function listOf(node: Node, name: string): Float32Array | Float64Array | undefined {
  const attribute = node.attributes.get(name);
  if (attribute?.kind === "floats") return floatsAttribute(node, name);
  if (attribute?.kind !== "tensor") return undefined;
  const data = tensorAttribute(node, name)?.data;
  return data instanceof Float32Array || data instanceof Float64Array ? data : undefined;
}

/** Converters write 1 for every node where they do not know: that is no weight, as both of a split's children are its parent's rows. */
function addUp({ modes, whenTrue, whenFalse }: TreeStructure, rates: Float32Array | Float64Array): boolean {
  for (let position = 0; position < modes.length; position++) {
    if (modes[position] === mode.leaf) continue;
    const both = (rates[whenTrue[position] as number] as number) + (rates[whenFalse[position] as number] as number);
    const own = rates[position] as number;
    if (!(Math.abs(both - own) <= tolerance * Math.max(own, both))) return false;
  }
  return true;
}
