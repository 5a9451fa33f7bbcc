import type { Emitter } from "../../emitter.ts";
import type { Local } from "../../wasm/function.ts";
import { emitAddLeaves, emitLoadLeaves, emitPairwiseSum } from "./leaves.ts";
import type { Traversal } from "./traverse.ts";

export interface LeafLoop {
  /** A multiple of `group`. */
  readonly trees: number;
  readonly group: number;
  /** Puts the leaf of the tree number `first` + `index` on the stack: its value (one target), or its values' address. */
  readonly load: (first: Local, index: number) => void;
}

/** Sums that are kept in registers while the trees go by. */
const maxRegisters = 4;

/** Sets the row's sums to the total of all trees' leaves. */
export function emitSumOfLeaves(emitter: Emitter, traversal: Traversal, { trees, group, load }: LeafLoop): void {
  const { fn } = emitter;
  const { forest, sums, lowering } = traversal;
  const first = fn.local("i32");
  const each = (body: () => void): void => void fn.count(first, 0, trees, group, body);
  if (forest.targets === 1) {
    const sum = fn.local("f64");
    fn.const("f64", 0).set(sum);
    each(() => {
      fn.get(sum);
      emitPairwiseSum(
        group,
        (index) => load(first, index),
        () => fn.op("f64.add"),
      );
      fn.op("f64.add").set(sum);
    });
    emitter.store(sums, 0, () => fn.get(sum));
    return;
  }
  const leaves = Array.from({ length: group }, () => fn.local("i32"));
  const type = lowering.simd ? "v128" : "f64";
  const lanes = lowering.simd ? 2 : 1;
  const registers = sums.width / lanes;
  if (registers > maxRegisters) {
    emitter.elements(sums.width, (target) => emitter.store(sums, target, () => fn.const("f64", 0)));
    each(() => emitAddLeaves(emitter, traversal, leaves, (_, index) => load(first, index)));
    return;
  }
  const totals = Array.from({ length: registers }, () => fn.local(type));
  for (const total of totals) {
    fn.const("f64", 0);
    if (lowering.simd) fn.op("f64x2.splat");
    fn.set(total);
  }
  const add = (): void => void fn.op(lowering.simd ? "f64x2.add" : "f64.add");
  each(() => {
    leaves.forEach((leaf, index) => {
      load(first, index);
      fn.set(leaf);
    });
    totals.forEach((total, register) => {
      fn.get(total);
      emitPairwiseSum(
        group,
        (index) => {
          fn.get(leaves[index] as Local);
          emitLoadLeaves(emitter, traversal, register * lanes);
        },
        add,
      );
      add();
      fn.set(total);
    });
  });
  totals.forEach((total, register) => {
    emitter.pointer(sums);
    fn.get(total).memory(lowering.simd ? "v128.store" : "f64.store", sums.address + register * lanes * 8);
  });
}
