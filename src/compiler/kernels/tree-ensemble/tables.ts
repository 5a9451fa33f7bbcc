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

/** Where a row's features lie, from the node's point of view. */
export interface Slots {
  /** Byte offset of a feature; `missingLower` asks for the copy in which a missing value is -Infinity. */
  readonly offset: (feature: number, missingLower: boolean) => number;
  /** Byte offset of a slot that always holds 0; needed by linked trees. */
  readonly zero: number;
}

/**
 * Writes one tree as a perfect tree of `depth`: node i's upper child is at 2i + 1, the lower at
 * 2i + 2, leaves last. A leaf above the last level is repeated below itself under splits that may
 * go either way. A leaf holds its value (one target) or the address of its values.
 */
export function writePadded(
  view: DataView,
  start: number,
  tree: Tree,
  depth: number,
  layout: NodeLayout,
  slots: Slots,
  leaves: LeafWriter,
): void {
  let level = [0];
  for (let distance = 0, index = 0; distance <= depth; distance++) {
    const below: number[] = [];
    for (const node of level) {
      const at = start + index * layout.bytes;
      index++;
      const feature = tree.feature[node] as number;
      if (distance === depth) {
        leaves(view, at, tree, tree.leaf[node] as number);
        continue;
      }
      if (feature < 0) {
        below.push(node, node);
        continue;
      }
      writeSplit(view, at, tree, node, layout, slots);
      below.push(tree.upper[node] as number, tree.lower[node] as number);
    }
    level = below;
  }
}

export type LeafWriter = (view: DataView, at: number, tree: Tree, leaf: number) => void;

/**
 * Writes one tree with its own shape. `start` is the byte offset in `view`, `address` the same place
 * in the kernel's memory. A leaf reads the zero slot, compares it with -Infinity, so goes "upper",
 * and its upper child is itself: walking on from a leaf stays there.
 */
export function writeLinked(
  view: DataView,
  start: number,
  address: number,
  tree: Tree,
  layout: NodeLayout,
  slots: Slots,
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
    const offset = (place[node] as number) * layout.bytes;
    const at = start + offset;
    if ((tree.feature[node] as number) >= 0) {
      writeSplit(view, at, tree, node, layout, slots);
      view.setInt32(at + layout.upper, address + (place[tree.upper[node] as number] as number) * layout.bytes, true);
      continue;
    }
    view.setInt32(at + layout.slot, slots.zero, true);
    writeThreshold(view, at, layout, Number.NEGATIVE_INFINITY);
    view.setInt32(at + layout.upper, address + offset, true);
    view.setInt32(at + layout.values, leafAddress(tree.leaf[node] as number), true);
  }
}

function writeSplit(view: DataView, at: number, tree: Tree, node: number, layout: NodeLayout, slots: Slots): void {
  const feature = tree.feature[node] as number;
  view.setInt32(at + layout.slot, slots.offset(feature, tree.missingLower[node] === 1), true);
  writeThreshold(view, at, layout, tree.threshold[node] as number);
}

function writeThreshold(view: DataView, at: number, layout: NodeLayout, threshold: number): void {
  if (layout.threshold === 0) view.setFloat64(at, threshold, true);
  else view.setFloat32(at + layout.threshold, threshold, true);
}
