import type { Emitter } from "../../emitter.ts";
import type { Local } from "../../wasm/function.ts";
import type { Forest } from "./forest.ts";
import type { Traversal } from "./traverse.ts";

/** Columns of `sums` and of the leaf table: one, or whole SIMD registers of float64. */
export function paddedTargets(targets: number): number {
  return targets === 1 ? 1 : targets + (targets % 2);
}

/** float32 where that holds the leaves' values as they are: half the memory to reach for. */
export function leafPrecision({ trees }: Forest): Forest["precision"] {
  for (const { leafValues } of trees)
    for (let at = 0; at < leafValues.length; at++) if (!Object.is(Math.fround(leafValues[at] as number), leafValues[at])) return "float64";
  return "float32";
}

/** Loads a leaf's value from the address on the stack. */
export function emitLoadLeaf({ fn }: Emitter, { leaves }: Traversal, offset: number): void {
  if (leaves === "float32") fn.memory("f32.load", offset).op("f64.promote_f32");
  else fn.memory("f64.load", offset);
}

/**
 * Loads two (SIMD) or one of a leaf's values as float64, from the address on the stack and `offset` elements on.
 */
export function emitLoadLeaves(emitter: Emitter, traversal: Traversal, offset: number): void {
  const { leaves, lowering } = traversal;
  if (!lowering.simd) emitLoadLeaf(emitter, traversal, offset * (leaves === "float32" ? 4 : 8));
  else if (leaves === "float32") emitter.fn.memory("v128.load64_zero", offset * 4).op("f64x2.promote_low_f32x4");
  else emitter.fn.memory("v128.load", offset * 8);
}

/**
 * Adds the leaves of the trees to the row's sums. `load` leaves the leaf's value on the stack (one
 * target), or its values' address.
 */
export function emitAddLeaves(
  emitter: Emitter,
  traversal: Traversal,
  trees: readonly Local[],
  load: (tree: Local, index: number) => void,
): void {
  const { fn } = emitter;
  const { forest, leaves, sums, lowering } = traversal;
  if (forest.targets === 1) {
    emitter.store(sums, 0, () => {
      emitter.load(sums, 0);
      emitPairwiseSum(
        trees.length,
        (index) => load(trees[index] as Local, index),
        () => fn.op("f64.add"),
      );
      fn.op("f64.add");
    });
    return;
  }
  trees.forEach((tree, index) => {
    load(tree, index);
    fn.set(tree);
  });
  const lanes = lowering.simd ? 2 : 1;
  const add = (): void => void fn.op(lowering.simd ? "f64x2.add" : "f64.add");
  const log2SumBytes = lowering.simd ? 4 : 3;
  const log2LeafBytes = log2SumBytes - (leaves === "float32" ? 1 : 0);
  emitter.elements(sums.width / lanes, (element) => {
    /** Adds the element's bytes to the address on the stack; those of a known one are part of the instruction. */
    const move = (log2Bytes: number): void => {
      if (typeof element !== "number") fn.get(element).const("i32", log2Bytes).op("i32.shl", "i32.add");
    };
    const known = typeof element === "number" ? element : 0;
    const sumAt = sums.address + (known << log2SumBytes);
    emitter.pointer(sums);
    move(log2SumBytes);
    emitter.pointer(sums);
    move(log2SumBytes);
    fn.memory(lowering.simd ? "v128.load" : "f64.load", sumAt);
    emitPairwiseSum(
      trees.length,
      (index) => {
        fn.get(trees[index] as Local);
        move(log2LeafBytes);
        emitLoadLeaves(emitter, traversal, known * lanes);
      },
      add,
    );
    add();
    fn.memory(lowering.simd ? "v128.store" : "f64.store", sumAt);
  });
}

/** Sums in pairs of pairs: a chain of additions would wait for each one's latency. */
export function emitPairwiseSum(count: number, load: (index: number) => void, add: () => void): void {
  const sum = (from: number, to: number): void => {
    if (to - from === 1) {
      load(from);
      return;
    }
    const middle = (from + to + 1) >> 1;
    sum(from, middle);
    sum(middle, to);
    add();
  };
  sum(0, count);
}
