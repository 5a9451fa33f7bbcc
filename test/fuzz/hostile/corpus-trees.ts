import type { Attribute } from "../../../src/graph/graph.ts";
import type { TestForest, TreeNode } from "../../forests/forest.ts";
import { type ForestOperator, forestGraph } from "../../forests/graph.ts";
import { writeOnnx } from "../../onnx/write.ts";
import type { Hostile } from "./corpus.ts";

/** Tree ensembles that are no trees, or whose tables ask for more than they hold. */

const ints = (value: ArrayLike<number>): Attribute => ({ kind: "ints", value: Float64Array.from(value) });
const int = (value: number): Attribute => ({ kind: "int", value });
const leaf: TreeNode = { weights: [[0, 1]] };
const split = (yes: number, no: number): TreeNode => ({ mode: "BRANCH_LEQ", feature: 0, threshold: 0.5, tracks: false, yes, no });
const forest = (trees: readonly (readonly TreeNode[])[], targets = 1): TestForest => ({ precision: "float32", columns: 2, targets, trees });

export function* treeCorpus(): Generator<Hostile> {
  const stump = forest([[split(1, 2), leaf, leaf]]);
  const write = (operator: ForestOperator, from: TestForest, attributes: Record<string, Attribute> = {}): Uint8Array =>
    writeOnnx(forestGraph(from, { operator, attributes }));

  for (const operator of ["TreeEnsembleRegressor", "TreeEnsembleClassifier", "TreeEnsemble"] as const) {
    const lists = [
      "nodes_truenodeids",
      "nodes_falsenodeids",
      "nodes_featureids",
      ...(operator === "TreeEnsemble" ? ["tree_roots", "leaf_targetids"] : ["nodes_treeids", "nodes_nodeids"]),
    ];
    for (const list of lists)
      for (const value of [-1, 0, 2 ** 31 - 1, 2 ** 31, 2 ** 53, -(2 ** 53)]) {
        const length = operator === "TreeEnsemble" ? (list === "leaf_targetids" ? 2 : 1) : 3;
        yield [`${operator}: ${list} of ${value}`, write(operator, stump, { [list]: ints(new Array(length).fill(value)) })];
      }
    for (const targets of [0, -1, 65_537, 2 ** 31, 2 ** 53])
      yield [`${operator} of ${targets} targets`, write(operator, stump, { n_targets: int(targets) })];
    // Shares: what grows with both is a table of a size that no file of this length should cost.
    const leaves = forest(Array.from({ length: 20_000 }, () => [leaf]));
    if (operator !== "TreeEnsembleClassifier")
      yield [`${operator}: 20,000 leaves for 65,536 targets`, write(operator, leaves, { n_targets: int(65_536) })];
    else
      yield [
        `${operator}: 20,000 leaves for 30,000 classes`,
        write(operator, leaves, { classlabels_int64s: ints(Array.from({ length: 30_000 }, (_, index) => index)) }),
      ];
    const deep = Array.from({ length: 40_001 }, (_, index) => (index % 2 === 1 || index === 40_000 ? leaf : split(index + 1, index + 2)));
    yield [`${operator}: a chain of 20,000`, write(operator, forest([deep]))];
    yield [`${operator}: 60,000 trees of a leaf`, write(operator, forest(Array.from({ length: 60_000 }, () => [leaf])))];
    // Two ways from every node to the next: 2^60 paths through 61 nodes.
    const diamonds = [...Array.from({ length: 60 }, (_, index) => split(index + 1, index + 1)), leaf];
    yield [`${operator}: 2^60 paths`, write(operator, forest([diamonds]))];
    yield [`${operator}: a cycle`, write(operator, forest([[split(1, 2), split(0, 2), leaf]]))];
    yield [`${operator}: a split that leads to itself`, write(operator, forest([[split(0, 0)]]))];
  }
  for (const threshold of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    for (const mode of ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_EQ"] as const)
      yield [
        `${mode} of ${threshold}`,
        write(
          "TreeEnsembleRegressor",
          forest([[{ ...(split(1, 2) as Extract<TreeNode, { mode: unknown }>), mode, threshold }, leaf, leaf]]),
        ),
      ];
  yield [
    "leaves that are no numbers",
    write("TreeEnsembleRegressor", forest([[split(1, 2), { weights: [[0, Number.NaN]] }, { weights: [[0, Number.POSITIVE_INFINITY]] }]])),
  ];
}
