import { floatsAttribute, intsAttribute, stringsAttribute, tensorAttribute } from "../../../graph/attributes.ts";
import type { Node } from "../../../graph/graph.ts";
import { type Call, malformed } from "../../evaluate.ts";

/** What a leaf adds to a target or class. */
export interface LeafWeight {
  readonly target: number;
  readonly weight: number;
}

export interface Leaf {
  readonly kind: "leaf";
  /** In the order of the file. */
  readonly weights: readonly LeafWeight[];
}

export interface Split {
  readonly kind: "split";
  readonly mode: SplitMode;
  readonly feature: number;
  readonly threshold: number;
  /** The values that BRANCH_MEMBER asks for. */
  readonly members?: readonly number[];
  /** Whether a missing value goes the way of true. */
  readonly missingIsTrue: boolean;
  /** Node ids in the same tree. */
  readonly whenTrue: number;
  readonly whenFalse: number;
}

/** In the order of their numbers in ai.onnx.ml 5, the first to know sets. */
export const splitModes = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ", "BRANCH_MEMBER"] as const;
export type SplitMode = (typeof splitModes)[number];

export interface Tree {
  readonly root: number;
  /** By node id. */
  readonly nodes: ReadonlyMap<number, Leaf | Split>;
}

export interface TreeEnsemble {
  readonly trees: readonly Tree[];
  readonly baseValues: readonly number[];
}

/** Reading and checking takes longer than a row, and a node never changes. */
const known = new WeakMap<Node, TreeEnsemble>();

/** The trees of a node, whose leaf attributes begin with `class` or `target`. */
export function treeEnsemble(call: Call, leaf: "class" | "target"): TreeEnsemble {
  const found = remembered(call);
  if (found !== undefined) return found;
  return remember(call, { trees: readTrees(call, leaf), baseValues: Array.from(numbersOf(call, "base_values")) });
}

/** Checks that every walk ends, and keeps what was read for the next row. */
export function remember(call: Call, ensemble: TreeEnsemble): TreeEnsemble {
  for (const tree of ensemble.trees) refuseCycles(call, tree);
  known.set(call.node, ensemble);
  return ensemble;
}

/** What was read of the node before. */
export function remembered({ node }: Call): TreeEnsemble | undefined {
  return known.get(node);
}

/** A list of floats, or of doubles in the attribute `…_as_tensor` (ai.onnx.ml 3). */
function numbersOf({ node }: Call, name: string): ArrayLike<number> {
  const doubles = tensorAttribute(node, `${name}_as_tensor`);
  if (doubles !== undefined && doubles.dtype !== "string") return doubles.data;
  return floatsAttribute(node, name) ?? [];
}

function readTrees(call: Call, leaf: "class" | "target"): Tree[] {
  const { node } = call;
  const modes = stringsAttribute(node, "nodes_modes") ?? [];
  const column = (name: string): ArrayLike<number> => sameLength(call, name, modes.length, intsAttribute(node, name) ?? []);
  const [treeIds, nodeIds, features] = [column("nodes_treeids"), column("nodes_nodeids"), column("nodes_featureids")];
  const [whenTrue, whenFalse] = [column("nodes_truenodeids"), column("nodes_falsenodeids")];
  const thresholds = sameLength(call, "nodes_values", modes.length, numbersOf(call, "nodes_values"));
  const tracks = intsAttribute(node, "nodes_missing_value_tracks_true") ?? [];
  const weights = readWeights(call, leaf);

  const trees: { root: number; treeId: number }[] = [];
  const nodes = new Map<number, Map<number, Leaf | Split>>();
  modes.forEach((mode, index) => {
    const [treeId, nodeId] = [treeIds[index] ?? 0, nodeIds[index] ?? 0];
    // As in ONNX Runtime, the first node listed of a tree is its root.
    if (trees.at(-1)?.treeId !== treeId) trees.push({ root: nodeId, treeId });
    const own = nodes.get(treeId) ?? new Map<number, Leaf | Split>();
    nodes.set(treeId, own);
    if (own.has(nodeId)) malformed(call, `tree ${treeId} has the node ${nodeId} twice`);
    own.set(
      nodeId,
      mode === "LEAF"
        ? { kind: "leaf", weights: weights.get(treeId)?.get(nodeId) ?? [] }
        : {
            kind: "split",
            mode: splitModes.find((one) => one === mode) ?? malformed(call, `the node mode ${mode} does not exist`),
            feature: features[index] ?? 0,
            threshold: thresholds[index] ?? 0,
            missingIsTrue: tracks[index] === 1,
            whenTrue: whenTrue[index] ?? 0,
            whenFalse: whenFalse[index] ?? 0,
          },
    );
  });
  for (const [treeId, byNode] of weights)
    for (const nodeId of byNode.keys())
      if (nodes.get(treeId)?.has(nodeId) !== true) malformed(call, `a weight is of node ${nodeId} of tree ${treeId}, which does not exist`);
  if (trees.length === 0) malformed(call, "it has no trees");
  return trees.map(({ root, treeId }) => ({ root, nodes: nodes.get(treeId) ?? new Map() }));
}

/** The leaves' weights by tree id and node id. Of a split they count for nothing, as in ONNX Runtime. */
function readWeights(call: Call, leaf: "class" | "target"): Map<number, Map<number, LeafWeight[]>> {
  const values = numbersOf(call, `${leaf}_weights`);
  const column = (name: string): ArrayLike<number> =>
    sameLength(call, `${leaf}_${name}`, values.length, intsAttribute(call.node, `${leaf}_${name}`) ?? []);
  const [treeIds, nodeIds, targets] = [column("treeids"), column("nodeids"), column("ids")];
  const weights = new Map<number, Map<number, LeafWeight[]>>();
  for (let index = 0; index < values.length; index++) {
    const [treeId, nodeId] = [treeIds[index] ?? 0, nodeIds[index] ?? 0];
    const byNode = weights.get(treeId) ?? new Map<number, LeafWeight[]>();
    weights.set(treeId, byNode);
    const own = byNode.get(nodeId) ?? [];
    byNode.set(nodeId, own);
    own.push({ target: targets[index] ?? 0, weight: values[index] ?? 0 });
  }
  return weights;
}

function sameLength<T extends ArrayLike<unknown>>(call: Call, name: string, length: number, list: T): T {
  return list.length === length ? list : malformed(call, `"${name}" has ${list.length} entries instead of ${length}`);
}

/**
 * A walk in a cycle would not end. Two splits may share a child (exporters write set membership so), so
 * it is the path to a node that must not hold the node again.
 */
function refuseCycles(call: Call, { root, nodes }: Tree): void {
  const state = new Map<number, "on the path" | "done">();
  const path: { readonly id: number; readonly children: number[] }[] = [];
  const enter = (id: number): void => {
    const node = nodes.get(id) ?? malformed(call, `a tree has no node ${id}`);
    if (state.get(id) === "on the path") malformed(call, `a tree comes back to its node ${id}`);
    if (state.get(id) === "done") return;
    state.set(id, "on the path");
    path.push({ id, children: node.kind === "leaf" ? [] : [node.whenTrue, node.whenFalse] });
  };
  enter(root);
  for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
    const child = last.children.pop();
    if (child !== undefined) enter(child);
    else {
      state.set(last.id, "done");
      path.pop();
    }
  }
}
