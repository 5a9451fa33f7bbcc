import type { Emitter } from "../../emitter.ts";
import { emitAddLeaves, leafTableFor } from "./leaves.ts";
import type { Run } from "./plan.ts";
import { emitGoesLower } from "./step.ts";
import { nodeLayout, writePadded } from "./tables.ts";
import type { Traversal } from "./traverse.ts";

/**
 * Perfect trees, in the order of a heap: branch-free, and the next node's address follows from this
 * one's. All trees of a group share one address, each at a constant distance from it.
 */
export function lowerPadded(run: Run, traversal: Traversal): (emitter: Emitter) => void {
  const { forest, features, sums, lowering } = traversal;
  const layout = nodeLayout(forest.precision, "padded");
  const leafTable = leafTableFor(run.trees, traversal);
  const treeBytes = (2 ** (run.depth + 1) - 1) * layout.bytes;
  const table = new Uint8Array(treeBytes * run.trees.length);
  const view = new DataView(table.buffer);
  run.trees.forEach((tree, index) => {
    const leafWord = (leaf: number): number =>
      leafTable === undefined ? (tree.leafValues[leaf] as number) : addressWord(leafTable.address(tree, leaf));
    writePadded(view, index * treeBytes, tree, run.depth, layout, features.offset, leafWord);
  });
  const start = lowering.memory.constant(table);
  const log2Bytes = Math.log2(layout.bytes);

  return (emitter) => {
    const { fn } = emitter;
    const group = fn.local("i32");
    const rest = fn.local("i32");
    const nodes = run.trees.slice(0, run.interleave).map(() => fn.local("i32"));
    fn.count(group, start, start + table.byteLength, treeBytes * run.interleave, () =>
      emitter.eachRow([features.columns, sums], () => {
        for (const node of nodes) fn.get(group).set(node);
        // From address a = group + offset to group + 2·offset + bytes (+ bytes): 2·a + (bytes - group) (+ bytes).
        fn.const("i32", layout.bytes).get(group).op("i32.sub").set(rest);
        for (let level = 0; level < run.depth; level++)
          nodes.forEach((node, index) => {
            fn.get(node).const("i32", 1).op("i32.shl").get(rest).op("i32.add");
            emitGoesLower(emitter, traversal, layout, node, index * treeBytes);
            fn.const("i32", log2Bytes).op("i32.shl", "i32.add").set(node);
          });
        emitAddLeaves(emitter, traversal, nodes, (node, index) =>
          fn.get(node).memory(leafTable === undefined ? "f64.load" : "i32.load", index * treeBytes),
        );
      }),
    );
  };
}

const word = new Float64Array(1);
const wordBits = new Int32Array(word.buffer);

/** The float64 whose first four bytes are the address, and the others 0. */
function addressWord(address: number): number {
  wordBits[0] = address;
  return word[0] as number;
}
