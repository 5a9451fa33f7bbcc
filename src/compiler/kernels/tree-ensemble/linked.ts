import type { Emitter } from "../../emitter.ts";
import { emitAddLeaves, LeafTable } from "./leaves.ts";
import type { Run } from "./plan.ts";
import { emitGoesLower } from "./step.ts";
import { nodeLayout, writeLinked } from "./tables.ts";
import type { Traversal } from "./traverse.ts";

/**
 * Trees in their own shape: every node has its children's address, and a leaf is its own child, so that
 * every tree of a group takes the same number of steps and no branch is guessed.
 */
export function lowerLinked(run: Run, traversal: Traversal): (emitter: Emitter) => void {
  const { forest, features, sums, lowering } = traversal;
  const layout = nodeLayout(forest.precision, "linked");
  const leafTable = new LeafTable(run.trees, traversal);
  const table = new Uint8Array(run.trees.reduce((sum, tree) => sum + tree.feature.length, 0) * layout.bytes);
  const view = new DataView(table.buffer);
  const address = lowering.memory.constant(table);
  const roots = new Int32Array(run.trees.length);
  let start = 0;
  run.trees.forEach((tree, index) => {
    roots[index] = address + start;
    writeLinked(view, start, address + start, tree, layout, features.offset, (leaf) => leafTable.address(tree, leaf));
    start += tree.feature.length * layout.bytes;
  });
  const rootsAddress = lowering.memory.constant(roots);

  return (emitter) => {
    const { fn } = emitter;
    const group = fn.local("i32");
    const level = fn.local("i32");
    const nodes = run.trees.slice(0, run.interleave).map(() => fn.local("i32"));
    fn.count(group, rootsAddress, rootsAddress + roots.byteLength, 4 * run.interleave, () =>
      emitter.eachRow([features.columns, sums], () => {
        nodes.forEach((node, index) => {
          fn.get(group).memory("i32.load", 4 * index);
          fn.set(node);
        });
        fn.count(level, 0, run.depth, 1, () => {
          for (const node of nodes) {
            fn.get(node).memory("i32.load", layout.upper);
            emitGoesLower(emitter, traversal, layout, node, 0);
            fn.const("i32", layout.bytes).op("i32.mul", "i32.add").set(node);
          }
        });
        emitAddLeaves(emitter, traversal, nodes, (node) => {
          fn.get(node).memory("i32.load", layout.values);
          if (forest.targets === 1) fn.memory("f64.load");
        });
      }),
    );
  };
}
