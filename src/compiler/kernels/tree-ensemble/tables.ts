import type { Features } from "./features.ts";
import type { Forest, Tree } from "./forest.ts";
import type { Run } from "./plan.ts";

/**
 * How a node lies in memory. float32: byte offset of the feature, threshold (8 bytes). float64:
 * threshold, byte offset of the feature, 4 unused (16 bytes). A linked node has its upper child's
 * address behind these, the lower child following the upper one.
 */
export interface NodeLayout {
  readonly slot: number;
  readonly threshold: number;
  /** Linked nodes only: the upper child's address; a leaf's own. */
  readonly upper: number;
  /** Linked nodes only: the address of the leaf's values. */
  readonly values: number;
  readonly bytes: number;
}

export function nodeLayout(precision: Forest["precision"], layout: Run["layout"]): NodeLayout {
  if (precision === "float32") return { slot: 0, threshold: 4, upper: 8, values: 12, bytes: layout === "padded" ? 8 : 16 };
  return { slot: 8, threshold: 0, upper: 12, values: 16, bytes: layout === "padded" ? 16 : 24 };
}

/**
 * Writes one tree as a perfect tree of `depth`: node i's upper child is at 2i + 1, the lower at
 * 2i + 2, leaves last. A leaf above the last level is repeated on it under splits of zeros, which may
 * go either way. A leaf's first 8 bytes are `leafWord` of it, as a float64.
 */
export function writePadded(
  view: DataView,
  start: number,
  tree: Tree,
  depth: number,
  layout: NodeLayout,
  offset: Features["offset"],
  leafWord: (leaf: number) => number,
): void {
  const words = new Float64Array(view.buffer);
  const wordsPerNode = layout.bytes / 8;
  const lastLevel = start / 8 + (2 ** depth - 1) * wordsPerNode;
  // Nodes come before their children, so that these are known when their node is met.
  const level = new Uint8Array(tree.feature.length);
  const place = new Int32Array(tree.feature.length);
  for (let node = 0; node < tree.feature.length; node++) {
    const distance = level[node] as number;
    const across = place[node] as number;
    if ((tree.feature[node] as number) < 0) {
      const width = 2 ** (depth - distance);
      const from = lastLevel + across * width * wordsPerNode;
      words.fill(leafWord(tree.leaf[node] as number), from, from + width * wordsPerNode);
      continue;
    }
    writeSplit(view, start + (2 ** distance - 1 + across) * layout.bytes, tree, node, layout, offset);
    const upper = tree.upper[node] as number;
    const lower = tree.lower[node] as number;
    level[upper] = distance + 1;
    level[lower] = distance + 1;
    place[upper] = 2 * across;
    place[lower] = 2 * across + 1;
  }
}

/**
 * Writes one tree with its own shape. `start` is the byte offset in `view`, `address` the same place
 * in the kernel's memory. A leaf compares with NaN, so goes "upper", and its upper child is itself: walking on from a
 * leaf stays there.
 */
export function writeLinked(
  view: DataView,
  start: number,
  address: number,
  tree: Tree,
  layout: NodeLayout,
  offset: Features["offset"],
  leafAddress: (leaf: number) => number,
): void {
  const place = new Int32Array(tree.feature.length);
  let end = 1;
  for (let node = 0; node < tree.feature.length; node++) {
    if ((tree.feature[node] as number) < 0) continue;
    place[tree.upper[node] as number] = end;
    place[tree.lower[node] as number] = end + 1;
    end += 2;
  }
  for (let node = 0; node < tree.feature.length; node++) {
    const from = (place[node] as number) * layout.bytes;
    const at = start + from;
    if ((tree.feature[node] as number) >= 0) {
      writeSplit(view, at, tree, node, layout, offset);
      view.setInt32(at + layout.upper, address + (place[tree.upper[node] as number] as number) * layout.bytes, true);
      continue;
    }
    writeThreshold(view, at, layout, Number.NaN);
    view.setInt32(at + layout.upper, address + from, true);
    view.setInt32(at + layout.values, leafAddress(tree.leaf[node] as number), true);
  }
}

function writeSplit(view: DataView, at: number, tree: Tree, node: number, layout: NodeLayout, offset: Features["offset"]): void {
  const feature = tree.feature[node] as number;
  view.setInt32(at + layout.slot, offset(feature, tree.missingLower[node] === 1), true);
  writeThreshold(view, at, layout, tree.threshold[node] as number);
}

function writeThreshold(view: DataView, at: number, layout: NodeLayout, threshold: number): void {
  if (layout.threshold === 0) view.setFloat64(at, threshold, true);
  else view.setFloat32(at + layout.threshold, threshold, true);
}
