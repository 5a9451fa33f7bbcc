import { intsAttribute, stringAttribute, stringsAttribute } from "../../graph/attributes.ts";
import type { Node } from "../../graph/graph.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import { unsupported } from "../evaluate.ts";
import { softmax } from "./reduce.ts";

/** The class labels of a classifier. */
export function labelsOf(node: Node): readonly string[] | readonly number[] {
  const strings = stringsAttribute(node, "classlabels_strings");
  if (strings !== undefined && strings.length > 0) return strings;
  return Array.from(intsAttribute(node, "classlabels_ints") ?? intsAttribute(node, "classlabels_int64s") ?? []);
}

/** The label output `[rows]`. */
export function labelTensor(labels: readonly string[] | readonly number[], positions: readonly number[]): Tensor {
  const chosen = positions.map((position) => labels[position] as string | number);
  return typeof labels[0] === "string"
    ? tensor("string", [chosen.length], chosen as string[])
    : tensor("int64", [chosen.length], Float64Array.from(chosen as number[]));
}

export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** A row's scores after the node's post-transform. */
export function postTransform(node: Node, scores: readonly number[]): number[] {
  const transform = stringAttribute(node, "post_transform") ?? "NONE";
  switch (transform) {
    case "NONE":
      return [...scores];
    case "LOGISTIC":
      return scores.map(logistic);
    case "SOFTMAX":
      return softmax(scores);
    case "SOFTMAX_ZERO": {
      // As ONNX Runtime: a score within 1e-7 of zero counts as x·e^-max.
      const largest = Math.max(...scores);
      const powers = scores.map((x) => (Math.abs(x) > 1e-7 ? Math.exp(x - largest) : x * Math.exp(-largest)));
      const sum = powers.reduce((total, power) => total + power, 0);
      return powers.map((power) => power / sum);
    }
    default:
      return unsupported(node, `the post-transform ${transform}`);
  }
}

/** The position of the largest number, the first of equals. */
export function argMaxOf(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value > (values[best] as number) ? index : best), 0);
}

/** Label position and scores of two classes that have one score, as ONNX Runtime reads it. */
export function oneScore(node: Node, score: number, kind: "share" | "margin"): { position: number; scores: number[] } {
  if (kind === "share") return { position: score > 0.5 ? 1 : 0, scores: [1 - score, score] };
  const isLogistic = stringAttribute(node, "post_transform") === "LOGISTIC";
  return { position: score > 0 ? 1 : 0, scores: isLogistic ? [logistic(-score), logistic(score)] : [-score, score] };
}
