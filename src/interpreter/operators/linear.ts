import { floatsAttribute, intAttribute } from "../../graph/attributes.ts";
import type { Node } from "../../graph/graph.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Evaluate, fromNumbers, required, rowsOf, unsupported } from "../evaluate.ts";
import { argMaxOf, labelsOf, labelTensor, oneScore, postTransform } from "./class-scores.ts";

/** Row · coefficients + intercept for every output, in float64. */
function linearScores(node: Node, input: Tensor, outputs: number): number[][] {
  const coefficients = floatsAttribute(node, "coefficients") ?? new Float32Array();
  const intercepts = floatsAttribute(node, "intercepts") ?? new Float32Array(outputs);
  return rowsOf(node, input).map((row) => {
    if (coefficients.length !== row.length * outputs) unsupported(node, "its coefficients do not fit its input");
    return Array.from(
      { length: outputs },
      (_, output) => row.reduce((sum, x, k) => sum + x * (coefficients[output * row.length + k] as number), 0) + (intercepts[output] ?? 0),
    );
  });
}

export const linearRegressor: Evaluate = (node, inputs) => {
  const targets = intAttribute(node, "targets", 1);
  const scores = linearScores(node, required(node, inputs, 0), targets).map((row) => postTransform(node, row));
  return [fromNumbers(node, "float32", [scores.length, targets], scores.flat())];
};

export const linearClassifier: Evaluate = (node, inputs) => {
  const labels = labelsOf(node);
  const outputs = floatsAttribute(node, "intercepts")?.length ?? labels.length;
  const answers = linearScores(node, required(node, inputs, 0), outputs).map((scores) =>
    outputs === 1 && labels.length === 2
      ? oneScore(node, scores[0] as number, "margin")
      : { position: argMaxOf(scores), scores: postTransform(node, scores) },
  );
  return [
    labelTensor(
      labels,
      answers.map(({ position }) => position),
    ),
    fromNumbers(
      node,
      "float32",
      [answers.length, labels.length],
      answers.flatMap(({ scores }) => scores),
    ),
  ];
};
