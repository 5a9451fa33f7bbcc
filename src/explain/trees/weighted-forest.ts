import type { Forest, Tree } from "../../compiler/kernels/tree-ensemble/forest.ts";

/**
 * A forest whose leaves' last value is the weight of the training rows that came to the leaf (its "cover"), which is no target.
 * A split's own cover is the sum of its leaves'.
 */
export type CoveredForest = Forest;

/** A forest as Shapley values need it: all trees' nodes in lists, a tree's root first, a split's upper child right behind it. */
export interface WeightedForest {
  readonly precision: Forest["precision"];
  readonly columns: number;
  readonly tests: Forest["tests"];
  readonly targets: number;
  readonly players: number;
  readonly trees: readonly WeightedTree[];
  /** What a split reads: a column, or `columns` + a test; -1 for a leaf. */
  readonly column: Int32Array;
  readonly threshold: Float64Array;
  readonly missingLower: Uint8Array;
  readonly lower: Int32Array;
  /** Whose decision a split is. */
  readonly player: Int32Array;
  /** Of a split: whether a split above it is the same player's. */
  readonly repeated: Uint8Array;
  /** Of a split: the share that its player's splits above it leave, 1 where there are none. */
  readonly shareAbove: Float64Array;
  /** Of a child: the share of the rows that its parent's player sends this way, at all of its splits on the path together. */
  readonly share: Float64Array;
  /** Where a leaf's values start. */
  readonly leaf: Int32Array;
  readonly leafValues: Float64Array;
  /** The expected sums of all trees. */
  readonly base: Float64Array;
  readonly maxDepth: number;
}

export interface WeightedTree {
  readonly root: number;
  /** Behind its last node. */
  readonly end: number;
  /** Targets that a leaf gives anything. */
  readonly targets: Int32Array;
  /** The largest number of players on one path. */
  readonly width: number;
}

/** @param playerOf By column: whose values they are. Columns of one player are known together or not at all. */
export function weightedForest(forest: CoveredForest, playerOf: ArrayLike<number>, players: number): WeightedForest {
  const targets = forest.targets - 1;
  const nodes = forest.trees.reduce((sum, { feature }) => sum + feature.length, 0);
  const base = new Float64Array(targets);
  const trees: WeightedTree[] = [];
  const leafValues: number[] = [];
  const made = {
    column: new Int32Array(nodes).fill(-1),
    threshold: new Float64Array(nodes),
    missingLower: new Uint8Array(nodes),
    lower: new Int32Array(nodes),
    player: new Int32Array(nodes),
    repeated: new Uint8Array(nodes),
    shareAbove: new Float64Array(nodes).fill(1),
    share: new Float64Array(nodes).fill(1),
    leaf: new Int32Array(nodes).fill(-1),
  };
  let start = 0;
  let maxDepth = 0;
  /** By player: the share that its splits on the path to a node leave; NaN where it has none. */
  const shares = new Float64Array(players).fill(Number.NaN);

  /** Writes a tree's nodes from the root down. @returns the largest number of players on one path */
  const weigh = (tree: Tree, covers: Float64Array, own: Int32Array): number => {
    const visit = (node: number, reached: number, onPath: number): number => {
      const at = start + node;
      const feature = tree.feature[node] as number;
      if (feature < 0) {
        made.leaf[at] = leafValues.length;
        const from = (tree.leaf[node] as number) * forest.targets;
        for (const target of own) {
          const value = tree.leafValues[from + target] as number;
          leafValues.push(value);
          base[target] = (base[target] as number) + reached * value;
        }
        return onPath;
      }
      const column = feature < forest.columns ? feature : (forest.tests[feature - forest.columns]?.feature ?? 0);
      const player = playerOf[column] as number;
      const before = shares[player] as number;
      const isRepeated = !Number.isNaN(before);
      const above = isRepeated ? before : 1;
      const [upper, lower] = [tree.upper[node] as number, tree.lower[node] as number];
      made.column[at] = feature;
      made.threshold[at] = tree.threshold[node] as number;
      made.missingLower[at] = tree.missingLower[node] as number;
      made.lower[at] = start + lower;
      made.player[at] = player;
      made.repeated[at] = isRepeated ? 1 : 0;
      made.shareAbove[at] = above;
      let width = 0;
      for (const child of [upper, lower]) {
        // A node that no training row came to says nothing of its children: each is as likely as the other.
        const ratio = covers[node] === 0 ? 0.5 : (covers[child] as number) / (covers[node] as number);
        made.share[start + child] = above * ratio;
        shares[player] = above * ratio;
        width = Math.max(width, visit(child, reached * ratio, onPath + (isRepeated ? 0 : 1)));
      }
      shares[player] = before;
      return width;
    };
    return visit(0, 1, 0);
  };

  for (const tree of forest.trees) {
    const size = tree.feature.length;
    const own = activeTargets(tree, forest.targets);
    const covers = coversOf(tree, forest.targets);
    const width = weigh(tree, covers, own);
    // A tree of one leaf, or without a value, moves nothing.
    if (width > 0 && own.length > 0) trees.push({ root: start, end: start + size, targets: own, width });
    maxDepth = Math.max(maxDepth, tree.depth);
    start += size;
  }
  const { precision, columns, tests } = forest;
  return { precision, columns, tests, targets, players, trees, ...made, leafValues: Float64Array.from(leafValues), base, maxDepth };
}

function activeTargets({ leafValues }: Tree, stride: number): Int32Array {
  const active = new Uint8Array(stride - 1);
  for (let from = 0; from < leafValues.length; from += stride)
    for (let target = 0; target < stride - 1; target++) if (leafValues[from + target] !== 0) active[target] = 1;
  return Int32Array.from(Array.from(active.keys()).filter((target) => active[target] === 1));
}

/** By node: every node comes before its children. */
function coversOf({ feature, lower, upper, leaf, leafValues }: Tree, stride: number): Float64Array {
  const covers = new Float64Array(feature.length);
  for (let node = feature.length - 1; node >= 0; node--)
    covers[node] =
      (feature[node] as number) < 0
        ? (leafValues[(leaf[node] as number) * stride + stride - 1] as number)
        : (covers[lower[node] as number] as number) + (covers[upper[node] as number] as number);
  return covers;
}
