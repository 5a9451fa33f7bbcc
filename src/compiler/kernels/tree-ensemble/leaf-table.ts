import type { Forest, Tree } from "./forest.ts";
import { paddedTargets } from "./leaves.ts";
import type { Traversal } from "./traverse.ts";

/** What stands before every vector of a leaf table. */
export interface LeafHeader {
  /** A multiple of 8. */
  readonly bytes: number;
  /** Writes the header at the byte offset `at`, which is `address` in the kernel's memory. */
  readonly write: (view: DataView, at: number, address: number) => void;
}

/** The values of leaves in the kernel's memory, each distinct vector once: forests repeat them a lot. The first is all zeros. */
export class LeafTable {
  /** The address of zeros. */
  readonly zeros: number;
  readonly #targets: number;
  /** Positions of the leaves' vectors, tree after tree. */
  readonly #positions: Int32Array;
  /** Where a tree's leaves begin among these. */
  readonly #firsts: Int32Array;
  readonly #stride: number;

  constructor(trees: readonly Tree[], { forest, leaves, lowering }: Traversal, header?: LeafHeader) {
    this.#targets = forest.targets;
    this.#firsts = new Int32Array(trees.length);
    const count = trees.reduce((sum, tree, index) => {
      this.#firsts[index] = sum;
      return sum + tree.leafValues.length / forest.targets;
    }, 0);
    this.#positions = new Int32Array(count);
    const vectors = this.#collect(trees);
    const elementBytes = leaves === "float32" ? 4 : 8;
    const before = header?.bytes ?? 0;
    // Whole float64s, so that headers stay aligned.
    this.#stride = before + Math.ceil((paddedTargets(forest.targets) * elementBytes) / 8) * 8;
    const distinct = vectors.length / forest.targets;
    const bytes = new ArrayBuffer(distinct * this.#stride);
    const data = leaves === "float32" ? new Float32Array(bytes) : new Float64Array(bytes);
    const view = new DataView(bytes);
    const base = lowering.memory.constant(new Uint8Array(bytes));
    for (let vector = 0; vector < distinct; vector++) {
      const at = vector * this.#stride;
      const first = (at + before) / elementBytes;
      for (let target = 0; target < forest.targets; target++) data[first + target] = vectors[vector * forest.targets + target] as number;
      header?.write(view, at, base + at);
    }
    this.zeros = base + before;
  }

  /** The address of the values of a tree's leaf. */
  address(tree: number, leaf: number): number {
    return this.zeros + (this.#positions[(this.#firsts[tree] as number) + leaf] as number) * this.#stride;
  }

  /** The distinct vectors, zeros first; sets the leaves' positions among them. */
  #collect(trees: readonly Tree[]): Float64Array {
    const targets = this.#targets;
    const vectors = new Float64Array((this.#positions.length + 1) * targets);
    const bits = new Int32Array(vectors.buffer);
    // Positions + 1 by the hash of their bits, in the next free place (open addressing).
    const table = new Int32Array(2 ** Math.ceil(Math.log2(2 * this.#positions.length + 2)));
    const mask = table.length - 1;
    const words = 2 * targets;
    let distinct = 0;
    const positionOfLast = (): number => {
      const last = distinct * words;
      let hash = 0;
      for (let word = last; word < last + words; word++) hash = Math.imul(hash ^ (bits[word] as number), 0x9e3779b1) ^ (hash >>> 15);
      for (let place = (hash ^ (hash >>> 16)) & mask; ; place = (place + 1) & mask) {
        const known = (table[place] as number) - 1;
        if (known < 0) {
          table[place] = ++distinct;
          return distinct - 1;
        }
        let word = 0;
        while (word < words && bits[known * words + word] === bits[last + word]) word++;
        if (word === words) return known;
      }
    };
    positionOfLast();
    let leaf = 0;
    for (const { leafValues } of trees)
      for (let at = 0; at < leafValues.length; at += targets) {
        for (let target = 0; target < targets; target++) vectors[distinct * targets + target] = leafValues[at + target] as number;
        this.#positions[leaf++] = positionOfLast();
      }
    return vectors.subarray(0, distinct * targets);
  }
}

/** With one target a leaf's place holds its value itself, and needs no table. */
export function leafTableFor(trees: readonly Tree[], traversal: Traversal): LeafTable | undefined {
  return traversal.forest.targets === 1 ? undefined : new LeafTable(trees, traversal);
}

/** Places of leaves: their values, or the addresses of these in a table. */
export type LeafEntries = Float32Array | Float64Array | Int32Array;

export function newLeafEntries(precision: Forest["precision"], table: LeafTable | undefined, length: number): LeafEntries {
  if (table !== undefined) return new Int32Array(length);
  return precision === "float32" ? new Float32Array(length) : new Float64Array(length);
}
