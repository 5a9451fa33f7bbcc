import { tensor } from "../../../tensor/tensor.ts";
import { type Evaluate, malformed } from "../../evaluate.ts";
import { operands } from "../elementwise/broadcasting.ts";

/** The texts of two operands, one behind the other. */
export const evaluateStringConcat: Evaluate = (call) => {
  const { tensors, shape, positions } = operands(call);
  if (tensors.length !== 2 || tensors.some(({ dtype }) => dtype !== "string")) malformed(call, "it takes two operands of strings");
  const at = (operand: number, index: number): string => String(tensors[operand]?.data[positions[operand]?.[index] ?? 0] ?? "");
  const length = shape.reduce((product, size) => product * size, 1);
  return [
    tensor(
      "string",
      shape,
      Array.from({ length }, (_, index) => at(0, index) + at(1, index)),
    ),
  ];
};
