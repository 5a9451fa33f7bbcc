import { simdSupported } from "../../compiler/wasm/features.ts";
import { gaussLegendre } from "./quadrature.ts";
import { type WalkKernel, walkKernel } from "./walk-kernel.ts";
import type { WeightedForest, WeightedTree } from "./weighted-forest.ts";

/** A rule's numbers as a walk needs them, by point y. */
interface Points {
  readonly count: number;
  readonly points: Float64Array;
  /** 1 - y. */
  readonly rest: Float64Array;
  readonly weights: Float64Array;
  /** weight / (1 - y). */
  readonly cold: Float64Array;
}

/**
 * Exact Shapley values of a forest's sums, where players that are not known are averaged over by the training rows' weights along
 * the tree (the path-dependent value function of Lundberg et al., Consistent Individualized Feature Attribution for Tree Ensembles,
 * 2018).
 *
 * A leaf is worth its value times a product over the players on its path: 1 or 0 (does the row go this way?) for those that are
 * known, their share z of the training rows for the others. So its multilinear extension (Owen, Multilinear Extensions of Games,
 * 1972) along the diagonal y is the value times the product of z(1 - y) + o·y, and a player's Shapley value is the integral of its
 * derivative by that player over y from 0 to 1. This is a polynomial of a degree below the number of players, which Gauss-Legendre
 * quadrature with half as many points integrates exactly. Products are kept for every point going down, sums of leaves coming up:
 * one visit of each node, instead of one of each pair of leaf and player on its path.
 */
export class TreeShapley {
  readonly #forest: WeightedForest;
  readonly #points: readonly Points[];
  /** A row's columns, in the forest's precision, and the answers to its tests. */
  readonly #values: Float64Array;
  /** By player: whether the row goes the way of all its splits above. */
  readonly #known: Uint8Array;
  /** By depth and point: the product of the players on the path. */
  readonly #down: Float64Array;
  /** By depth, target and point: the sum over the leaves below. */
  readonly #up: Float64Array;
  readonly #hot: Float64Array;
  /** The first tree of each part. */
  readonly #parts: readonly number[];
  #into: Float64Array = new Float64Array();

  readonly #kernel: WalkKernel | undefined;

  /** @param isCompiled Whether to walk in WebAssembly; by default where the host has SIMD and the code covers the forest */
  constructor(forest: WeightedForest, isCompiled: boolean = simdSupported()) {
    this.#forest = forest;
    this.#kernel = isCompiled ? walkKernel(forest) : undefined;
    const widths = forest.trees.map(({ width }) => width);
    const most = pointsFor(widths.reduce((a, b) => Math.max(a, b), 1));
    this.#points = Array.from({ length: most + 1 }, (_, count) => points(count));
    this.#parts = partsOf(forest);
    this.#values = this.#kernel?.values ?? new Float64Array(forest.columns + forest.tests.length);
    this.#known = new Uint8Array(forest.players).fill(1);
    this.#down = new Float64Array((forest.maxDepth + 1) * most);
    this.#up = new Float64Array((forest.maxDepth + 1) * most * Math.max(1, forest.targets));
    this.#hot = new Float64Array(most);
  }

  /** How many pieces of work a row is, each of at most some milliseconds unless it is one huge tree. */
  get parts(): number {
    return this.#parts.length;
  }

  get base(): Float64Array {
    return this.#forest.base;
  }

  /**
   * Adds a row's contributions.
   * @param row The columns that the trees read, from `from` on
   * @param into `players` × `targets`
   * @param part Of all `parts`; every part reads the row anew
   */
  add(row: ArrayLike<number>, from: number, into: Float64Array, part?: number): void {
    this.#read(row, from);
    const [first, end] =
      part === undefined ? [0, this.#forest.trees.length] : [this.#parts[part] ?? 0, this.#parts[part + 1] ?? this.#forest.trees.length];
    const kernel = this.#kernel;
    if (kernel !== undefined) {
      kernel.contributions.fill(0);
      for (let tree = first; tree < end; tree++) kernel.walk(tree);
      for (let index = 0; index < into.length; index++) into[index] = (into[index] as number) + (kernel.contributions[index] as number);
      return;
    }
    this.#into = into;
    for (const tree of this.#forest.trees.slice(first, end)) {
      const rule = this.#points[pointsFor(tree.width)] as Points;
      this.#down.fill(1, 0, rule.count);
      this.#visit(tree.root, 0, tree, rule);
    }
  }

  /** The sums of a row, for a check: base and contributions add up to them. */
  sums(row: ArrayLike<number>, from: number): Float64Array {
    this.#read(row, from);
    const { trees, column, leaf, leafValues, base } = this.#forest;
    const expected = new Float64Array(base.length);
    const { lower } = this.#forest;
    for (const { root, targets } of trees) {
      let node = root;
      while ((column[node] as number) >= 0) node = this.#goesLower(node) ? (lower[node] as number) : node + 1;
      targets.forEach((target, index) => {
        expected[target] = (expected[target] as number) + (leafValues[(leaf[node] as number) + index] as number);
      });
    }
    return expected;
  }

  #read(row: ArrayLike<number>, from: number): void {
    const { columns, tests, precision } = this.#forest;
    const values = this.#values;
    const isSingle = precision === "float32";
    for (let column = 0; column < columns; column++) {
      const value = row[from + column] as number;
      values[column] = isSingle ? Math.fround(value) : value;
    }
    for (let index = 0; index < tests.length; index++) {
      const test = tests[index] as (typeof tests)[number];
      const value = values[test.feature] as number;
      const holds = Number.isNaN(value) ? test.missing : test.values.includes(value) === (test.holdsFor === "listed");
      values[columns + index] = holds ? 0 : 1;
    }
  }

