import { floatsAttribute } from "../../../graph/attributes.ts";
import { type Call, malformed } from "../../evaluate.ts";
import { logistic } from "../elementwise/unary.ts";

/** The pairs of classes in libsvm's order: (0, 1), (0, 2), … (1, 2), … */
function pairsOf(classes: number): { readonly first: number; readonly second: number }[] {
  return Array.from({ length: classes }, (_, first) =>
    Array.from({ length: classes - first - 1 }, (__, step) => ({ first, second: first + 1 + step })),
  ).flat();
}

/**
 * From a row's K(row, vector) to its decision for each pair, in float64; positive for the first class.
 * The vectors lie by class, `perClass` of each. `coefficients` is `[classes - 1, vectors]`: the vectors of
 * class i have their coefficients against class j in row j, or row j - 1 where j comes later.
 */
export function pairDecisions(call: Call, perClass: readonly number[]): (kernels: readonly number[]) => number[] {
  const classes = perClass.length;
  const vectors = perClass.reduce((sum, count) => sum + count, 0);
  const coefficients = floatsAttribute(call.node, "coefficients") ?? new Float32Array();
  const rho = floatsAttribute(call.node, "rho") ?? new Float32Array();
  const pairs = pairsOf(classes);
  if (coefficients.length !== (classes - 1) * vectors || rho.length !== pairs.length)
    malformed(call, `it has ${coefficients.length} coefficients and ${rho.length} constants for ${vectors} vectors of ${classes} classes`);
  const starts = perClass.map((_, index) => perClass.slice(0, index).reduce((sum, count) => sum + count, 0));

  const sumOver = (kernels: readonly number[], own: number, row: number): number => {
    const start = starts[own] ?? 0;
    let sum = 0;
    for (let vector = start; vector < start + (perClass[own] ?? 0); vector++)
      sum += (coefficients[row * vectors + vector] ?? 0) * (kernels[vector] ?? 0);
    return sum;
  };
  return (kernels) =>
    pairs.map(({ first, second }, index) => sumOver(kernels, first, second - 1) + sumOver(kernels, second, first) + (rho[index] ?? 0));
}

/** How many pairs each class wins. */
export function votes(decisions: readonly number[], classes: number): Float64Array {
  const won = new Float64Array(classes);
  pairsOf(classes).forEach(({ first, second }, index) => {
    const winner = (decisions[index] ?? 0) > 0 ? first : second;
    won[winner] = (won[winner] ?? 0) + 1;
  });
  return won;
}

/** Platt's probabilities stay this far from 0 and 1. */
const minProbability = 1e-7;

/** From a row's decisions to the probability of class i against class j; undefined where the node has none. */
export function pairProbabilities(call: Call, classes: number): ((decisions: readonly number[]) => Float64Array[]) | undefined {
  const a = floatsAttribute(call.node, "prob_a") ?? new Float32Array();
  const b = floatsAttribute(call.node, "prob_b") ?? new Float32Array();
  if (a.length === 0 && b.length === 0) return undefined;
  const pairs = pairsOf(classes);
  if (a.length !== pairs.length || b.length !== pairs.length)
    malformed(call, `it has ${a.length} and ${b.length} probability constants for ${pairs.length} pairs of classes`);
  return (decisions) => {
    const matrix = Array.from({ length: classes }, () => new Float64Array(classes));
    pairs.forEach(({ first, second }, index) => {
      const sigmoid = logistic(-((a[index] ?? 0) * (decisions[index] ?? 0) + (b[index] ?? 0)));
      const probability = Math.min(Math.max(sigmoid, minProbability), 1 - minProbability);
      matrix[first]?.fill(probability, second, second + 1);
      matrix[second]?.fill(1 - probability, first, first + 1);
    });
    return matrix;
  };
}
