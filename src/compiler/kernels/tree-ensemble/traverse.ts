import type { Emitter } from "../../emitter.ts";
import type { Lowering } from "../../lowering.ts";
import type { RowsValue } from "../../values.ts";
import type { Local } from "../../wasm/function.ts";
import type { Forest, Tree } from "./forest.ts";
import { planRuns, type Run } from "./plan.ts";
import { LeafTable, type NodeLayout, nodeLayout, type Slots, writeLinked, writePadded } from "./tables.ts";

/**
 * Lays a forest out in memory and gives the code that adds every tree's leaf to `sums` (float64
 * `[rows, targets]`, which it zeroes first). `features` is where the rows lie, as `slots` says.
 *
 * Trees are the outer loop and rows the inner one, so that a group of trees stays in the L1 cache
 * while a block of rows passes through it.
 */
export function lowerTraversal(
  forest: Forest,
  features: RowsValue,
  slots: Slots,
  sums: RowsValue,
  lowering: Lowering,
): (emitter: Emitter) => void {
  const emits = planRuns(forest.trees).map((run) => {
    const lower = run.layout === "padded" ? lowerPadded : lowerLinked;
    return lower(run, forest, features, slots, sums, lowering);
  });
  return (emitter) => {
    emitter.eachRow([sums], () =>
      emitter.elements(forest.targets, (target) => emitter.store(sums, target, () => emitter.fn.const("f64", 0))),
    );
    for (const emit of emits) emit(emitter);
  };
}

type Emit = (emitter: Emitter) => void;

function lowerPadded(run: Run, forest: Forest, features: RowsValue, slots: Slots, sums: RowsValue, lowering: Lowering): Emit {
  const layout = nodeLayout(forest.precision, "padded");
  // With one target a leaf holds its value itself.
  const leafTable = forest.targets === 1 ? undefined : new LeafTable(lowering.memory, run.trees);
  const treeBytes = (2 ** (run.depth + 1) - 1) * layout.bytes;
  const table = new Uint8Array(treeBytes * run.trees.length);
  const view = new DataView(table.buffer);
  run.trees.forEach((tree, index) =>
    writePadded(view, index * treeBytes, tree, run.depth, layout, slots, (leaf, at, { leafValues }, position) => {
      if (leafTable === undefined) leaf.setFloat64(at, leafValues[position] as number, true);
      else leaf.setInt32(at, leafTable.address(tree, position, forest.targets), true);
    }),
  );
  const start = lowering.memory.constant(table);

  return (emitter) => {
    const { fn } = emitter;
    const group = fn.local("i32");
    const offsets = run.trees.slice(0, run.interleave).map(() => fn.local("i32"));
    const address = fn.local("i32");
    fn.count(group, start, start + table.byteLength, treeBytes * run.interleave, () =>
      emitter.eachRow([features, sums], () => {
        for (let level = 0; level < run.depth; level++)
          offsets.forEach((offset, index) => {
            if (level === 0) fn.const("i32", layout.bytes).get(group).set(address);
            else
              fn.get(offset)
                .const("i32", 1)
                .op("i32.shl")
                .const("i32", layout.bytes)
                .op("i32.add")
                .get(group)
                .get(offset)
                .op("i32.add")
                .set(address);
            goesLower(emitter, forest, features, layout, address, index * treeBytes);
            fn.const("i32", Math.log2(layout.bytes)).op("i32.shl", "i32.add").set(offset);
          });
        if (run.depth === 0) for (const offset of offsets) fn.const("i32", 0).set(offset);
        addLeaves(emitter, sums, forest.targets, offsets, (offset, index) => {
          fn.get(group).get(offset).op("i32.add");
          if (forest.targets === 1) fn.memory("f64.load", index * treeBytes);
          else fn.memory("i32.load", index * treeBytes);
        });
      }),
    );
  };
}

