import type { Tensor } from "../../../tensor/tensor.ts";
import { tensor } from "../../../tensor/tensor.ts";
import { type Evaluate, malformed } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";
import { commonDType, operands } from "./broadcasting.ts";

/** The element of the second input where the condition holds, else that of the third. */
export const evaluateWhere: Evaluate = (call) => {
  const { tensors, shape, positions } = operands(call);
  const [condition, ...choices] = tensors;
  if (condition?.dtype !== "bool" || choices.length !== 2) malformed(call, "it takes a condition and two choices");
  const dtype = commonDType(call, choices);
  const pick = (index: number): number | string => {
    const choice = condition.data[positions[0]?.[index] ?? 0] === 1 ? 1 : 2;
    return (tensors[choice] as Tensor).data[positions[choice]?.[index] ?? 0] ?? 0;
  };
  if (dtype !== "string") return [resultOf(call, dtype, shape, (index) => Number(pick(index)))];
  const length = shape.reduce((product, size) => product * size, 1);
  return [
    tensor(
      "string",
      shape,
      Array.from({ length }, (_, index) => String(pick(index))),
    ),
  ];
};
