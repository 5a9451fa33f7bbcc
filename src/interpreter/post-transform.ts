import { intAttribute, stringAttribute } from "../graph/attributes.ts";
import { type Call, unsupported } from "./evaluate.ts";
import { logistic } from "./operators/elementwise/unary.ts";
import { softmax } from "./operators/reduction/softmax.ts";

const postTransforms = ["NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"] as const;
export type PostTransform = (typeof postTransforms)[number];

export function postTransformOf(call: Call): PostTransform {
  const name = stringAttribute(call.node, "post_transform") ?? "NONE";
  return postTransforms.find((known) => known === name) ?? unsupported(call, `the post-transform ${name}`);
}

/** As ONNX Runtime numbers them in ai.onnx.ml 5; the standard has 1 for SOFTMAX and 2 for LOGISTIC. */
const byNumber: readonly PostTransform[] = ["NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO", "PROBIT"];

/** The same where the attribute is a number. */
export function postTransformByNumber(call: Call): PostTransform {
  const number = intAttribute(call.node, "post_transform", 0);
  return byNumber[number] ?? unsupported(call, `the post-transform ${number}`);
}

/** A row's scores transformed, two or more of them. */
export function transformScores(transform: PostTransform, scores: readonly number[]): number[] {
  switch (transform) {
    case "NONE":
      return [...scores];
    case "LOGISTIC":
      return scores.map(logistic);
    case "SOFTMAX":
      return softmax(scores);
    case "SOFTMAX_ZERO":
      return softmaxZero(scores);
    case "PROBIT":
      return scores.map(probit);
  }
}

/** Of a single score ONNX Runtime transforms PROBIT only; the others it leaves as they are. */
export function transformScore(transform: PostTransform, score: number): number {
  return transform === "PROBIT" ? probit(score) : score;
}

/** Scores this near to 0 count as absent. */
const nearZero = 1e-7;

/** ONNX Runtime's form: a score near 0 becomes x·e^-max and is not in the sum, so that scores of only zeros give NaN. */
function softmaxZero(scores: readonly number[]): number[] {
  const largest = scores.reduce((max, score) => Math.max(max, score), Number.NEGATIVE_INFINITY);
  const isZero = (score: number): boolean => !(score > nearZero || score < -nearZero);
  const powers = scores.map((score) => (isZero(score) ? score * Math.exp(-largest) : Math.exp(score - largest)));
  const sum = powers.reduce((total, power, index) => (isZero(scores[index] ?? 0) ? total : total + power), 0);
  return powers.map((power) => power / sum);
}

/** √2·erf⁻¹(2x - 1), with ONNX Runtime's approximation of erf⁻¹ (Winitzki's, a = 0.147). */
function probit(x: number): number {
  const a = 0.147;
  const y = 2 * x - 1;
  const log = Math.log((1 - y) * (1 + y));
  const v = 2 / (Math.PI * a) + 0.5 * log;
  return (y < 0 ? -1 : 1) * Math.SQRT2 * Math.sqrt(-v + Math.sqrt(v * v - log / a));
}
