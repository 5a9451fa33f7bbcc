import { floatsAttribute, intsAttribute } from "../../../graph/attributes.ts";
import { type ClassLabels, classLabels, labelTensor } from "../../class-labels.ts";
import { type Call, type Evaluate, malformed, misfit, unsupported } from "../../evaluate.ts";
import { type PostTransform, postTransformOf, transformScore, transformScores } from "../../post-transform.ts";
import { resultOf } from "../../result.ts";
import { type Table, tableInput } from "../../table.ts";
import { logistic } from "../elementwise/unary.ts";
import { largestPosition } from "../largest-position.ts";
import { kernelFunction, product, supportVectors } from "./kernel.ts";
import { pairDecisions, pairProbabilities, votes } from "./pairs.ts";
import { couplePairs } from "./pairwise-coupling.ts";

/** A row's class and its scores before the post-transform. */
interface Answer {
  readonly chosen: number;
  readonly scores: readonly number[];
}

/**
 * Labels `[rows]` and float32 scores: `[rows, classes]` where there are Platt's probabilities or only two
 * classes, else one score for each pair of classes.
 */
export const evaluateSVMClassifier: Evaluate = (call) => {
  const table = tableInput(call);
  const labels = classLabels(call, "classlabels_ints");
  if (labels.names.length < 2) unsupported(call, "a single class");
  const perClass = Array.from(intsAttribute(call.node, "vectors_per_class") ?? []);
  const isLinear = perClass.reduce((sum, count) => sum + count, 0) === 0;
  const answers = isLinear ? linearAnswers(call, table, labels) : kernelAnswers(call, table, labels, perClass);
  const scores = answers.flatMap((answer) => answer.scores);
  const width = answers[0]?.scores.length ?? labels.names.length;
  const label = labelTensor(
    call,
    labels,
    answers.map(({ chosen }) => chosen),
  );
  return [label, resultOf(call, "float32", [table.rows, width], (index) => scores[index] ?? 0)];
};

/** libsvm's machine: one decision for each pair of classes; the class with the most pairs wins, the first of equals. */
function kernelAnswers(call: Call, { values, columns }: Table, { names }: ClassLabels, perClass: readonly number[]): Answer[] {
  if (perClass.length !== names.length) malformed(call, `it counts the vectors of ${perClass.length} classes and has ${names.length}`);
  const vectors = supportVectors(
    call,
    perClass.reduce((sum, count) => sum + count, 0),
    columns,
  );
  const kernel = kernelFunction(call);
  const decide = pairDecisions(call, perClass);
  const probabilities = pairProbabilities(call, names.length);
  const transform = postTransformOf(call);
  return values.map((row) => {
    const decisions = decide(vectors.map((vector) => kernel(row, vector)));
    const chosen = largestPosition(votes(decisions, names.length));
    if (probabilities !== undefined) return { chosen, scores: transformScores(transform, couplePairs(probabilities(decisions))) };
    if (names.length > 2) return { chosen, scores: transformScores(transform, decisions) };
    return { chosen, scores: twoClasses(transform, decisions[0] ?? 0) };
  });
}

/** One decision for two classes, as ONNX Runtime writes it (of PROBIT it leaves the second column unwritten). */
function twoClasses(transform: PostTransform, decision: number): number[] {
  if (transform === "PROBIT") return [-transformScore(transform, decision), transformScore(transform, decision)];
  if (transform === "NONE") return [-decision, decision];
  return transform === "LOGISTIC" ? [logistic(-decision), logistic(decision)] : [1 - decision, decision];
}

/** liblinear's machine: a linear score for each class, all with the first rho. */
function linearAnswers(call: Call, { values, columns }: Table, { names }: ClassLabels): Answer[] {
  const coefficients = floatsAttribute(call.node, "coefficients") ?? new Float32Array();
  const [rho = malformed(call, "it has no rho")] = floatsAttribute(call.node, "rho") ?? [];
  if (coefficients.length !== names.length * columns) misfit(call, `it has ${coefficients.length} coefficients`);
  const transform = postTransformOf(call);
  const withProbabilities = (floatsAttribute(call.node, "prob_a") ?? []).length > 0;
  const allPositive = coefficients.every((coefficient) => coefficient >= 0);
  return values.map((row) => {
    const scores = names.map((_, index) => product(row, coefficients.subarray(index * columns, (index + 1) * columns)) + rho);
    const largest = largestPosition(scores);
    // ONNX Runtime asks of two classes whether the larger score is positive (0.5, where all weights are positive).
    const positive = allPositive ? (scores[largest] ?? 0) >= 0.5 : (scores[largest] ?? 0) > 0;
    const chosen = names.length === 2 && !withProbabilities && positive ? 1 : largest;
    return { chosen, scores: transformScores(transform, scores) };
  });
}
