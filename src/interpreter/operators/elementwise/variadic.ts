import { type Evaluate, malformed, type NumericTensor } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";
import { commonDType, operands } from "./broadcasting.ts";

/** Any number of operands of one type, joined from the left. */
function variadic(join: (a: number, b: number) => number, finish: (sum: number, count: number) => number = (sum) => sum): Evaluate {
  return (call) => {
    const { tensors, shape, positions } = operands(call);
    const dtype = commonDType(call, tensors);
    if (dtype === "bool" || dtype === "string") malformed(call, `its operands are ${dtype}`);
    const at = (operand: number, index: number): number => (tensors[operand] as NumericTensor).data[positions[operand]?.[index] ?? 0] ?? 0;
    return [
      resultOf(call, dtype, shape, (index) => {
        let joined = at(0, index);
        for (let operand = 1; operand < tensors.length; operand++) joined = join(joined, at(operand, index));
        return finish(joined, tensors.length);
      }),
    ];
  };
}

/** NaN where any operand is, as `Math.max` and ONNX Runtime have it. */
export const evaluateMax = variadic((a, b) => Math.max(a, b));
export const evaluateMin = variadic((a, b) => Math.min(a, b));
export const evaluateSum = variadic((a, b) => a + b);
export const evaluateMean = variadic(
  (a, b) => a + b,
  (sum, count) => sum / count,
);
