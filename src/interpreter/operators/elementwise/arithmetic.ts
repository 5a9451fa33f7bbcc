import { intAttribute } from "../../../graph/attributes.ts";
import type { DType } from "../../../tensor/dtype.ts";
import { isFloat } from "../../../tensor/dtype.ts";
import { type Call, type Evaluate, failed, malformed, type NumericTensor } from "../../evaluate.ts";
import { inType, resultOf } from "../../result.ts";
import { commonDType, operands } from "./broadcasting.ts";

type Operation = (a: number, b: number, dtype: DType, call: Call) => number;

/** Arithmetic on two operands of one type. A float32 operation in float64, rounded once, is the float32 operation. */
function arithmetic(operation: Operation): Evaluate {
  return (call) => {
    const { tensors, shape, positions } = operands(call);
    const dtype = commonDType(call, tensors);
    if (dtype === "bool" || dtype === "string") malformed(call, `its operands are ${dtype}`);
    const [a, b] = tensors as [NumericTensor, NumericTensor];
    const [left, right] = positions as [Float64Array, Float64Array];
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

/** C's remainder has the dividend's sign (`fmod` = 1), Python's the divisor's. */
function remainder(a: number, b: number, dtype: DType, call: Call): number {
  const isC = intAttribute(call.node, "fmod", 0) !== 0;
  if (!isFloat(dtype) && b === 0) failed(call, "an integer is divided by zero");
  const rest = a % b;
  return isC || rest === 0 || rest < 0 === b < 0 ? rest : rest + b;
}

export const evaluateAdd = arithmetic((a, b) => a + b);
export const evaluateSub = arithmetic((a, b) => a - b);
export const evaluateMul = arithmetic(product);
export const evaluateDiv = arithmetic(quotient);
export const evaluateMod = arithmetic(remainder);

/** The exponent may be of another type than the base, whose type the result has. */
export const evaluatePow: Evaluate = (call) => {
  const { tensors, shape, positions } = operands(call);
  const [base, exponent] = tensors;
  const [left, right] = positions as [Float64Array, Float64Array];
  if (base === undefined || exponent === undefined || tensors.length > 2) malformed(call, "it takes two operands");
  for (const { dtype } of tensors) if (dtype === "bool" || dtype === "string") malformed(call, `an operand is ${dtype}`);
  const [a, b] = [base.data, exponent.data] as ArrayLike<number>[] as [ArrayLike<number>, ArrayLike<number>];
  const { dtype } = base as NumericTensor;
  return [resultOf(call, dtype, shape, (index) => inType(dtype, power(a[left[index] ?? 0] ?? 0, b[right[index] ?? 0] ?? 0)))];
};

/** As C's `pow`, which is 1 for a base of 1 whatever the exponent, and for -1 to an infinite one; JavaScript says NaN. */
function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY)) return 1;
  return base ** exponent;
}
