import type { Emitter } from "../../emitter.ts";
import type { Lowering } from "../../lowering.ts";
import { type BitVectorPlan, planBitVectors } from "./bit-vector-tables.ts";
import type { Forest, Tree } from "./forest.ts";
import { maxRankedFeatures, maxRankedThresholds } from "./ranked-features.ts";
import { distinctThresholds, searchSteps, type Thresholds } from "./thresholds.ts";

/**
 * Ways to find a row's leaves: by bit vectors, or by walks that compare the row's values with the thresholds (`values`),
 * or its ranks with the thresholds' ranks (`ranks`).
 */
export const treeLayouts = ["bit-vectors", "values", "ranks"] as const;
export type TreeLayout = (typeof treeLayouts)[number];

export type ForestPlan =
  | { readonly layout: "bit-vectors"; readonly plan: BitVectorPlan }
  | { readonly layout: "values" }
  | { readonly layout: "ranks"; readonly thresholds: Thresholds };

/** Bytes of thresholds to search, above which the searches miss the fast caches themselves. */
const maxSearchBytes = 2 ** 17;

/** The layout that is expected to be the fastest; the only allowed one where it can hold the forest; else `values`. */
export function planForest(forest: Forest, { simd, treeLayouts: allowed }: Lowering): ForestPlan {
  const isOnly = allowed.length === 1;
  const most = isOnly ? Number.POSITIVE_INFINITY : maxSearchBytes / thresholdBytes(forest);
  const thresholds = distinctThresholds(forest, most);
  if (thresholds === undefined) return { layout: "values" };
  if (allowed.includes("bit-vectors")) {
    const plan = planBitVectors(forest, thresholds, simd, isOnly);
    if (plan !== undefined) return { layout: "bit-vectors", plan };
  }
  if (allowed.includes("ranks") && canBeRanked(thresholds) && (isOnly || ranksPay(forest, thresholds)))
    return { layout: "ranks", thresholds };
  return { layout: "values" };
}

function thresholdBytes({ precision }: Forest): number {
  return precision === "float32" ? 4 : 8;
}

function canBeRanked(thresholds: Thresholds): boolean {
  return thresholds.size <= maxRankedFeatures && [...thresholds.values()].every(({ length }) => length <= maxRankedThresholds);
}

/** Bytes of nodes with thresholds above which they do not stay in the L2 cache beside the rest. */
const largeTable = 2 ** 19;
/** A step of a search for a rank costs about as much as one from a node to its child; so many of these have to stand against it. */
const minWalkSteps = 6;

/** Ranks make nodes a half or a quarter as large, for a search per feature: see decision 9. */
function ranksPay(forest: Forest, thresholds: Thresholds): boolean {
  const steps = forest.trees.reduce((sum, { depth }) => sum + depth, 0);
  const searches = [...thresholds.values()].reduce((sum, { length }) => sum + searchSteps(length) + 2, 0);
  return nodesOf(forest.trees) * 2 * thresholdBytes(forest) > largeTable && steps > minWalkSteps * searches;
}

/** Trees walked side by side, so that the loads of one overlap with those of the others: more where loads take longer. */
const interleave = { inCache: 8, beyond: 16 };
/** Bytes of nodes beyond which they do not stay in the L2 cache. */
const cacheBytes = 2 ** 20;

/**
 * Trees of one depth that share a traversal: `groups` times `interleave` trees (fewer in a last run).
 *
 * `padded` trees are made perfect, so that a child's address follows from its parent's; `linked` ones
 * keep their shape and store their children's addresses, for trees whose padding would not pay.
 */
export interface Run {
  readonly layout: "padded" | "linked";
  readonly depth: number;
  readonly interleave: number;
  readonly trees: readonly Tree[];
}

/** A padded tree may take this many times the nodes it has, and never more than 2^(maxPaddedDepth + 1). */
const maxPadding = 16;
const maxPaddedDepth = 10;

/** Chooses the layout of every tree, and which trees are walked together: those of like depth. */
export function planRuns(trees: readonly Tree[], nodeBytes: number): Run[] {
  const side = nodesOf(trees) * nodeBytes > cacheBytes ? interleave.beyond : interleave.inCache;
  const sorted = trees.toSorted((a, b) => a.depth - b.depth);
  const padded = sorted.filter(isPadded);
  const linked = sorted.filter((tree) => !isPadded(tree));
  return [...runsOf("padded", padded, side), ...runsOf("linked", linked, side)];
}

/** Trees of a run that are walked side by side: a block's rows find the nodes of few trees in the L1 cache. */
export function sideBySide({ interleave: side }: Run, { rows }: Emitter): number {
  return rows !== undefined && side === interleave.beyond ? interleave.inCache : side;
}

/** Nodes in memory. */
function nodesOf(trees: readonly Tree[]): number {
  return trees.reduce((sum, tree) => sum + (isPadded(tree) ? 2 ** tree.depth : tree.feature.length), 0);
}

/** Whether the tree is worth making perfect. */
function isPadded(tree: Tree): boolean {
  return tree.depth <= maxPaddedDepth && 2 ** (tree.depth + 1) <= maxPadding * tree.feature.length;
}

function runsOf(layout: Run["layout"], trees: readonly Tree[], side: number): Run[] {
  const runs: { layout: Run["layout"]; depth: number; interleave: number; trees: Tree[] }[] = [];
  for (let from = 0; from < trees.length; from += side) {
    const group = trees.slice(from, from + side);
    const depth = Math.max(...group.map((tree) => tree.depth));
    const last = runs.at(-1);
    if (last !== undefined && last.depth === depth && last.interleave === group.length) last.trees.push(...group);
    else runs.push({ layout, depth, interleave: group.length, trees: group });
  }
  return runs;
}
