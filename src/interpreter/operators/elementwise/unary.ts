import { intAttribute } from "../../../graph/attributes.ts";
import { isFloat } from "../../../tensor/dtype.ts";
import { type Call, type Evaluate, malformed, numericInput } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";
import { erf } from "./erf.ts";

/** A function of each element, computed in float64 and rounded once to the input's type. */
function unary(f: (x: number) => number, only: "float" | "number"): Evaluate {
  return (call) => {
    const { dtype, shape, data } = numericInput(call, 0);
    if (dtype === "bool" || (only === "float" && !isFloat(dtype))) malformed(call, `its input is ${dtype}`);
    return [resultOf(call, dtype, shape, (index) => f(data[index] ?? 0))];
  };
}

/** Whether something holds of each element. */
function predicate(holds: (x: number, call: Call) => boolean, of: "bool" | "float"): Evaluate {
  return (call) => {
    const { dtype, shape, data } = numericInput(call, 0);
    if (of === "bool" ? dtype !== "bool" : !isFloat(dtype)) malformed(call, `its input is ${dtype}`);
    return [resultOf(call, "bool", shape, (index) => (holds(data[index] ?? 0, call) ? 1 : 0))];
  };
}

/** 1 / (1 + e^-x). */
export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

export const evaluateAbs = unary(Math.abs, "number");
export const evaluateAcos = unary(Math.acos, "float");
export const evaluateAcosh = unary(Math.acosh, "float");
export const evaluateAsin = unary(Math.asin, "float");
export const evaluateAsinh = unary(Math.asinh, "float");
export const evaluateAtan = unary(Math.atan, "float");
export const evaluateAtanh = unary(Math.atanh, "float");
export const evaluateCeil = unary(Math.ceil, "float");
export const evaluateCos = unary(Math.cos, "float");
export const evaluateCosh = unary(Math.cosh, "float");
export const evaluateErf = unary(erf, "float");
export const evaluateExp = unary(Math.exp, "float");
export const evaluateFloor = unary(Math.floor, "float");
export const evaluateLog = unary(Math.log, "float");
export const evaluateNeg = unary((x) => -x, "number");
export const evaluateReciprocal = unary((x) => 1 / x, "float");
/** Keeps NaN, and -0, as ONNX Runtime does. */
export const evaluateRelu = unary((x) => (x >= 0 || Number.isNaN(x) ? x : 0), "number");
export const evaluateRound = unary(roundHalfToEven, "float");
export const evaluateSigmoid = unary(logistic, "float");
export const evaluateSign = unary(Math.sign, "number");
export const evaluateSin = unary(Math.sin, "float");
export const evaluateSinh = unary(Math.sinh, "float");
export const evaluateSqrt = unary(Math.sqrt, "float");
export const evaluateTan = unary(Math.tan, "float");
export const evaluateTanh = unary(Math.tanh, "float");

export const evaluateIsNaN = predicate(Number.isNaN, "float");
export const evaluateIsInf = predicate((x, { node }) => {
  if (x === Number.POSITIVE_INFINITY) return intAttribute(node, "detect_positive", 1) !== 0;
  return x === Number.NEGATIVE_INFINITY && intAttribute(node, "detect_negative", 1) !== 0;
}, "float");
export const evaluateNot = predicate((x) => x === 0, "bool");

/** The nearest integer, of two equally near ones the even one. */
function roundHalfToEven(x: number): number {
  const down = Math.floor(x);
  const fraction = x - down;
  if (fraction !== 0.5) return fraction < 0.5 ? keepSign(down, x) : keepSign(down + 1, x);
  return keepSign(down % 2 === 0 ? down : down + 1, x);
}

function keepSign(rounded: number, x: number): number {
  return rounded === 0 && (x < 0 || Object.is(x, -0)) ? -0 : rounded;
}
