import type { TreeTables } from "./attributes.ts";
import { mode } from "./structure.ts";

// Loops, and no lists or sets of a million numbers on the way.
export function distinct(numbers: ArrayLike<number>): ReadonlySet<number> {
  const found = new Set<number>();
  for (let index = 0; index < numbers.length; index++)
    if (index === 0 || numbers[index] !== numbers[index - 1]) found.add(numbers[index] as number);
  return found;
}

export function isNowhereNegative(numbers: ArrayLike<number>): boolean {
  for (let index = 0; index < numbers.length; index++) if (!((numbers[index] as number) >= 0)) return false;
  return true;
}

/** Whether for every class there is a tree whose every leaf scores it, as in gradient boosting. */
export function everyClassIsAlwaysScored({ treeIds, modes, leafTreeIds, leafTargets }: TreeTables, classes: number): boolean {
  const trees = new Map<number, number>();
  const leaves: number[] = [];
  let tree = 0;
  for (let position = 0; position < modes.length; position++) {
    if (position === 0 || treeIds[position] !== treeIds[position - 1]) tree = indexOf(treeIds[position] as number, trees);
    if (modes[position] === mode.leaf) leaves[tree] = (leaves[tree] ?? 0) + 1;
  }
  const treeOf = new Int32Array(leafTreeIds.length);
  for (let index = 0; index < treeOf.length; index++) {
    if (index === 0 || leafTreeIds[index] !== leafTreeIds[index - 1]) tree = indexOf(leafTreeIds[index] as number, trees);
    treeOf[index] = tree;
  }
  const scored = new Int32Array(trees.size);
  for (let target = 0; target < classes; target++) {
    scored.fill(0);
    for (let index = 0; index < treeOf.length; index++)
      if (leafTargets[index] === target) scored[treeOf[index] as number] = (scored[treeOf[index] as number] as number) + 1;
    if (!scored.some((count, index) => count > 0 && count === leaves[index])) return false;
  }
  return true;
}

/** The number of a tree, counted in the order in which ids are met. */
function indexOf(treeId: number, trees: Map<number, number>): number {
  const known = trees.get(treeId) ?? trees.size;
  trees.set(treeId, known);
  return known;
}
