import { describe, expect, it } from "vitest";
import { checkRandomForest } from "../forests/check.ts";
import { type Comparison, compareKernel } from "../forests/compare.ts";
import { Dice } from "../forests/dice.ts";
import { sumsOf, type TestForest, type TreeNode } from "../forests/forest.ts";
import { forestGraph } from "../forests/graph.ts";
import { neighbour, type Precision } from "../forests/neighbours.ts";
import { growForest } from "../forests/random-forest.ts";
import { type ThresholdKind, thresholds } from "../forests/thresholds.ts";

/** Whatever layout, precision or rank the compiler gives to a forest, every row comes to the leaves of a naive walk. */

function expectSame(what: string, { difference, cases }: Comparison): void {
  if (difference === undefined) expect(cases).toBeGreaterThan(0);
  else expect.fail(`${what}, ${difference.how}: [${difference.row}] gave [${difference.found}] instead of [${difference.expected}]`);
}

describe("random forests of any shape", () => {
  it.each(Array.from({ length: 24 }, (_, index) => index * 10))("ten from seed %i on", { timeout: 60_000 }, async (first) => {
    for (let seed = first; seed < first + 10; seed++) {
      const { what, ...outcome } = await checkRandomForest(seed, 3000);
      expectSame(what, outcome);
    }
  });
});

/** A tree that looks a value up among sorted thresholds: its answer is the value's rank, so that no other leaf gives the same. */
function searchTree(sorted: readonly number[], first: number, step = 1): TreeNode[] {
  const nodes: TreeNode[] = [];
  const build = (from: number, to: number): number => {
    const index = nodes.length;
    if (from === to) {
      nodes.push({ weights: [[0, first + from * step]] });
      return index;
    }
    const middle = (from + to) >> 1;
    nodes.push({ weights: [] });
    const yes = build(from, middle);
    const no = build(middle + 1, to);
    nodes[index] = { mode: "BRANCH_LEQ", feature: 0, threshold: sorted[middle] as number, tracks: middle % 2 === 0, yes, no };
    return index;
  };
  build(0, sorted.length);
  return nodes;
}

/** Every threshold of the first feature that a forest asks for, met exactly and missed by one float; all of a few, some of many. */
function rowsAround(sorted: readonly number[], precision: Precision, dice: Dice): number[][] {
  const edges = [0, 1, 127, 128, 254, 255, 256, 257, 32_767, 32_768, 65_534, 65_535, 65_536].flatMap((rank) => [
    rank,
    sorted.length - 1 - rank,
  ]);
  const ranks = sorted.length <= 300 ? sorted.keys() : [...edges, ...Array.from({ length: 100 }, () => dice.int(0, sorted.length - 1))];
  const values = [...ranks].flatMap((rank) => {
    const threshold = sorted[rank];
    return threshold === undefined ? [] : [-1, 0, 1].map((steps) => neighbour(threshold, steps, precision));
  });
  return [...values, Number.NaN, 0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) => [value, 0]);
}

describe.each(["float32", "float64"] as const)("as many different %s thresholds of one feature as", (precision) => {
  const sizes = [1, 2, 127, 128, 254, 255, 256, 257, 258, 32_767, 65_535, 65_536, 65_537];

  it.each(sizes)("%i, in one tree and in many", { timeout: 60_000 }, async (count) => {
    const dice = new Dice(count);
    // Many take long: every second count has them one float apart.
    const kinds: readonly ThresholdKind[] = count < 1000 ? ["scattered", "neighbours"] : [count % 2 === 0 ? "scattered" : "neighbours"];
    for (const kind of kinds) {
      const sorted = thresholds(dice, kind, count, precision);
      const rows = rowsAround(sorted, precision, dice);
      const one: TestForest = { precision, columns: 2, targets: 1, trees: [searchTree(sorted, 0)] };
      // Trees of 1 to 255 splits over the same thresholds: together they ask for all of them.
      const parts: TreeNode[][] = [];
      for (let from = 0; from < count; ) {
        const size = dice.pick([1, 7, 63, 127, 255]);
        parts.push(searchTree(sorted.slice(from, from + size), 0, 3));
        from += size;
      }
      for (const forest of [one, { ...one, trees: parts }]) {
        const expected = rows.map((row) => sumsOf(forest, row).map(Math.fround));
        const graph = forestGraph(forest, { operator: "TreeEnsembleRegressor" });
        for (const simd of [false, true])
          expectSame(
            `${count} ${kind} thresholds, ${forest.trees.length} trees`,
            await compareKernel(graph, rows, expected, { simd, batches: [1, 64] }),
          );
      }
    }
  });
});

describe.each(["float32", "float64"] as const)("%s forests at the ends of what there is", (precision) => {
  const round = precision === "float32" ? Math.fround : (x: number) => x;
  const base = {
    precision,
    columns: 3,
    targets: 1,
    growths: ["anywhere"],
    modes: ["BRANCH_LEQ"],
    missing: "mixed",
    consistent: true,
    leaves: "full",
  } as const;
  const pool = [-2, -1, -0, 0, 0.1, 1, 2 ** -149, (2 - 2 ** -23) * 2 ** 127].map(round).sort((a, b) => a - b);

  it.each([
    ["300 leaves that are whole trees", { splits: new Array(300).fill(0), pools: [pool, [], []] }],
    ["a chain of 3,000 splits", { splits: [3000], growths: ["to one side"], pools: [[...Array(3000).keys()], [], []] }],
    [
      "two chains of unlike depth beside stumps",
      { splits: [900, 20, 1, 1, 1, 0], growths: ["zigzag"], pools: [[...Array(2000).keys()], pool, pool] },
    ],
    [
      "300 trees of all depths",
      { splits: Array.from({ length: 300 }, (_, index) => index % 40), pools: [pool, pool, pool], consistent: false },
    ],
    ["9 targets", { splits: [3, 3, 3, 7, 15], targets: 9, pools: [pool, pool, pool] }],
    [
      "300 columns of which one is asked for",
      { splits: [5, 5, 5], columns: 300, pools: Array.from({ length: 300 }, (_, index) => (index === 299 ? pool : [])) },
    ],
  ] as const)("%s", async (_, changes) => {
    const dice = new Dice(11);
    const plan = { ...base, ...changes };
    const forest = growForest(dice, plan);
    const rows = Array.from({ length: 200 }, () =>
      plan.pools.map((own) =>
        dice.chance(0.2) ? Number.NaN : neighbour(dice.pick(own.length === 0 ? pool : own), dice.int(-1, 1), precision),
      ),
    );
    const expected = rows.map((row) => sumsOf(forest, row).map(Math.fround));
    const graph = forestGraph(forest, { operator: "TreeEnsembleRegressor" });
    for (const simd of [false, true]) expectSame("forest", await compareKernel(graph, rows, expected, { simd, capacity: 200 }));
  });
});
