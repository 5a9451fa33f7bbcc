import { isFloat } from "../../../tensor/dtype.ts";
import { type Evaluate, malformed, numericInput } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";

/** A function of each element, computed in float64 and rounded once to the input's type. */
function unary(f: (x: number) => number, only: "float" | "number"): Evaluate {
  return (call) => {
    const { dtype, shape, data } = numericInput(call, 0);
    if (dtype === "bool" || (only === "float" && !isFloat(dtype))) malformed(call, `its input is ${dtype}`);
    return [resultOf(call, dtype, shape, (index) => f(data[index] ?? 0))];
  };
}

/** 1 / (1 + e^-x). */
export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

export const evaluateAbs = unary(Math.abs, "number");
export const evaluateNeg = unary((x) => -x, "number");
export const evaluateExp = unary(Math.exp, "float");
/** Keeps NaN, and -0, as ONNX Runtime does. */
export const evaluateRelu = unary((x) => (x >= 0 || Number.isNaN(x) ? x : 0), "number");
export const evaluateSigmoid = unary(logistic, "float");
export const evaluateTanh = unary(Math.tanh, "float");
