import { intAttribute, stringAttribute } from "../../../graph/attributes.ts";
import { type Call, type Evaluate, malformed, type NumericTensor, unsupported } from "../../evaluate.ts";
import { type PostTransform, postTransformOf, transformScore, transformScores } from "../../post-transform.ts";
import { resultOf } from "../../result.ts";
import { Scores } from "./scores.ts";
import { type TreeEnsemble, treeEnsemble } from "./tree-ensemble.ts";
import { comparedInput, walk } from "./walk.ts";

/** What becomes of the leaves that a row comes to. */
export interface Regression {
  readonly targets: number;
  readonly aggregate: string;
  readonly transform: PostTransform;
}

/** More targets than any model has; a guard against a damaged count. */
const maxTargets = 65_536;

type Combine = (sofar: number, weight: number) => number;

/** How the trees' weights become one number; the average is their sum divided by the number of trees. */
const aggregates: ReadonlyMap<string, Combine> = new Map([
  ["SUM", (sofar, weight) => sofar + weight],
  ["AVERAGE", (sofar, weight) => sofar + weight],
  ["MIN", Math.min],
  ["MAX", Math.max],
]);

/** float32 `[rows, targets]`. */
export const evaluateTreeEnsembleRegressor: Evaluate = (call) => {
  const targets = targetsOf(call);
  const ensemble = treeEnsemble(call, "target");
  if (ensemble.baseValues.length !== 0 && ensemble.baseValues.length !== targets)
    malformed(call, `it has ${ensemble.baseValues.length} base values for ${targets} targets`);
  const aggregate = stringAttribute(call.node, "aggregate_function") ?? "SUM";
  return [regress(call, "float32", ensemble, { targets, aggregate, transform: postTransformOf(call) })];
};

export function targetsOf(call: Call): number {
  const targets = intAttribute(call.node, "n_targets", 1);
  return targets >= 1 && targets <= maxTargets ? targets : malformed(call, `it has ${targets} targets`);
}

/** The result of every row, `[rows, targets]`. */
export function regress(
  call: Call,
  dtype: "float32" | "float64",
  ensemble: TreeEnsemble,
  { targets, aggregate, transform }: Regression,
): NumericTensor {
  const table = comparedInput(call);
  const combine = aggregates.get(aggregate) ?? unsupported(call, `the aggregate function ${aggregate}`);
  const divisor = aggregate === "AVERAGE" ? ensemble.trees.length : 1;
  const rows = table.values.map((row) => {
    const scores = targets === 1 ? oneTarget(call, ensemble, combine, row) : severalTargets(call, ensemble, combine, targets, row);
    const values = scores.values.map((value, target) => value / divisor + (ensemble.baseValues[target] ?? 0));
    return targets === 1 ? [transformScore(transform, values[0] ?? 0)] : transformScores(transform, values);
  });
  const flat = rows.flat();
  return resultOf(call, dtype, [table.rows, targets], (index) => flat[index] ?? 0);
}

/** ONNX Runtime reads a leaf's first weight only where there is one target, and does not look at its number. */
function oneTarget(call: Call, { trees }: TreeEnsemble, combine: Combine, row: Float64Array): Scores {
  const scores = new Scores(1);
  for (const tree of trees) {
    const weight = walk(call, tree, row)[0]?.weight ?? 0;
    scores.set(0, scores.has(0) ? combine(scores.sum(0), weight) : weight);
  }
  return scores;
}

function severalTargets(call: Call, { trees }: TreeEnsemble, combine: Combine, targets: number, row: Float64Array): Scores {
  const scores = new Scores(targets);
  for (const tree of trees)
    for (const { target, weight } of walk(call, tree, row)) {
      if (!(target >= 0 && target < targets)) malformed(call, `a weight is of target ${target} of ${targets}`);
      scores.set(target, scores.has(target) ? combine(scores.sum(target), weight) : weight);
    }
  return scores;
}
