import { expect, it } from "vitest";
import { compile } from "../../src/compiler/compile.ts";
import { forestGraph } from "../forests/graph.ts";
import { ints } from "../fuzz/differential/model.ts";

it.each([
  ["a share of the second class is above a half", [0.25, 0.5, 0.75], [0, 0, 1]],
  ["a margin is above 0", [-0.25, 0, 0.25], [0, 0, 1]],
])("of two classes with one score, %s", async (_, scores, labels) => {
  const stairs = [
    { mode: "BRANCH_LEQ", feature: 0, threshold: 0, tracks: false, yes: 1, no: 2 },
    { weights: [[0, scores[0] ?? 0]] },
    { mode: "BRANCH_LEQ", feature: 0, threshold: 1, tracks: false, yes: 3, no: 4 },
    { weights: [[0, scores[1] ?? 0]] },
    { weights: [[0, scores[2] ?? 0]] },
  ] as const;
  const forest = { precision: "float32", columns: 1, targets: 1, trees: [stairs] } as const;
  const graph = forestGraph(forest, { operator: "TreeEnsembleClassifier", attributes: { classlabels_int64s: ints([0, 1]) } });
  const kernel = await compile(graph);
  kernel.inputs[0]?.data.set([0, 1, 2]);
  kernel.run(3);
  expect(Array.from(kernel.outputs[0]?.data.subarray(0, 3) ?? [], Number)).toEqual(labels);
});
