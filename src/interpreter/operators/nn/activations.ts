import { floatAttribute, stringAttribute } from "../../../graph/attributes.ts";
import type { Node } from "../../../graph/graph.ts";
import { isFloat } from "../../../tensor/dtype.ts";
import { broadcastPositions, broadcastShape } from "../../broadcast.ts";
import { type Evaluate, malformed, misfit, numericInput } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";
import { erf } from "../elementwise/erf.ts";
import { logistic } from "../elementwise/unary.ts";

/** A function of each element with the node's parameters, computed in float64 and rounded once. */
function activation(prepare: (parameter: (name: string, fallback: number) => number, node: Node) => (x: number) => number): Evaluate {
  return (call) => {
    const { dtype, shape, data } = numericInput(call, 0);
    if (!isFloat(dtype)) malformed(call, `its input is ${dtype}`);
    const f = prepare((name, fallback) => floatAttribute(call.node, name, fallback), call.node);
    return [resultOf(call, dtype, shape, (index) => f(data[index] ?? 0))];
  };
}

/** Between the bounds; NaN stays NaN. */
function clamp(x: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, x));
}

export function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

export const evaluateCelu = activation((parameter) => {
  const alpha = parameter("alpha", 1);
  return (x) => (x >= 0 ? x : alpha * Math.expm1(x / alpha));
});
export const evaluateElu = activation((parameter) => {
  const alpha = parameter("alpha", 1);
  return (x) => (x >= 0 ? x : alpha * Math.expm1(x));
});
export const evaluateGelu = activation((_, node) =>
  stringAttribute(node, "approximate") === "tanh"
    ? (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
    : (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
);
export const evaluateHardSigmoid = activation((parameter) => {
  const alpha = parameter("alpha", Math.fround(0.2));
  const beta = parameter("beta", 0.5);
  return (x) => clamp(alpha * x + beta, 0, 1);
});
export const evaluateHardSwish = activation(() => (x) => x * clamp(x / 6 + 0.5, 0, 1));
export const evaluateLeakyRelu = activation((parameter) => {
  const alpha = parameter("alpha", Math.fround(0.01));
  return (x) => (x >= 0 ? x : alpha * x);
});
export const evaluateMish = activation(() => (x) => x * Math.tanh(softplus(x)));
export const evaluateSelu = activation((parameter) => {
  const alpha = parameter("alpha", 1.6732631921768188);
  const gamma = parameter("gamma", 1.0507010221481323);
  return (x) => gamma * (x > 0 ? x : alpha * Math.expm1(x));
});
export const evaluateSoftplus = activation(() => softplus);
export const evaluateSoftsign = activation(() => (x) => x / (1 + Math.abs(x)));
export const evaluateSwish = activation((parameter) => {
  const alpha = parameter("alpha", 1);
  return (x) => x * logistic(alpha * x);
});
export const evaluateThresholdedRelu = activation((parameter) => {
  const alpha = parameter("alpha", 1);
  return (x) => (x > alpha ? x : 0);
});

/** Below 0 times a slope, which is broadcast to the input. */
export const evaluatePRelu: Evaluate = (call) => {
  const x = numericInput(call, 0);
  const slope = numericInput(call, 1);
  if (x.dtype !== slope.dtype || x.dtype === "bool") malformed(call, `its operands are ${x.dtype} and ${slope.dtype}`);
  const shape = broadcastShape(x.shape, slope.shape);
  if (shape === undefined || shape.length !== x.shape.length || shape.some((size, axis) => size !== x.shape[axis]))
    misfit(call, "the slope does not broadcast to the input");
  const positions = broadcastPositions(slope.shape, shape);
  return [
    resultOf(call, x.dtype, shape, (index) => {
      const value = x.data[index] ?? 0;
      return value < 0 ? value * (slope.data[positions[index] ?? 0] ?? 0) : value;
    }),
  ];
};
