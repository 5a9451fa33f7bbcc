import { treeLayouts } from "../../src/compiler/kernels/tree-ensemble/plan.ts";
import { type Comparison, compareKernel } from "./compare.ts";
import { Dice } from "./dice.ts";
import { sumsOf, type TestForest } from "./forest.ts";
import { type ForestOperator, forestGraph, string } from "./graph.ts";
import { growForest, randomPlan } from "./random-forest.ts";
import { rounding, valueNear } from "./thresholds.ts";

/** One random forest, its rows, and the kernel against the walk. */

export interface Outcome extends Comparison {
  readonly what: string;
}

const operators: readonly ForestOperator[] = ["TreeEnsembleRegressor", "TreeEnsembleClassifier", "TreeEnsemble"];

/** @param size splits of the forest at most */
export async function checkRandomForest(seed: number, size: number): Promise<Outcome> {
  const dice = new Dice(seed);
  const wanted = dice.pick(operators);
  const plan = randomPlan(dice, size);
  // A class that a leaf leaves out is no candidate there; the compiler leaves such forests to onnxruntime.
  const isClassifier = wanted === "TreeEnsembleClassifier" && plan.targets > 1;
  const operator = isClassifier || wanted === "TreeEnsemble" ? wanted : "TreeEnsembleRegressor";
  const leaves = isClassifier ? "full" : operator === "TreeEnsemble" ? "single" : plan.leaves;
  const forest = growForest(dice, {
    ...plan,
    leaves,
    modes: operator === "TreeEnsemble" && dice.chance(0.5) ? [...plan.modes, "BRANCH_MEMBER"] : plan.modes,
  });
  const takesIntegers = plan.precision === "float32" && dice.chance(0.15);
  const average = operator === "TreeEnsembleRegressor" && dice.chance(0.15);
  const graph = forestGraph(forest, {
    operator,
    ...(takesIntegers ? { input: "int64" as const } : {}),
    ...(average ? { attributes: { aggregate_function: string("AVERAGE") } } : {}),
  });
  const count = dice.pick([3, 65, 200]);
  const rows = Array.from({ length: count }, () =>
    plan.pools.map((pool) => {
      const value = valueNear(dice, pool, plan.precision);
      return takesIntegers ? wholeNumber(value) : value;
    }),
  );
  const expected = rows.map((row) => answer(forest, row, operator, average));
  const what = `seed ${seed}: ${operator}, ${plan.precision}, ${plan.splits.length} trees of ${Math.max(...plan.splits)} splits, ${plan.targets} targets, ${plan.columns} columns`;
  let cases = 0;
  for (const layouts of [treeLayouts, ...treeLayouts.map((layout) => [layout])]) {
    const simd = dice.chance(0.5);
    const capacity = dice.pick([undefined, 1, 3, 200]);
    const compared = await compareKernel(graph, rows, expected, {
      simd,
      treeLayouts: layouts,
      ...(capacity === undefined ? {} : { capacity }),
    });
    cases += compared.cases;
    if (compared.difference !== undefined) return { what: `${what}, ${layouts.join(" or ")}`, cases, difference: compared.difference };
  }
  return { what, cases };
}

function wholeNumber(value: number): number {
  return Number.isNaN(value) ? 0 : Math.trunc(Math.max(-(2 ** 53), Math.min(2 ** 53, value))) + 0;
}

/** All outputs of a row. */
export function answer(forest: TestForest, row: readonly number[], operator: ForestOperator, average = false): number[] {
  const round = operator === "TreeEnsemble" ? rounding(forest.precision) : Math.fround;
  const sums = sumsOf(forest, row).map((sum) => round(average ? sum / forest.trees.length : sum));
  if (operator !== "TreeEnsembleClassifier") return sums;
  // The first of the largest.
  return [sums.indexOf(Math.max(...sums)), ...sums];
}
