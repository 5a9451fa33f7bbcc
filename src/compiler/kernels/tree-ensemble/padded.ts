import type { Emitter } from "../../emitter.ts";
import type { Tree } from "./forest.ts";
import { leafTableFor, newLeafEntries } from "./leaf-table.ts";
import { emitAddLeaves, emitLoadLeaf } from "./leaves.ts";
import type { NodeFormat } from "./node-format.ts";
import { type Run, sideBySide } from "./plan.ts";
import type { Traversal } from "./traverse.ts";

/** A level of nodes of 16 bytes or less starts with a cache line. */
const cacheLine = 64;

/**
 * Perfect trees, in the order of a heap whose root is node 1: branch-free, and the next node's address follows from this
 * one's. All trees of a group share one address, each at a constant distance from it; their leaves lie behind all nodes.
 */
export function lowerPadded(run: Run, traversal: Traversal, format: NodeFormat): (emitter: Emitter) => void {
  const { features, sums, lowering } = traversal;
  const { depth, trees } = run;
  const leafTable = leafTableFor(trees, traversal);
  const leaves = newLeafEntries(traversal.leaves, leafTable, trees.length << depth);
  const view = new DataView(new ArrayBuffer((format.bytes * trees.length) << depth));
  format.fillEnds(view.buffer);
  trees.forEach((tree, index) => {
    writePadded(view, (index * format.bytes) << depth, tree, depth, format, (leaf, from, to) => {
      const value = leafTable === undefined ? (tree.leafValues[leaf] as number) : leafTable.address(index, leaf);
      leaves.fill(value, (index << depth) + from, (index << depth) + to);
    });
  });
  const start = lowering.memory.constant(new Uint8Array(view.buffer), cacheLine);
  const leavesStart = lowering.memory.constant(leaves, cacheLine);
  const treeBytes = format.bytes << depth;
  const log2Bytes = Math.log2(format.bytes);
  const log2LeafBytes = Math.log2(leaves.BYTES_PER_ELEMENT);

  return (emitter) => {
    const { fn } = emitter;
    const group = fn.local("i32");
    const side = sideBySide(run, emitter);
    const nodes = Array.from({ length: side }, () => fn.local("i32"));
    fn.count(group, start, start + view.byteLength, treeBytes * side, () =>
      emitter.eachRow([features.columns, sums], () => {
        for (const node of nodes) fn.get(group).const("i32", format.bytes).op("i32.add").set(node);
        // From address a = group + offset to group + 2·offset (+ bytes): 2·a - group (+ bytes).
        for (let level = 0; level < depth; level++)
          nodes.forEach((node, index) => {
            fn.get(node).const("i32", 1).op("i32.shl").get(group).op("i32.sub");
            format.emitGoesLower(emitter, node, index * treeBytes);
            fn.const("i32", log2Bytes).op("i32.shl", "i32.add").set(node);
          });
        emitAddLeaves(emitter, traversal, nodes, (node, index) => {
          // Leaves follow each other as the trees' nodes do, the first at what would be node 2^depth of its tree.
          const shift = log2LeafBytes - log2Bytes;
          fn.get(node);
          if (shift !== 0) fn.const("i32", Math.abs(shift)).op(shift > 0 ? "i32.shl" : "i32.shr_u");
          fn.const("i32", (leavesStart - (1 << (depth + log2LeafBytes)) - start * 2 ** shift) | 0).op("i32.add");
          const at = index << (depth + log2LeafBytes);
          if (leafTable === undefined) emitLoadLeaf(emitter, traversal, at);
          else fn.memory("i32.load", at);
        });
      }),
    );
  };
}

/**
 * Writes one tree as a perfect tree of `depth`: node i's upper child is 2i, the lower 2i + 1. A leaf above the last level is
 * repeated on it, under splits that always go up; `writeLeaf` gets the leaf and where its places begin and end.
 */
function writePadded(
  view: DataView,
  start: number,
  tree: Tree,
  depth: number,
  format: NodeFormat,
  writeLeaf: (leaf: number, from: number, to: number) => void,
): void {
  const { feature, threshold, missingLower, upper, lower, leaf } = tree;
  // Nodes come before their children, so that these are known when their node is met.
  const level = new Uint8Array(feature.length);
  const place = new Int32Array(feature.length);
  place[0] = 1;
  for (let node = 0; node < feature.length; node++) {
    const at = place[node] as number;
    const distance = level[node] as number;
    const column = feature[node] as number;
    if (column < 0) {
      const width = 1 << (depth - distance);
      const from = at * width - (1 << depth);
      writeLeaf(leaf[node] as number, from, from + width);
      continue;
    }
    format.write(view, start + at * format.bytes, column, threshold[node] as number, missingLower[node] === 1);
    const [above, below] = [upper[node] as number, lower[node] as number];
    level[above] = distance + 1;
    level[below] = distance + 1;
    place[above] = 2 * at;
    place[below] = 2 * at + 1;
  }
}
