import type { Forest, Tree } from "./forest.ts";
import { type LeafEntries, type LeafTable, newLeafEntries } from "./leaf-table.ts";
import { rankOf, searchSteps, type Thresholds } from "./thresholds.ts";
import type { Traversal } from "./traverse.ts";

/** How a forest lies in memory as bit vectors. */
export interface BitVectorPlan {
  /** Bits of a tree's vector: 8, 16 or 32. */
  readonly leaves: number;
  /** Vectors of a table's row: the forest's trees and some that have one leaf of 0, to fill the last group. */
  readonly trees: number;
  /** Bytes of a table's row. */
  readonly stride: number;
  readonly thresholds: Thresholds;
}

/** Trees whose leaves are looked up side by side. */
export const treesPerGroup = 16;
/** The tables have to stay in the L2 cache with everything else that serves a request. */
const maxTableBytes = 2 ** 18;
/** A search and a pointer each; the code of both is written out. */
const maxFeatures = 64;

/** Instructions, roughly: of a step from a node to its child, of a step of the search, of an AND, of looking a leaf up. */
const cost = { step: 10, search: 6, feature: 6, and: 2, leaf: 7 };

/** A plan where bit vectors can hold the forest and, unless `always`, are expected to be faster than walking. */
export function planBitVectors(forest: Forest, thresholds: Thresholds, simd: boolean, always: boolean): BitVectorPlan | undefined {
  const most = forest.trees.reduce((most, tree) => Math.max(most, leavesOf(tree)), 1);
  if (most > 32) return undefined;
  const leaves = most <= 8 ? 8 : most <= 16 ? 16 : 32;
  const trees = Math.ceil(forest.trees.length / treesPerGroup) * treesPerGroup;
  const stride = (trees * leaves) / 8;
  if (thresholds.size > maxFeatures) return undefined;
  let rows = 0;
  let searches = 0;
  for (const list of thresholds.values()) {
    rows += list.length + 2;
    searches += cost.feature + cost.search * searchSteps(list.length);
  }
  if (rows * stride > maxTableBytes) return undefined;
  const ands = (stride / (simd ? 16 : 8)) * thresholds.size * cost.and;
  const steps = forest.trees.reduce((sum, { depth }) => sum + depth, 0);
  return always || searches + ands + trees * cost.leaf < steps * cost.step ? { leaves, trees, stride, thresholds } : undefined;
}

function leavesOf(tree: Tree): number {
  return (tree.feature.length + 1) / 2;
}

export interface BitVectorTable {
  readonly column: number;
  readonly list: Float64Array;
  /** Row r holds what is left of every tree's leaves when the first r of the feature's thresholds lie below the row's value. */
  readonly rows: Uint8Array;
  /** The row for NaN, absent where that is row 0. */
  readonly missing: number | undefined;
}

/** The tables of all features; `ranges` are the trees' leaves. */
export function writeBitVectors(forest: Forest, plan: BitVectorPlan, ranges: readonly LeafRanges[]): BitVectorTable[] {
  const { leaves, trees, stride } = plan;
  const writers = new Map(
    [...plan.thresholds].map(([column, list]) => {
      const missing = list.length + 1;
      const rows = new Uint8Array((missing + 1) * stride).fill(0xff);
      const vectors = leaves === 8 ? rows : leaves === 16 ? new Uint16Array(rows.buffer) : new Uint32Array(rows.buffer);
      return [column, { column, list, rows, vectors, missing, missingGoesUp: false }];
    }),
  );
  forest.trees.forEach(({ feature, threshold, lower, missingLower }, index) => {
    const { first, count } = ranges[index] as LeafRanges;
    for (let node = 0; node < feature.length; node++) {
      const writer = writers.get(feature[node] as number);
      if (writer === undefined) continue;
      const { vectors, list, missing } = writer;
      const below = lower[node] as number;
      const ruledOut = (2 ** (count[below] as number) - 1) * 2 ** (first[below] as number);
      const clear = (row: number): void => {
        vectors[row * trees + index] = (vectors[row * trees + index] as number) & ~ruledOut;
      };
      clear(rankOf(list, threshold[node] as number) + 1);
      if (missingLower[node] === 1) continue;
      clear(missing);
      writer.missingGoesUp = true;
    }
  });
  return [...writers.values()].map(({ column, list, rows, vectors, missing, missingGoesUp }) => {
    for (let at = trees; at < missing * trees; at++) vectors[at] = (vectors[at] as number) & (vectors[at - trees] as number);
    return { column, list, rows, missing: missingGoesUp ? missing : undefined };
  });
}

export interface LeafRanges {
  readonly first: Uint8Array;
  readonly count: Uint8Array;
}

/** The position of a leaf among its tree's leaves, the lower ones first; for a split, that of its first leaf and how many it has. */
export function leafRanges({ feature, lower, upper }: Tree): LeafRanges {
  const first = new Uint8Array(feature.length);
  const count = new Uint8Array(feature.length);
  // Nodes come before their children.
  for (let node = feature.length - 1; node >= 0; node--)
    count[node] = (feature[node] as number) < 0 ? 1 : (count[lower[node] as number] as number) + (count[upper[node] as number] as number);
  for (let node = 0; node < feature.length; node++) {
    if ((feature[node] as number) < 0) continue;
    const below = lower[node] as number;
    first[below] = first[node] as number;
    first[upper[node] as number] = (first[node] as number) + (count[below] as number);
  }
  return { first, count };
}

/** Every tree's leaves in their order, `leaves` entries each: their values where there is one target, else their addresses. */
export function writeLeaves(
  { forest, leaves: precision }: Traversal,
  { leaves, trees }: BitVectorPlan,
  ranges: readonly LeafRanges[],
  leafTable: LeafTable | undefined,
): LeafEntries {
  const entries = newLeafEntries(precision, leafTable, trees * leaves);
  if (leafTable !== undefined) entries.fill(leafTable.zeros);
  forest.trees.forEach((tree, index) => {
    const { first } = ranges[index] as LeafRanges;
    for (let node = 0; node < tree.feature.length; node++) {
      if ((tree.feature[node] as number) >= 0) continue;
      const leaf = tree.leaf[node] as number;
      entries[index * leaves + (first[node] as number)] =
        leafTable === undefined ? (tree.leafValues[leaf] as number) : leafTable.address(index, leaf);
    }
  });
  return entries;
}
