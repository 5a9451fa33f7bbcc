import { classLabels, labelTensor } from "../../class-labels.ts";
import { type Call, type Evaluate, failed, malformed, unsupported } from "../../evaluate.ts";
import { type PostTransform, postTransformOf, transformScore, transformScores } from "../../post-transform.ts";
import { resultOf } from "../../result.ts";
import { logistic } from "../elementwise/unary.ts";
import { Scores } from "./scores.ts";
import { type TreeEnsemble, treeEnsemble } from "./tree-ensemble.ts";
import { comparedInput, walk } from "./walk.ts";

/** A row's class and its scores after the post-transform. */
interface Answer {
  readonly chosen: number;
  readonly scores: readonly number[];
}

/** Labels `[rows]` and float32 scores `[rows, classes]`. */
export const evaluateTreeEnsembleClassifier: Evaluate = (call) => {
  const table = comparedInput(call);
  const labels = classLabels(call, "classlabels_int64s");
  const classes = labels.names.length;
  const ensemble = treeEnsemble(call, "class");
  const transform = postTransformOf(call);
  const isOneScore = classes === 2 && namedClasses(ensemble).size === 1;
  const answer =
    classes === 1
      ? oneClassAnswer(call, ensemble, transform)
      : isOneScore
        ? oneScoreAnswer(call, ensemble, transform)
        : manyScoresAnswer(call, ensemble, transform, classes);
  const answers = table.values.map(answer);
  const scores = answers.flatMap((one) => one.scores);
  const label = labelTensor(
    call,
    labels,
    answers.map(({ chosen }) => chosen),
  );
  return [label, resultOf(call, "float32", [table.rows, classes], (index) => scores[index] ?? 0)];
};

function leafWeights({ trees }: TreeEnsemble): { target: number; weight: number }[] {
  return trees.flatMap(({ nodes }) => [...nodes.values()].flatMap((node) => (node.kind === "leaf" ? node.weights : [])));
}

function namedClasses(ensemble: TreeEnsemble): Set<number> {
  return new Set(leafWeights(ensemble).map(({ target }) => target));
}

/** ONNX Runtime answers 0 or 1 there, which is no label: a trainer's answer is the only class. Its score is transformed by PROBIT only. */
function oneClassAnswer(call: Call, ensemble: TreeEnsemble, transform: PostTransform): (row: Float64Array) => Answer {
  const answer = manyScoresAnswer(call, ensemble, "NONE", 1);
  return (row) => ({ chosen: 0, scores: answer(row).scores.map((score) => transformScore(transform, score)) });
}

/**
 * Two classes and one score for both, as exporters of binary models write them: that of the second class,
 * listed under class 0. Weights that are all positive are shares of it; else the score is a margin around 0.
 */
function oneScoreAnswer(call: Call, ensemble: TreeEnsemble, transform: PostTransform): (row: Float64Array) => Answer {
  const { baseValues } = ensemble;
  if (baseValues.length > 1) unsupported(call, "two base values for a single score");
  const ofSecond = !namedClasses(ensemble).has(0);
  // ONNX Runtime leaves out one of them, and of two takes one in place of the sum.
  if (ofSecond && baseValues.length > 0) unsupported(call, "base values where all weights are of the second class");
  const base = baseValues[0] ?? 0;
  const rounded = roundingOf(call);
  const isShare = transform !== "LOGISTIC" && leafWeights(ensemble).every(({ weight }) => weight >= 0);
  return (row) => {
    const score = ensemble.trees.flatMap((tree) => walk(call, tree, row)).reduce((sum, { weight }) => sum + weight, 0) + base;
    // Of a logistic score whose weights are all positive ONNX Runtime asks whether it is above 0.5 before the
    // transform, so that its label may not be that of the larger probability; the trainers' is.
    const chosen = rounded(score) > (isShare ? 0.5 : 0) ? 1 : 0;
    // Listed under the second class: ONNX Runtime writes 0 for the first.
    if (ofSecond) return { chosen, scores: transformScores(transform, [0, score]) };
    // ONNX Runtime leaves the second column unwritten; the standard's own evaluator writes this.
    if (transform === "PROBIT") return { chosen, scores: [-transformScore(transform, score), transformScore(transform, score)] };
    if (isShare) return { chosen, scores: [1 - score, score] };
    return { chosen, scores: transform === "LOGISTIC" ? [logistic(-score), logistic(score)] : [-score, score] };
  };
}

/**
 * A score for each class: the largest wins, the first of equals; a class that no leaf scored is no
 * candidate. Of two classes ONNX Runtime asks for the sign of the second score instead, which is not
 * what the standard says nor what any trainer predicts.
 */
function manyScoresAnswer(call: Call, ensemble: TreeEnsemble, transform: PostTransform, classes: number): (row: Float64Array) => Answer {
  const { baseValues, trees } = ensemble;
  if (baseValues.length !== 0 && baseValues.length !== classes)
    malformed(call, `it has ${baseValues.length} base values for ${classes} classes`);
  return (row) => {
    const scores = new Scores(classes);
    for (const tree of trees)
      for (const { target, weight } of walk(call, tree, row)) {
        if (!(target >= 0 && target < classes)) malformed(call, `a weight is of class ${target} of ${classes}`);
        scores.set(target, scores.sum(target) + weight);
      }
    baseValues.forEach((value, target) => {
      scores.set(target, scores.sum(target) + value);
    });
    return { chosen: largestGiven(call, scores, classes, roundingOf(call)), scores: transformScores(transform, scores.values) };
  };
}

/**
 * Scores are compared as float32 where the weights are float32: shares that are equal in the trainer, such as
 * halves of a forest, differ by the weights' own rounding in a sum of float64.
 */
function roundingOf({ node }: Call): (score: number) => number {
  return node.attributes.has("class_weights_as_tensor") ? (score) => score : Math.fround;
}

function largestGiven(call: Call, scores: Scores, classes: number, rounded: (score: number) => number): number {
  let best: number | undefined;
  for (let target = 0; target < classes; target++)
    if (scores.has(target) && (best === undefined || rounded(scores.sum(target)) > rounded(scores.sum(best)))) best = target;
  return best ?? failed(call, "no tree has a score for a row");
}
