import { intAttribute, intsAttribute, tensorAttribute } from "../../../graph/attributes.ts";
import { type Call, type Evaluate, malformed, unsupported } from "../../evaluate.ts";
import { postTransformByNumber } from "../../post-transform.ts";
import { type Leaf, remember, remembered, type Split, splitModes, type TreeEnsemble } from "./tree-ensemble.ts";
import { regress, targetsOf } from "./tree-ensemble-regressor.ts";

/** By their number. */
const aggregateNames = ["AVERAGE", "SUM", "MIN", "MAX"];

/** TreeEnsemble of ai.onnx.ml 5: `[rows, targets]` of its input's type. */
export const evaluateTreeEnsemble: Evaluate = (call) => {
  const targets = targetsOf(call);
  const number = intAttribute(call.node, "aggregate_function", 1);
  const aggregate = aggregateNames[number] ?? unsupported(call, `the aggregate function ${number}`);
  const dtype = call.inputs[0]?.dtype === "float64" ? "float64" : "float32";
  const ensemble = remembered(call) ?? remember(call, read(call));
  return [regress(call, dtype, ensemble, { targets, aggregate, transform: postTransformByNumber(call) })];
};

/** Splits are numbered by their place in the tables, and leaves follow them. */
function read(call: Call): TreeEnsemble {
  const { node } = call;
  const ints = (name: string): ArrayLike<number> => intsAttribute(node, name) ?? [];
  const numbers = (name: string): ArrayLike<number> => {
    const found = tensorAttribute(node, name);
    return found === undefined || found.dtype === "string" ? [] : found.data;
  };
  const features = ints("nodes_featureids");
  const column = (name: string, list: ArrayLike<number>, length = features.length): ArrayLike<number> =>
    list.length === length ? list : malformed(call, `"${name}" has ${list.length} entries instead of ${length}`);
  const modes = column("nodes_modes", numbers("nodes_modes"));
  const thresholds = column("nodes_splits", numbers("nodes_splits"));
  const [trueIds, trueLeaves] = [
    column("nodes_truenodeids", ints("nodes_truenodeids")),
    column("nodes_trueleafs", ints("nodes_trueleafs")),
  ];
  const [falseIds, falseLeaves] = [
    column("nodes_falsenodeids", ints("nodes_falsenodeids")),
    column("nodes_falseleafs", ints("nodes_falseleafs")),
  ];
  const tracks = ints("nodes_missing_value_tracks_true");
  const leafTargets = ints("leaf_targetids");
  const leafWeights = column("leaf_weights", numbers("leaf_weights"), leafTargets.length);
  const sets = setsOf(call, numbers("membership_values"));
  const id = (ids: ArrayLike<number>, leaves: ArrayLike<number>, index: number): number =>
    (ids[index] ?? -1) + (leaves[index] === 0 ? 0 : features.length);

  const nodes = new Map<number, Leaf | Split>();
  for (let index = 0; index < features.length; index++) {
    const mode = splitModes[modes[index] ?? -1] ?? malformed(call, `the node mode ${modes[index]} does not exist`);
    const members = mode === "BRANCH_MEMBER" ? (sets.shift() ?? malformed(call, "a node has no set of members")) : undefined;
    nodes.set(index, {
      kind: "split",
      mode,
      feature: features[index] ?? 0,
      threshold: thresholds[index] ?? 0,
      ...(members === undefined ? {} : { members }),
      missingIsTrue: tracks[index] === 1,
      whenTrue: id(trueIds, trueLeaves, index),
      whenFalse: id(falseIds, falseLeaves, index),
    });
  }
  if (sets.length > 0) malformed(call, "a set of members has no node");
  Array.from(leafTargets).forEach((target, leaf) => {
    nodes.set(features.length + leaf, { kind: "leaf", weights: [{ target, weight: leafWeights[leaf] ?? 0 }] });
  });
  const roots = Array.from(ints("tree_roots"));
  if (roots.length === 0) malformed(call, "it has no trees");
  return { trees: roots.map((root) => ({ root, nodes })), baseValues: [] };
}

/** Lists of members, each ended by NaN, in the order of the nodes that ask for them. */
function setsOf(call: Call, values: ArrayLike<number>): number[][] {
  const sets: number[][] = [];
  let open: number[] = [];
  for (const value of Array.from(values)) {
    if (Number.isNaN(value)) {
      sets.push(open);
      open = [];
    } else open.push(value);
  }
  return open.length === 0 ? sets : malformed(call, "the last set of members does not end");
}
