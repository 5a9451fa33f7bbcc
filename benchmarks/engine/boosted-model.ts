import type { Attribute } from "../../src/graph/graph.ts";
import { seededRandom } from "../../test/onnx/random.ts";
import { writeOnnx } from "../../test/onnx/write.ts";

export interface BoostedOptions {
  readonly trees: number;
  readonly depth: number;
  readonly features: number;
  /** Share of the nodes above the last level that split; the others are leaves, as pruned boosters have them. */
  readonly split: number;
  readonly seed: number;
}

/**
 * A gradient-boosted regression as ONNX, with random splits on features that are uniform in 0 to 1: the
 * thresholds of a path narrow the range, as a trainer's do, so that every leaf is reached.
 */
export function boostedModel({ trees, depth, features, split, seed }: BoostedOptions): {
  readonly bytes: Uint8Array;
  readonly nodes: number;
} {
  const random = seededRandom(seed);
  const columns = { treeids: [], nodeids: [], featureids: [], truenodeids: [], falsenodeids: [], missing_value_tracks_true: [] } as Record<
    string,
    number[]
  >;
  const push = (name: string, value: number): void => void columns[name]?.push(value);
  const modes: string[] = [];
  const values: number[] = [];
  const leaves = { tree: [] as number[], node: [] as number[], weight: [] as number[] };

  for (let tree = 0; tree < trees; tree++) {
    let nodes = 0;
    const grow = (level: number, low: readonly number[], high: readonly number[]): number => {
      const id = nodes++;
      const at = modes.length;
      push("treeids", tree);
      push("nodeids", id);
      push("missing_value_tracks_true", 0);
      const isLeaf = level === depth || (level > 1 && random() > split);
      const feature = isLeaf ? 0 : Math.floor(random() * features);
      const [from, to] = [low[feature] as number, high[feature] as number];
      const threshold = isLeaf ? 0 : Math.fround(from + (to - from) * (0.2 + 0.6 * random()));
      push("featureids", feature);
      modes.push(isLeaf ? "LEAF" : "BRANCH_LEQ");
      values.push(threshold);
      push("truenodeids", 0);
      push("falsenodeids", 0);
      if (isLeaf) {
        leaves.tree.push(tree);
        leaves.node.push(id);
        leaves.weight.push((random() - 0.5) * 0.1);
        return id;
      }
      (columns.truenodeids as number[])[at] = grow(level + 1, low, high.with(feature, threshold));
      (columns.falsenodeids as number[])[at] = grow(level + 1, low.with(feature, threshold), high);
      return id;
    };
    grow(0, new Array<number>(features).fill(0), new Array<number>(features).fill(1));
  }

  const ints = (list: readonly number[]): Attribute => ({ kind: "ints", value: Float64Array.from(list) });
  const attributes = new Map<string, Attribute>([
    ...Object.entries(columns).map(([name, list]): [string, Attribute] => [`nodes_${name}`, ints(list)]),
    ["nodes_modes", { kind: "strings", value: modes }],
    ["nodes_values", { kind: "floats", value: Float32Array.from(values) }],
    ["target_treeids", ints(leaves.tree)],
    ["target_nodeids", ints(leaves.node)],
    ["target_ids", ints(leaves.tree.map(() => 0))],
    ["target_weights", { kind: "floats", value: Float32Array.from(leaves.weight) }],
    ["n_targets", { kind: "int", value: 1 }],
  ]);
  const bytes = writeOnnx({
    name: "boosted",
    opsets: { "ai.onnx.ml": 1, "": 18 },
    inputs: [{ name: "X", dtype: "float32", shape: [null, features] }],
    outputs: [{ name: "value", dtype: "float32", shape: [null, 1] }],
    constants: new Map(),
    nodes: [{ name: "trees", domain: "ai.onnx.ml", operator: "TreeEnsembleRegressor", inputs: ["X"], outputs: ["value"], attributes }],
  });
  return { bytes, nodes: modes.length };
}