  #goesLower(node: number): boolean {
    const { column, threshold, missingLower } = this.#forest;
    const value = this.#values[column[node] as number] as number;
    // biome-ignore lint/suspicious/noSelfCompare: false for NaN alone.
    return value === value ? value <= (threshold[node] as number) : missingLower[node] === 1;
  }

  /** Leaves the sums over the leaves below the node at its depth in `#up`. */
  #visit(node: number, depth: number, tree: WeightedTree, rule: Points): void {
    const forest = this.#forest;
    const { count } = rule;
    const up = this.#up;
    const down = this.#down;
    const { length: targets } = tree.targets;
    const above = depth * count;
    const upAt = depth * count * targets;
    if ((forest.column[node] as number) < 0) {
      const leaf = forest.leaf[node] as number;
      for (let target = 0; target < targets; target++) {
        const value = forest.leafValues[leaf + target] as number;
        for (let point = 0; point < count; point++) up[upAt + target * count + point] = value * (down[above + point] as number);
      }
      return;
    }
    const player = forest.player[node] as number;
    const known = this.#known[player] as number;
    const lower = forest.lower[node] as number;
    const goesLower = this.#goesLower(node);
    up.fill(0, upAt, upAt + count * targets);
    this.#descend(node, node + 1, known === 1 && !goesLower, depth, tree, rule);
    this.#descend(node, lower, known === 1 && goesLower, depth, tree, rule);
    this.#known[player] = known;
  }

  /** Visits a child, adds its sums to its parent's, and to its player's contributions what it gives them. */
  #descend(parent: number, child: number, goesHere: boolean, depth: number, tree: WeightedTree, rule: Points): void {
    const forest = this.#forest;
    const { count, points, rest, weights, cold } = rule;
    const share = forest.share[child] as number;
    // Neither the row nor any training row comes here.
    if (share === 0 && !goesHere) return;
    const player = forest.player[parent] as number;
    const shareAbove = forest.shareAbove[parent] as number;
    const isRepeated = forest.repeated[parent] === 1;
    const wasKnown = this.#known[player] === 1;
    const { length: targets } = tree.targets;
    const down = this.#down;
    const up = this.#up;
    const above = depth * count;
    const below = above + count;
    for (let point = 0; point < count; point++) {
      const z = (rest[point] as number) * share;
      const factor = goesHere ? z + (points[point] as number) : z;
      const before = !isRepeated ? 1 : (rest[point] as number) * shareAbove + (wasKnown ? (points[point] as number) : 0);
      down[below + point] = ((down[above + point] as number) * factor) / before;
    }
    this.#known[player] = goesHere ? 1 : 0;
    this.#visit(child, depth + 1, tree, rule);
    this.#known[player] = wasKnown ? 1 : 0;
    const from = below * targets;
    const to = above * targets;
    for (let index = 0; index < count * targets; index++) up[to + index] = (up[to + index] as number) + (up[from + index] as number);
    // Below a split that the row does not take, what the player's other splits say changes nothing.
    if (isRepeated && !wasKnown) return;
    const hot = this.#hot;
    for (let point = 0; point < count; point++) {
      let own = goesHere
        ? ((1 - share) * (weights[point] as number)) / ((rest[point] as number) * share + (points[point] as number))
        : -(cold[point] as number);
      // These leaves are not the player's split above any more.
      if (isRepeated)
        own -= ((1 - shareAbove) * (weights[point] as number)) / ((rest[point] as number) * shareAbove + (points[point] as number));
      hot[point] = own;
    }
    const into = this.#into;
    for (let target = 0; target < targets; target++) {
      let sum = 0;
      for (let point = 0; point < count; point++) sum += (hot[point] as number) * (up[from + target * count + point] as number);
      const place = player * forest.targets + (tree.targets[target] as number);
      into[place] = (into[place] as number) + sum;
    }
  }
}

/** Nodes times points of one part. */
const partWork = 100_000;

function partsOf({ trees }: WeightedForest): number[] {
  const parts: number[] = [];
  let work = Number.POSITIVE_INFINITY;
  trees.forEach(({ root, end, width }, index) => {
    if (work > partWork) {
      parts.push(index);
      work = 0;
    }
    work += (end - root) * pointsFor(width);
  });
  return parts;
}

/** The integrand's degree is one less than the number of players. */
function pointsFor(width: number): number {
  return Math.max(1, Math.ceil(width / 2));
}

function points(count: number): Points {
  const { points, weights } = gaussLegendre(count);
  const rest = points.map((point) => 1 - point);
  return { count, points, rest, weights, cold: weights.map((weight, index) => weight / (rest[index] as number)) };
}
