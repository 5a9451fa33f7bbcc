import { intAttribute } from "../../../graph/attributes.ts";
import { isFloat } from "../../../tensor/dtype.ts";
import { axisOf, countOf } from "../../axes.ts";
import { type Evaluate, malformed, numericInput } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";
import { largestPosition } from "../largest-position.ts";

/** Before this version the input was made a table at the axis (1 by default), and a row's columns summed to 1. */
const alongOneAxis = 13;

/** Replaces the scores along an axis. */
function alongAxis(transform: (scores: readonly number[]) => readonly number[]): Evaluate {
  return (call) => {
    const { dtype, shape, data } = numericInput(call, 0);
    if (!isFloat(dtype)) malformed(call, `its input is ${dtype}`);
    const isTable = call.opset < alongOneAxis;
    const axis = axisOf(call, intAttribute(call.node, "axis", isTable ? 1 : -1), shape.length, isTable);
    const size = isTable ? countOf(shape, axis) : (shape[axis] ?? 1);
    const inner = isTable ? 1 : countOf(shape, axis + 1);

    const result = new Float64Array(data.length);
    for (let group = 0; group * size < data.length; group++) {
      const start = Math.floor(group / inner) * size * inner + (group % inner);
      const scores = Array.from({ length: size }, (_, place) => data[start + place * inner] as number);
      transform(scores).forEach((share, place) => {
        result[start + place * inner] = share;
      });
    }
    return [resultOf(call, dtype, shape, (index) => result[index] ?? 0)];
  };
}

export const evaluateSoftmax = alongAxis(softmax);
/** x - max - log Σ e^(x - max). */
export const evaluateLogSoftmax = alongAxis((scores) => {
  const largest = Math.max(...scores);
  const log = Math.log(scores.reduce((sum, score) => sum + Math.exp(score - largest), 0));
  return scores.map((score) => score - largest - log);
});
/** 1 for the largest, the first of equals, and 0 for the others. */
export const evaluateHardmax = alongAxis((scores) => {
  const best = largestPosition(scores);
  return scores.map((_, place) => (place === best ? 1 : 0));
});

/** e^(x - max) / Σ e^(x - max), in float64. */
export function softmax(scores: readonly number[]): number[] {
  const largest = scores.reduce((max, score) => Math.max(max, score), Number.NEGATIVE_INFINITY);
  const powers = scores.map((score) => Math.exp(score - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
