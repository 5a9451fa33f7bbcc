import type { DType } from "../../../tensor/dtype.ts";
import { isFloat } from "../../../tensor/dtype.ts";
import { broadcastPositions, broadcastShape } from "../../broadcast.ts";
import { type Call, type Evaluate, failed, malformed, misfit, numericInput, unsupported } from "../../evaluate.ts";
import { inType, resultOf } from "../../result.ts";

/** Before this version the operands were aligned by an attribute, not by numpy's rules. */
const numpyBroadcasting = 7;

/** Arithmetic on two operands of one type. A float32 operation in float64, rounded once, is the float32 operation. */
function arithmetic(operation: (a: number, b: number, dtype: DType, call: Call) => number): Evaluate {
  return (call) => {
    if (call.opset < numpyBroadcasting) unsupported(call, `its form before opset ${numpyBroadcasting}`);
    const a = numericInput(call, 0);
    const b = numericInput(call, 1);
    const { dtype } = a;
    if (dtype !== b.dtype || dtype === "bool") malformed(call, `its operands are ${dtype} and ${b.dtype}`);
    const shape = broadcastShape(a.shape, b.shape) ?? misfit(call, "their dimensions differ");
    const left = broadcastPositions(a.shape, shape);
    const right = broadcastPositions(b.shape, shape);
    const element = (index: number): number =>
      inType(dtype, operation(a.data[left[index] ?? 0] ?? 0, b.data[right[index] ?? 0] ?? 0, dtype, call));
    return [resultOf(call, dtype, shape, element)];
  };
}

/** Integers of 32 bits multiply modulo 2^32; their product may be beyond what a float64 holds exactly. */
function product(a: number, b: number, dtype: DType): number {
  return dtype === "int32" || dtype === "uint32" ? Math.imul(a, b) : a * b;
}

/** An integer quotient is cut towards zero, and has no value for a divisor of 0. */
function quotient(a: number, b: number, dtype: DType, call: Call): number {
  if (!isFloat(dtype) && b === 0) failed(call, "an integer is divided by zero");
  return a / b;
}

export const evaluateAdd = arithmetic((a, b) => a + b);
export const evaluateSub = arithmetic((a, b) => a - b);
export const evaluateMul = arithmetic(product);
export const evaluateDiv = arithmetic(quotient);
