import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CategoryTest } from "../../compiler/kernels/tree-ensemble/category-tests.ts";
import type { Tree } from "../../compiler/kernels/tree-ensemble/forest.ts";
import { enumerated } from "./enumerated.test-data.ts";
import { TreeShapley } from "./tree-shapley.ts";
import { type CoveredForest, weightedForest } from "./weighted-forest.ts";

/** A tree as people write it: a leaf's values and its cover, or a split. */
type Sketch =
  | { readonly values: readonly number[]; readonly cover: number }
  | {
      readonly feature: number;
      readonly threshold: number;
      readonly missingLower: boolean;
      readonly lower: Sketch;
      readonly upper: Sketch;
    };

const columns = 6;

function treeOf(sketch: Sketch, width = columns): Tree {
  const nodes: { feature: number; threshold: number; missingLower: number; lower: number; upper: number; leaf: number }[] = [];
  const leaves: number[] = [];
  let count = 0;
  const add = (one: Sketch): { at: number; depth: number } => {
    const at = nodes.length;
    if ("values" in one) {
      nodes.push({ feature: -1, threshold: 0, missingLower: 0, lower: -1, upper: -1, leaf: count++ });
      leaves.push(...one.values, one.cover);
      return { at, depth: 0 };
    }
    const { feature, missingLower } = one;
    // Whether a test holds is 0 or 1.
    const threshold = feature < width ? one.threshold : 0;
    const node = { feature, threshold, missingLower: missingLower ? 1 : 0, lower: 0, upper: 0, leaf: -1 };
    nodes.push(node);
    const upper = add(one.upper);
    const lower = add(one.lower);
    node.upper = upper.at;
    node.lower = lower.at;
    return { at, depth: 1 + Math.max(upper.depth, lower.depth) };
  };
  const { depth } = add(sketch);
  const ints = (key: "feature" | "lower" | "upper" | "leaf") => Int32Array.from(nodes, (node) => node[key]);
  return {
    depth,
    feature: ints("feature"),
    threshold: Float64Array.from(nodes, ({ threshold }) => threshold),
    missingLower: Uint8Array.from(nodes, ({ missingLower }) => missingLower),
    lower: ints("lower"),
    upper: ints("upper"),
    leaf: ints("leaf"),
    leafValues: Float64Array.from(leaves),
  };
}

const numbers = fc.integer({ min: -3, max: 3 });

const tests = fc.array(
  fc.record({
    feature: fc.nat(columns - 1),
    values: fc.uniqueArray(numbers, { minLength: 1, maxLength: 3 }).map((list) => Float64Array.from(list).sort()),
    holdsFor: fc.constantFrom("listed" as const, "others" as const),
    missing: fc.boolean(),
  }) satisfies fc.Arbitrary<CategoryTest>,
  { maxLength: 2 },
);

function sketches(targets: number, features: number): fc.Arbitrary<Sketch> {
  const leaf = fc.record({
    values: fc.array(fc.integer({ min: -5, max: 5 }), { minLength: targets, maxLength: targets }),
    // Some leaves have seen no training row.
    cover: fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 6, arbitrary: fc.integer({ min: 1, max: 50 }) }),
  });
  return fc.letrec<{ tree: Sketch; split: Sketch; leaf: Sketch }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true, maxDepth: 6 },
      { weight: 1, arbitrary: tie("leaf") },
      { weight: 5, arbitrary: tie("split") },
    ),
    split: fc.record({
      feature: fc.nat(features - 1),
      threshold: fc.oneof(numbers, fc.constant(0.1)),
      missingLower: fc.boolean(),
      lower: tie("tree"),
      upper: tie("tree"),
    }),
    leaf,
  })).split;
}

const cases = fc
  .record({ targets: fc.integer({ min: 1, max: 3 }), precision: fc.constantFrom("float32" as const, "float64" as const), tests })
  .chain(({ targets, precision, tests }) =>
    fc.record({
      targets: fc.constant(targets),
      precision: fc.constant(precision),
      tests: fc.constant(tests),
      trees: fc.array(sketches(targets, columns + tests.length), { minLength: 1, maxLength: 3 }),
      // One for each column, or fewer that have several.
      players: fc.constantFrom(6, 3, 1),
      row: fc.array(fc.oneof(numbers, fc.constant(0.1), fc.constant(Number.NaN)), { minLength: columns, maxLength: columns }),
    }),
  );

describe.each([
  ["WebAssembly", true],
  ["JavaScript", false],
])("TreeShapley in %s", (_, isCompiled) => {
  it("gives what the definition gives, of random trees", () => {
    fc.assert(
      fc.property(cases, ({ targets, precision, tests, trees, players, row }) => {
        const forest: CoveredForest = {
          precision,
          targets: targets + 1,
          trees: trees.map((tree) => treeOf(tree)),
          missingGoesLower: true,
          columns,
          tests,
        };
        const playerOf = Array.from({ length: columns }, (_, column) => column % players);
        const expected = enumerated(forest, playerOf, players, row);
        const weighted = weightedForest(forest, playerOf, players);
        const shapley = new TreeShapley(weighted, isCompiled);
        const found = new Float64Array(players * targets);
        shapley.add(row, 0, found);
        expect(Array.from(shapley.base)).toEqual(expected.base.map((value) => expect.closeTo(value, 10)));
        expect(Array.from(found)).toEqual(Array.from(expected.values, (value) => expect.closeTo(value, 10)));
        // Local accuracy: base and contributions are the row's sums.
        shapley.sums(row, 0).forEach((sum, target) => {
          let total = shapley.base[target] as number;
          for (let player = 0; player < players; player++) total += found[player * targets + target] as number;
          expect(total).toBeCloseTo(sum, 10);
        });
      }),
      { numRuns: 200 },
    );
  });

  it("stays exact on a path of many players", () => {
    const features = 12;
    const path = (feature: number): Sketch =>
      feature === features
        ? { values: [7], cover: 1 }
        : { feature, threshold: 0, missingLower: false, lower: path(feature + 1), upper: { values: [feature - 3], cover: feature + 2 } };
    const forest: CoveredForest = {
      precision: "float64",
      targets: 2,
      trees: [treeOf(path(0), features)],
      missingGoesLower: false,
      columns: features,
      tests: [],
    };
    const playerOf = Array.from({ length: features }, (_, column) => column);
    const row = playerOf.map((column) => (column === 9 ? 1 : -1));
    const { values } = enumerated(forest, playerOf, features, row);
    const found = new Float64Array(features);
    new TreeShapley(weightedForest(forest, playerOf, features), isCompiled).add(row, 0, found);
    found.forEach((value, player) => {
      expect(value).toBeCloseTo(values[player] as number, 12);
    });
  });

  it("says how a forest's own weights average it", () => {
    const stump: Sketch = {
      feature: 2,
      threshold: 0,
      missingLower: false,
      lower: { values: [1], cover: 3 },
      upper: { values: [5], cover: 1 },
    };
    const forest: CoveredForest = {
      precision: "float32",
      targets: 2,
      trees: [treeOf(stump)],
      missingGoesLower: false,
      columns: 3,
      tests: [],
    };
    const shapley = new TreeShapley(weightedForest(forest, [0, 1, 2], 3), isCompiled);
    const found = new Float64Array(3);
    shapley.add([0, 0, 1], 0, found);
    expect(shapley.base).toEqual(Float64Array.of(2));
    expect(Array.from(found)).toEqual([0, 0, expect.closeTo(3, 14)]);
  });
});
