import type { Attribute } from "../../src/graph/graph.ts";
import { seededRandom } from "../../test/onnx/random.ts";
import { writeOnnx } from "../../test/onnx/write.ts";

export interface LargeForestOptions {
  readonly trees: number;
  /** Splits of a tree; it has one leaf more. */
  readonly splits: number;
  readonly features: number;
  readonly classes: number;
  readonly seed: number;
}

/**
 * A random forest of unpruned trees as skl2onnx writes one: leaves are split at random places until a tree has its
 * splits, which makes it about three times as deep as a balanced one. Every leaf lists the share of every class,
 * which in most is all of one.
 */
export function largeForest({ trees, splits, features, classes, seed }: LargeForestOptions): {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly nodes: number;
} {
  const random = seededRandom(seed);
  const perTree = 2 * splits + 1;
  const nodes = trees * perTree;
  const ints = (): Float64Array<ArrayBuffer> => new Float64Array(nodes);
  const [treeIds, nodeIds, featureIds, trueIds, falseIds, hitRates] = [ints(), ints(), ints(), ints(), ints(), new Float32Array(nodes)];
  const values = new Float32Array(nodes);
  const modes = new Array<string>(nodes).fill("LEAF");
  const leaves = { trees: [] as number[], nodes: [] as number[], classes: [] as number[], weights: [] as number[] };
  for (let tree = 0; tree < trees; tree++) {
    const start = tree * perTree;
    const left = new Int32Array(perTree).fill(-1);
    const right = new Int32Array(perTree).fill(-1);
    const open = [0];
    for (let next = 1; next < perTree; next += 2) {
      const at = Math.floor(random() * open.length);
      const split = open[at] as number;
      left[split] = next;
      right[split] = next + 1;
      open[at] = next;
      open.push(next + 1);
    }
    // Numbered depth first, as scikit-learn numbers its nodes.
    let id = 0;
    const visit: { readonly node: number; readonly parent: number }[] = [{ node: 0, parent: -1 }];
    for (let entry = visit.pop(); entry !== undefined; entry = visit.pop()) {
      const at = start + id;
      if (entry.parent >= 0) falseIds[entry.parent] = id;
      treeIds[at] = tree;
      nodeIds[at] = id;
      hitRates[at] = 1;
      id++;
      if ((left[entry.node] as number) < 0) {
        const only = random() < 0.9 ? Math.floor(random() * classes) : -1;
        for (let position = 0; position < classes; position++) {
          leaves.trees.push(tree);
          leaves.nodes.push(id - 1);
          leaves.classes.push(position);
          leaves.weights.push((only < 0 ? random() / classes : only === position ? 1 : 0) / trees);
        }
        continue;
      }
      modes[at] = "BRANCH_LEQ";
      featureIds[at] = Math.floor(random() * features);
      values[at] = random();
      trueIds[at] = id;
      visit.push({ node: right[entry.node] as number, parent: at }, { node: left[entry.node] as number, parent: -1 });
    }
  }
  const list = (value: Float64Array | readonly number[]): Attribute => ({ kind: "ints", value: Float64Array.from(value) });
  const attributes = new Map<string, Attribute>([
    ["classlabels_int64s", list(Array.from({ length: classes }, (_, position) => position))],
    ["nodes_treeids", list(treeIds)],
    ["nodes_nodeids", list(nodeIds)],
    ["nodes_featureids", list(featureIds)],
    ["nodes_modes", { kind: "strings", value: modes }],
    ["nodes_values", { kind: "floats", value: values }],
    ["nodes_hitrates", { kind: "floats", value: hitRates }],
    ["nodes_truenodeids", list(trueIds)],
    ["nodes_falsenodeids", list(falseIds)],
    ["nodes_missing_value_tracks_true", list(new Float64Array(nodes))],
    ["class_treeids", list(leaves.trees)],
    ["class_nodeids", list(leaves.nodes)],
    ["class_ids", list(leaves.classes)],
    ["class_weights", { kind: "floats", value: Float32Array.from(leaves.weights) }],
    ["post_transform", { kind: "string", value: "NONE" }],
  ]);
  const bytes = writeOnnx({
    name: "forest",
    opsets: { "ai.onnx.ml": 3, "": 18 },
    inputs: [{ name: "X", dtype: "float32", shape: [null, features] }],
    outputs: [
      { name: "label", dtype: "int64", shape: [null] },
      { name: "scores", dtype: "float32", shape: [null, classes] },
    ],
    constants: new Map(),
    nodes: [
      { name: "trees", domain: "ai.onnx.ml", operator: "TreeEnsembleClassifier", inputs: ["X"], outputs: ["label", "scores"], attributes },
    ],
  });
  return { bytes, nodes };
}
