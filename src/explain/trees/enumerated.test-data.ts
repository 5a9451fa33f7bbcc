import type { Tree } from "../../compiler/kernels/tree-ensemble/forest.ts";
import type { CoveredForest } from "./weighted-forest.ts";

/**
 * The definition, for tests: every player's average difference to every set of the others, each set valued by a walk that takes both
 * ways at the splits of players outside of it, by the covers. Exponential in the players.
 * @returns `players` × `targets`, and what the empty set is worth
 */
export function enumerated(
  forest: CoveredForest,
  playerOf: ArrayLike<number>,
  players: number,
  row: ArrayLike<number>,
): { readonly values: Float64Array; readonly base: number[] } {
  const targets = forest.targets - 1;
  const worth = Array.from({ length: 2 ** players }, (_, set) => setValue(forest, playerOf, set, row));
  const values = new Float64Array(players * targets);
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  for (let player = 0; player < players; player++)
    for (let set = 0; set < worth.length; set++) {
      if (((set >> player) & 1) === 1) continue;
      const size = Array.from({ length: players }, (_, other) => (set >> other) & 1).reduce((a, b) => a + b, 0);
      const weight = (factorial(size) * factorial(players - size - 1)) / factorial(players);
      for (let target = 0; target < targets; target++)
        values[player * targets + target] =
          (values[player * targets + target] as number) +
          weight * ((worth[set | (1 << player)]?.[target] as number) - (worth[set]?.[target] as number));
    }
  return { values, base: worth[0] as number[] };
}

function setValue(forest: CoveredForest, playerOf: ArrayLike<number>, set: number, row: ArrayLike<number>): number[] {
  const sums = new Array<number>(forest.targets - 1).fill(0);
  for (const tree of forest.trees) visit(tree, 0, 1);
  return sums;

  function visit(tree: Tree, node: number, weight: number): void {
    const feature = tree.feature[node] as number;
    if (feature < 0) {
      const from = (tree.leaf[node] as number) * forest.targets;
      for (let target = 0; target < sums.length; target++)
        sums[target] = (sums[target] as number) + weight * (tree.leafValues[from + target] as number);
      return;
    }
    const [lower, upper] = [tree.lower[node] as number, tree.upper[node] as number];
    const test = forest.tests[feature - forest.columns];
    const column = test?.feature ?? feature;
    const value = forest.precision === "float32" ? Math.fround(row[column] as number) : (row[column] as number);
    if (((set >> (playerOf[column] as number)) & 1) === 1) {
      let goesLower: boolean;
      if (test !== undefined) {
        const isListed = Array.from(test.values).some((one) => one === value);
        goesLower = Number.isNaN(value) ? test.missing : isListed === (test.holdsFor === "listed");
      } else goesLower = Number.isNaN(value) ? tree.missingLower[node] === 1 : value <= (tree.threshold[node] as number);
      visit(tree, goesLower ? lower : upper, weight);
      return;
    }
    const [below, above] = [cover(tree, lower), cover(tree, upper)];
    const share = below + above === 0 ? 0.5 : below / (below + above);
    visit(tree, lower, weight * share);
    visit(tree, upper, weight * (1 - share));
  }

  function cover(tree: Tree, node: number): number {
    if ((tree.feature[node] as number) < 0) return tree.leafValues[((tree.leaf[node] as number) + 1) * forest.targets - 1] as number;
    return cover(tree, tree.lower[node] as number) + cover(tree, tree.upper[node] as number);
  }
}
