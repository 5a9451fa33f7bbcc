import type { Attribute, Constant, Node } from "../../graph/graph.ts";
import { onnxDTypes } from "../../tensor/onnx-dtypes.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import { leafIds, withAttributes } from "./tree-nodes.ts";

/** Integers up to here have a float32 of their own. */
const maxExactInteger = 2 ** 24;

const ints = (values: ArrayLike<number>): Attribute => ({ kind: "ints", value: Float64Array.from(values) });
const floats = (values: ArrayLike<number>): Attribute => ({ kind: "floats", value: Float32Array.from(values) });

/** The ensemble with another tree: one that leads the number i, its only feature, to leaf i. And those numbers as rows. */
export function selectLeaf(tree: Node): readonly [Node, Tensor] {
  const leaves = leafIds(tree);
  const treeId = treeIdOf(tree);
  const ids: number[] = [];
  const thresholds: number[] = [];
  const whenTrue: number[] = [];
  const whenFalse: number[] = [];
  const first = leaves.reduce((largest, id) => Math.max(largest, id), 0) + 1;
  // Split i of a range of leaves is named by its middle, which no other split has.
  const name = (from: number, to: number): number => (to - from === 1 ? (leaves[from] as number) : first + middle(from, to));
  const pending: (readonly [number, number])[] = [[0, leaves.length]];
  for (let range = pending.pop(); range !== undefined; range = pending.pop()) {
    const [from, to] = range;
    if (to - from === 1) continue;
    const at = middle(from, to);
    ids.push(first + at);
    thresholds.push(at - 0.5);
    whenTrue.push(name(from, at));
    whenFalse.push(name(at, to));
    pending.push([from, at], [at, to]);
  }
  const splits = ids.length;
  const zeros = new Array<number>(leaves.length).fill(0);
  const selector = withAttributes(tree, {
    nodes_treeids: ints(new Array<number>(splits + leaves.length).fill(treeId)),
    nodes_nodeids: ints([...ids, ...leaves]),
    nodes_featureids: ints(new Array<number>(splits + leaves.length).fill(0)),
    nodes_modes: { kind: "strings", value: [...ids.map(() => "BRANCH_LEQ"), ...leaves.map(() => "LEAF")] },
    nodes_values: floats([...thresholds, ...zeros]),
    nodes_values_as_tensor: undefined,
    nodes_truenodeids: ints([...whenTrue, ...zeros]),
    nodes_falsenodeids: ints([...whenFalse, ...zeros]),
    nodes_missing_value_tracks_true: undefined,
    nodes_hitrates: undefined,
    nodes_hitrates_as_tensor: undefined,
  });
  return [selector, tensor("float32", [leaves.length, 1], Float32Array.from(leaves.keys()))];
}

function middle(from: number, to: number): number {
  return (from + to) >> 1;
}

function treeIdOf(tree: Node): number {
  const ids = tree.attributes.get("nodes_treeids");
  return ids?.kind === "ints" ? (ids.value[0] ?? 0) : 0;
}

/**
 * Nodes that give the value `name` directly: the tree with that value in its leaves, and what brings it into its type
 * and shape. Undefined where float32 leaves cannot hold it.
 */
export function tabulated(
  tree: Node,
  name: string,
  values: ReadonlyMap<string, { readonly byLeaf: Tensor }>,
  constants: Map<string, Constant>,
): readonly Node[] | undefined {
  const byLeaf = values.get(name)?.byLeaf;
  if (byLeaf === undefined || byLeaf.dtype === "string" || byLeaf.dtype === "float64") return undefined;
  const { dtype, data, shape } = byLeaf;
  // Sums begin at 0, which turns -0 into it.
  const holds = (value: number): boolean => !Object.is(value, -0) && (dtype === "float32" || Math.abs(value) <= maxExactInteger);
  if (!data.every(holds)) return undefined;
  const leaves = leafIds(tree);
  const targets = data.length / leaves.length;
  const entries = Array.from(data.keys());
  const kept = [...tree.attributes].filter(([key]) => key.startsWith("nodes_") && !key.startsWith("nodes_hitrates"));
  const list = (suffix: string): string => `${name}/${suffix}`;
  const isPlain = dtype === "float32" && shape.length === 2;
  const ensemble: Node = {
    name: `${tree.name}/leaves`,
    domain: tree.domain,
    operator: "TreeEnsembleRegressor",
    inputs: tree.inputs,
    outputs: [isPlain ? name : list("leaves")],
    attributes: new Map<string, Attribute>([
      ...kept,
      ["n_targets", { kind: "int", value: targets }],
      ["target_treeids", ints(entries.map(() => treeIdOf(tree)))],
      ["target_nodeids", ints(entries.map((entry) => leaves[Math.floor(entry / targets)] as number))],
      ["target_ids", ints(entries.map((entry) => entry % targets))],
      ["target_weights", floats(Float32Array.from(data))],
    ]),
  };
  if (isPlain) return [ensemble];
  const shapeName = list("shape");
  constants.set(shapeName, tensor("int64", [shape.length], Float64Array.of(-1, ...shape.slice(1))));
  const code = [...onnxDTypes].find(([, known]) => known === dtype)?.[0] ?? 0;
  const plain = { domain: "", attributes: new Map<string, Attribute>() };
  return [
    ensemble,
    { ...plain, name: `${tree.name}/shape`, operator: "Reshape", inputs: [list("leaves"), shapeName], outputs: [list("shaped")] },
    {
      ...plain,
      name: `${tree.name}/type`,
      operator: "Cast",
      inputs: [list("shaped")],
      outputs: [name],
      attributes: new Map<string, Attribute>([["to", { kind: "int", value: code }]]),
    },
  ];
}
