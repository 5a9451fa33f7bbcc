import { type Evaluate, malformed } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";
import { commonDType, operands } from "./broadcasting.ts";

type Comparable = number | string;

/** Compares two operands of one type to booleans; every comparison with NaN is false. */
function comparison(holds: (a: Comparable, b: Comparable) => boolean, ordered: boolean): Evaluate {
  return (call) => {
    const { tensors, shape, positions } = operands(call);
    const dtype = commonDType(call, tensors);
    if (tensors.length !== 2 || (ordered && (dtype === "string" || dtype === "bool"))) malformed(call, `it compares ${dtype} operands`);
    const at = (operand: number, index: number): Comparable => tensors[operand]?.data[positions[operand]?.[index] ?? 0] ?? 0;
    return [resultOf(call, "bool", shape, (index) => (holds(at(0, index), at(1, index)) ? 1 : 0))];
  };
}

export const evaluateEqual = comparison((a, b) => a === b, false);
export const evaluateGreater = comparison((a, b) => a > b, true);
export const evaluateGreaterOrEqual = comparison((a, b) => a >= b, true);
export const evaluateLess = comparison((a, b) => a < b, true);
export const evaluateLessOrEqual = comparison((a, b) => a <= b, true);

/** Two booleans to one. */
function logical(holds: (a: boolean, b: boolean) => boolean): Evaluate {
  return (call) => {
    const { tensors, shape, positions } = operands(call);
    const dtype = commonDType(call, tensors);
    if (tensors.length !== 2 || dtype !== "bool") malformed(call, `its operands are ${dtype}`);
    const at = (operand: number, index: number): boolean => tensors[operand]?.data[positions[operand]?.[index] ?? 0] === 1;
    return [resultOf(call, "bool", shape, (index) => (holds(at(0, index), at(1, index)) ? 1 : 0))];
  };
}

export const evaluateAnd = logical((a, b) => a && b);
export const evaluateOr = logical((a, b) => a || b);
export const evaluateXor = logical((a, b) => a !== b);
