import { floatsAttribute } from "../../../graph/attributes.ts";
import { classLabels, labelTensor } from "../../class-labels.ts";
import { type Evaluate, unsupported } from "../../evaluate.ts";
import { type PostTransform, postTransformOf, transformScore, transformScores } from "../../post-transform.ts";
import { resultOf } from "../../result.ts";
import { tableInput } from "../../table.ts";
import { logistic } from "../elementwise/unary.ts";
import { largestPosition } from "../largest-position.ts";
import { linearScores } from "./linear-scores.ts";

/** Labels `[rows]` and float32 scores `[rows, classes]`; the label is that of the largest score before the post-transform. */
export const evaluateLinearClassifier: Evaluate = (call) => {
  const table = tableInput(call);
  const labels = classLabels(call, "classlabels_ints");
  const coefficients = floatsAttribute(call.node, "coefficients") ?? new Float32Array();
  const intercepts = floatsAttribute(call.node, "intercepts") ?? new Float32Array(labels.names.length);
  const outputs = intercepts.length;
  const classes = labels.names.length;
  // ONNX Runtime counts the classes by the intercepts.
  if (outputs !== classes && !(outputs === 1 && classes === 2)) unsupported(call, `${outputs} intercepts for ${classes} classes`);
  if (classes === 1) unsupported(call, "a single class");
  const transform = postTransformOf(call);
  const scores = linearScores(call, table, outputs, coefficients, intercepts);
  const answers = scores.map((row) => (outputs === 1 ? twoClasses(transform, row[0] ?? 0) : transformScores(transform, row)));
  const chosen = scores.map((row) => (outputs === 1 ? Number((row[0] ?? 0) > 0) : largestPosition(row)));
  const flat = answers.flat();
  return [labelTensor(call, labels, chosen), resultOf(call, "float32", [table.rows, classes], (index) => flat[index] ?? 0)];
};

/** One score for two classes: `[1 - s, s]` in ONNX Runtime, unless it is logistic or PROBIT, of which it leaves the second column unwritten. */
function twoClasses(transform: PostTransform, score: number): number[] {
  if (transform === "PROBIT") return [-transformScore(transform, score), transformScore(transform, score)];
  return transform === "LOGISTIC" ? [logistic(-score), logistic(score)] : [1 - score, score];
}
