import type { Emitter } from "../../emitter.ts";
import type { Tree } from "./forest.ts";
import { LeafTable } from "./leaf-table.ts";
import { emitAddLeaves, emitLoadLeaf } from "./leaves.ts";
import type { NodeFormat } from "./node-format.ts";
import { type Run, sideBySide } from "./plan.ts";
import type { Traversal } from "./traverse.ts";

/**
 * Trees in their own shape: a node has its upper child's address, and the lower child follows the upper one. A leaf leads to
 * its values, before which stands a node that leads to itself: so every tree of a group takes the same number of steps, and
 * no branch is guessed.
 */
export function lowerLinked(run: Run, traversal: Traversal, format: NodeFormat): (emitter: Emitter) => void {
  const { forest, features, sums, lowering } = traversal;
  const { trees } = run;
  const nodeBytes = format.used + 4;
  // Where a leaf's values lie behind the address at which walks end.
  const valuesOffset = Math.ceil(nodeBytes / 8) * 8;
  const leafTable = new LeafTable(trees, traversal, {
    bytes: valuesOffset,
    write: (view, at, address) => {
      format.writeEnd(view, at);
      view.setInt32(at + format.used, address, true);
    },
  });
  const view = new DataView(new ArrayBuffer(trees.reduce((sum, tree) => sum + tree.feature.length, 0) * nodeBytes));
  const address = lowering.memory.constant(new Uint8Array(view.buffer));
  const roots = new Int32Array(trees.length);
  let start = 0;
  trees.forEach((tree, index) => {
    roots[index] = address + start;
    writeLinked(view, start, address + start, tree, format, (leaf) => leafTable.address(index, leaf) - valuesOffset);
    start += tree.feature.length * nodeBytes;
  });
  const rootsAddress = lowering.memory.constant(roots);

  return (emitter) => {
    const { fn } = emitter;
    const group = fn.local("i32");
    const level = fn.local("i32");
    const side = sideBySide(run, emitter);
    const nodes = Array.from({ length: side }, () => fn.local("i32"));
    fn.count(group, rootsAddress, rootsAddress + roots.byteLength, 4 * side, () =>
      emitter.eachRow([features.columns, sums], () => {
        nodes.forEach((node, index) => {
          fn.get(group).memory("i32.load", 4 * index);
          fn.set(node);
        });
        // One step more than the trees are deep, from a leaf to its values.
        fn.count(level, 0, run.depth + 1, 1, () => {
          for (const node of nodes) {
            fn.get(node).memory("i32.load", format.used);
            format.emitGoesLower(emitter, node, 0);
            fn.const("i32", nodeBytes).op("i32.mul", "i32.add").set(node);
          }
        });
        emitAddLeaves(emitter, traversal, nodes, (node) => {
          fn.get(node);
          if (forest.targets === 1) emitLoadLeaf(emitter, traversal, valuesOffset);
          else fn.const("i32", valuesOffset).op("i32.add");
        });
      }),
    );
  };
}

/** Writes one tree at the byte offset `start` in `view`, which is `address` in the kernel's memory. */
function writeLinked(
  view: DataView,
  start: number,
  address: number,
  tree: Tree,
  format: NodeFormat,
  leafAddress: (leaf: number) => number,
): void {
  const { feature, threshold, missingLower, upper, lower, leaf } = tree;
  const nodeBytes = format.used + 4;
  const place = new Int32Array(feature.length);
  let end = 1;
  for (let node = 0; node < feature.length; node++) {
    const from = (place[node] as number) * nodeBytes;
    const column = feature[node] as number;
    if (column < 0) {
      format.writeEnd(view, start + from);
      view.setInt32(start + from + format.used, leafAddress(leaf[node] as number), true);
      continue;
    }
    format.write(view, start + from, column, threshold[node] as number, missingLower[node] === 1);
    view.setInt32(start + from + format.used, address + end * nodeBytes, true);
    // Nodes come before their children.
    place[upper[node] as number] = end;
    place[lower[node] as number] = end + 1;
    end += 2;
  }
}
