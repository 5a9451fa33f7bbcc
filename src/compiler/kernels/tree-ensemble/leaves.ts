import type { Emitter } from "../../emitter.ts";
import type { Local } from "../../wasm/function.ts";
import { paddedColumns } from "../dense.ts";
import type { Tree } from "./forest.ts";
import type { Traversal } from "./traverse.ts";

/** The values of leaves, each distinct vector once: forests repeat them a lot. */
export class LeafTable {
  /** Starts of vectors in the data, by a hash of their bits. */
  readonly #starts = new Map<number, number[]>();
  readonly #data: Float64Array;
  readonly #bits: Int32Array;
  readonly #base: number;
  readonly #targets: number;
  #end = 0;

  constructor(trees: readonly Tree[], { forest, lowering }: Traversal) {
    this.#targets = forest.targets;
    const leaves = trees.reduce((sum, tree) => sum + tree.leafValues.length / forest.targets, 0);
    // One more for zeros, and one where a vector lies until it is known to be new.
    this.#data = new Float64Array((leaves + 2) * paddedTargets(forest.targets));
    this.#bits = new Int32Array(this.#data.buffer);
    this.#base = lowering.memory.constant(this.#data);
  }

  /** The address of the leaf's values. */
  address(tree: Tree, leaf: number): number {
    for (let target = 0; target < this.#targets; target++)
      this.#data[this.#end + target] = tree.leafValues[leaf * this.#targets + target] as number;
    return this.#addressOfLast();
  }

  /** The address of as many zeros. */
  zeros(): number {
    this.#data.fill(0, this.#end, this.#end + this.#targets);
    return this.#addressOfLast();
  }

  /** The address of the vector at the end, or of an equal one before it. */
  #addressOfLast(): number {
    const end = this.#end;
    const hash = this.#hash(end);
    const same = this.#starts.get(hash);
    const known = same?.find((start) => this.#equal(start, end));
    if (known !== undefined) return this.#base + known * 8;
    if (same === undefined) this.#starts.set(hash, [end]);
    else same.push(end);
    this.#end += paddedTargets(this.#targets);
    return this.#base + end * 8;
  }

  #hash(start: number): number {
    let hash = 0;
    for (let word = start * 2; word < (start + this.#targets) * 2; word++) hash = (Math.imul(hash, 31) + (this.#bits[word] as number)) | 0;
    return hash;
  }

  #equal(a: number, b: number): boolean {
    for (let word = 0; word < this.#targets * 2; word++) if (this.#bits[a * 2 + word] !== this.#bits[b * 2 + word]) return false;
    return true;
  }
}

/** With one target a padded tree's leaf holds its value itself, and needs no table. */
export function leafTableFor(trees: readonly Tree[], traversal: Traversal): LeafTable | undefined {
  return traversal.forest.targets === 1 ? undefined : new LeafTable(trees, traversal);
}

/** Columns of `sums` and of the leaf table: one, or whole SIMD registers. */
export function paddedTargets(targets: number): number {
  return targets === 1 ? 1 : paddedColumns(targets);
}

/**
 * Adds the leaves of the trees to the row's sums. `load` leaves the leaf's value on the stack (one
 * target), or its values' address.
 */
export function emitAddLeaves(
  emitter: Emitter,
  { forest, sums, lowering }: Traversal,
  trees: readonly Local[],
  load: (tree: Local, index: number) => void,
): void {
  const { fn } = emitter;
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
  const vector = lowering.simd;
  const lanes = vector ? 2 : 1;
  emitter.elements(sums.width / lanes, (element) => {
    const log2Bytes = vector ? 4 : 3;
    /** Loads the targets `element` from the address on the stack plus `base`. */
    const loadTargets = (base: number): void => {
      if (typeof element !== "number") fn.get(element).const("i32", log2Bytes).op("i32.shl", "i32.add");
      fn.memory(vector ? "v128.load" : "f64.load", base + (typeof element === "number" ? element << log2Bytes : 0));
    };
    emitter.pointer(sums);
    if (typeof element !== "number") fn.get(element).const("i32", log2Bytes).op("i32.shl", "i32.add");
    emitter.pointer(sums);
    loadTargets(sums.address);
    const add = (): void => void fn.op(vector ? "f64x2.add" : "f64.add");
    emitPairwiseSum(
      trees.length,
      (index) => {
        fn.get(trees[index] as Local);
        loadTargets(0);
      },
      add,
    );
    add();
    fn.memory(vector ? "v128.store" : "f64.store", sums.address + (typeof element === "number" ? element << log2Bytes : 0));
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
