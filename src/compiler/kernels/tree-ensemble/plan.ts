import type { Tree } from "./forest.ts";

/** Trees walked side by side, so that the loads of one overlap with those of the others. */
const interleave = 8;

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
export function planRuns(trees: readonly Tree[]): Run[] {
  const sorted = trees.toSorted((a, b) => a.depth - b.depth);
  const padded = sorted.filter(isPadded);
  const linked = sorted.filter((tree) => !isPadded(tree));
  return [...runsOf("padded", padded), ...runsOf("linked", linked)];
}

/** Whether the tree is worth making perfect. */
export function isPadded(tree: Tree): boolean {
  return tree.depth <= maxPaddedDepth && 2 ** (tree.depth + 1) <= maxPadding * tree.feature.length;
}

function runsOf(layout: Run["layout"], trees: readonly Tree[]): Run[] {
  const runs: { layout: Run["layout"]; depth: number; interleave: number; trees: Tree[] }[] = [];
  for (let from = 0; from < trees.length; from += interleave) {
    const group = trees.slice(from, from + interleave);
    const depth = Math.max(...group.map((tree) => tree.depth));
    const last = runs.at(-1);
    if (last !== undefined && last.depth === depth && last.interleave === group.length) last.trees.push(...group);
    else runs.push({ layout, depth, interleave: group.length, trees: group });
  }
  return runs;
}
