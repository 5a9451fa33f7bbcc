import { floatsAttribute, intAttribute, intsAttribute, stringAttribute } from "../../graph/attributes.ts";
import type { Node } from "../../graph/graph.ts";
import { type Evaluate, fromNumbers, required, rowsOf, unsupported } from "../evaluate.ts";
import { argMaxOf, labelsOf, labelTensor, logistic } from "./class-scores.ts";

/** K(row, vector), in float64. */
function kernelOf(node: Node): (a: readonly number[], b: readonly number[]) => number {
  const [gamma = 0, coef0 = 0, degree = 0] = floatsAttribute(node, "kernel_params") ?? [];
  const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, k) => sum + x * (b[k] as number), 0);
  switch (stringAttribute(node, "kernel_type") ?? "LINEAR") {
    case "LINEAR":
      return dot;
    case "POLY":
      return (a, b) => (gamma * dot(a, b) + coef0) ** degree;
    case "SIGMOID":
      return (a, b) => Math.tanh(gamma * dot(a, b) + coef0);
    case "RBF":
      return (a, b) => Math.exp(-gamma * a.reduce((sum, x, k) => sum + (x - (b[k] as number)) ** 2, 0));
    default:
      return unsupported(node, "an unknown kernel");
  }
}

function supportVectors(node: Node, columns: number): number[][] {
  const data = Array.from(floatsAttribute(node, "support_vectors") ?? []);
  if (data.length === 0 || data.length % columns !== 0) unsupported(node, "its support vectors do not fit its input");
  return Array.from({ length: data.length / columns }, (_, index) => data.slice(index * columns, (index + 1) * columns));
}

export const svmRegressor: Evaluate = (node, inputs) => {
  const rows = rowsOf(node, required(node, inputs, 0));
  const vectors = supportVectors(node, rows[0]?.length ?? 1);
  const coefficients = floatsAttribute(node, "coefficients") ?? new Float32Array();
  const [rho = 0] = floatsAttribute(node, "rho") ?? [];
  if (intAttribute(node, "one_class", 0) !== 0 || (stringAttribute(node, "post_transform") ?? "NONE") !== "NONE")
    unsupported(node, "a one-class machine or a post-transform");
  const kernel = kernelOf(node);
  const values = rows.map((row) => vectors.reduce((sum, vector, k) => sum + (coefficients[k] as number) * kernel(row, vector), rho));
  return [fromNumbers(node, "float32", [rows.length, 1], values)];
};

/** With Platt probabilities: the label by votes of the pairs, the probabilities by coupling them. */
export const svmClassifier: Evaluate = (node, inputs) => {
  const labels = labelsOf(node);
  const rows = rowsOf(node, required(node, inputs, 0));
  const vectors = supportVectors(node, rows[0]?.length ?? 1);
  const perClass = Array.from(intsAttribute(node, "vectors_per_class") ?? []);
  const [coefficients, rho, a, b] = ["coefficients", "rho", "prob_a", "prob_b"].map((name) =>
    Array.from(floatsAttribute(node, name) ?? []),
  );
  if (!coefficients || !rho || !a || !b || a.length !== rho.length || (stringAttribute(node, "post_transform") ?? "NONE") !== "NONE")
    unsupported(node, "a form without probabilities");
  const kernel = kernelOf(node);
  const start = (index: number): number => perClass.slice(0, index).reduce((sum, count) => sum + count, 0);
  const answers = rows.map((row) => {
    const kernels = vectors.map((vector) => kernel(row, vector));
    const votes = labels.map(() => 0);
    const pairs = labels.map(() => labels.map(() => 0));
    let pair = 0;
    for (let i = 0; i < labels.length; i++)
      for (let j = i + 1; j < labels.length; j++, pair++) {
        const side = (own: number, other: number): number => {
          let sum = 0;
          for (let k = start(own); k < start(own + 1); k++)
            sum += (coefficients[other * vectors.length + k] as number) * (kernels[k] as number);
          return sum;
        };
        const decision = side(i, j - 1) + side(j, i) + (rho[pair] as number);
        const winner = decision > 0 ? i : j;
        votes[winner] = (votes[winner] as number) + 1;
        const probability = Math.min(Math.max(logistic(-((a[pair] as number) * decision + (b[pair] as number))), 1e-7), 1 - 1e-7);
        (pairs[i] as number[])[j] = probability;
        (pairs[j] as number[])[i] = 1 - probability;
      }
    return { position: argMaxOf(votes), scores: couple(pairs) };
  });
  return [
    labelTensor(
      labels,
      answers.map(({ position }) => position),
    ),
    fromNumbers(
      node,
      "float32",
      [rows.length, labels.length],
      answers.flatMap(({ scores }) => scores),
    ),
  ];
};

/** libsvm's multiclass_probability: at most 100 steps, until no class is off by 0.005 / classes. */
function couple(r: readonly (readonly number[])[]): number[] {
  const k = r.length;
  const at = (i: number, j: number): number => r[i]?.[j] as number;
  const q = r.map((_, t) =>
    r.map((__, j) => (t === j ? r.reduce((sum, ___, i) => (i === t ? sum : sum + at(i, t) ** 2), 0) : -at(j, t) * at(t, j))),
  );
  const p = r.map(() => 1 / k);
  for (let step = 0; step < Math.max(100, k); step++) {
    const qp = q.map((row) => row.reduce((sum, value, j) => sum + value * (p[j] as number), 0));
    let pqp = qp.reduce((sum, value, t) => sum + value * (p[t] as number), 0);
    if (Math.max(...qp.map((value) => Math.abs(value - pqp))) < 0.005 / k) break;
    for (let t = 0; t < k; t++) {
      const diagonal = q[t]?.[t] as number;
      const difference = (pqp - (qp[t] as number)) / diagonal;
      p[t] = (p[t] as number) + difference;
      pqp = (pqp + difference * (difference * diagonal + 2 * (qp[t] as number))) / (1 + difference) / (1 + difference);
      for (let j = 0; j < k; j++) {
        qp[j] = ((qp[j] as number) + difference * (q[t]?.[j] as number)) / (1 + difference);
        p[j] = (p[j] as number) / (1 + difference);
      }
    }
  }
  return p;
}