function lowerLinked(run: Run, forest: Forest, features: RowsValue, slots: Slots, sums: RowsValue, lowering: Lowering): Emit {
  const layout = nodeLayout(forest.precision, "linked");
  const leafTable = new LeafTable(lowering.memory, run.trees);
  const nodes = run.trees.reduce((sum, tree) => sum + tree.feature.length, 0);
  const table = new Uint8Array(nodes * layout.bytes);
  const view = new DataView(table.buffer);
  const address = lowering.memory.constant(table);
  const roots = new Int32Array(run.trees.length);
  let start = 0;
  run.trees.forEach((tree: Tree, index) => {
    roots[index] = address + start;
    writeLinked(view, start, address + start, tree, layout, slots, (leaf) => leafTable.address(tree, leaf, forest.targets));
    start += tree.feature.length * layout.bytes;
  });
  const rootsAddress = lowering.memory.constant(roots);

  return (emitter) => {
    const { fn } = emitter;
    const group = fn.local("i32");
    const level = fn.local("i32");
    const nodeLocals = run.trees.slice(0, run.interleave).map(() => fn.local("i32"));
    fn.count(group, rootsAddress, rootsAddress + roots.byteLength, 4 * run.interleave, () =>
      emitter.eachRow([features, sums], () => {
        nodeLocals.forEach((node, index) =>
          fn
            .get(group)
            .memory("i32.load", 4 * index)
            .set(node),
        );
        fn.count(level, 0, run.depth, 1, () => {
          for (const node of nodeLocals) {
            fn.get(node).memory("i32.load", layout.upper);
            goesLower(emitter, forest, features, layout, node, 0);
            fn.const("i32", layout.bytes).op("i32.mul", "i32.add").set(node);
          }
        });
        addLeaves(emitter, sums, forest.targets, nodeLocals, (node) => {
          fn.get(node).memory("i32.load", layout.values);
          if (forest.targets === 1) fn.memory("f64.load");
        });
      }),
    );
  };
}

/** Leaves 1 on the stack when the row goes to the lower child of the node at `node` + `offset`, else 0; NaN gives 0. */
function goesLower(emitter: Emitter, forest: Forest, features: RowsValue, layout: NodeLayout, node: Local, offset: number): void {
  const { fn } = emitter;
  emitter.pointer(features);
  fn.get(node)
    .memory("i32.load", offset + layout.slot)
    .op("i32.add");
  if (forest.precision === "float32")
    fn.memory("f32.load", features.address)
      .get(node)
      .memory("f32.load", offset + layout.threshold)
      .op("f32.le");
  else
    fn.memory("f64.load", features.address)
      .get(node)
      .memory("f64.load", offset + layout.threshold)
      .op("f64.le");
}

/** Adds the leaves of the trees to the row's sums. `load` leaves the leaf's value (one target) or its values' address. */
function addLeaves(
  emitter: Emitter,
  sums: RowsValue,
  targets: number,
  trees: readonly Local[],
  load: (tree: Local, index: number) => void,
): void {
  const { fn } = emitter;
  if (targets === 1) {
    emitter.store(sums, 0, () => {
      emitter.load(sums, 0);
      trees.forEach((tree, index) => {
        load(tree, index);
        // Summed in pairs: a chain of eight additions would wait for each one's latency.
        if (index % 2 === 1) fn.op("f64.add", "f64.add");
      });
      if (trees.length % 2 === 1) fn.op("f64.add");
    });
    return;
  }
  trees.forEach((tree, index) => {
    load(tree, index);
    fn.set(tree);
  });
  emitter.elements(targets, (target) =>
    emitter.store(sums, target, () => {
      emitter.load(sums, target);
      for (const tree of trees) {
        fn.get(tree);
        if (typeof target === "number") fn.memory("f64.load", target * 8);
        else fn.get(target).const("i32", 3).op("i32.shl", "i32.add").memory("f64.load");
        fn.op("f64.add");
      }
    }),
  );
}
