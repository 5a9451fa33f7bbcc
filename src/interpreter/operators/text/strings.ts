import { type Tensor, type TensorOf, tensor } from "../../../tensor/tensor.ts";
import { type Call, malformed, requiredInput } from "../../evaluate.ts";

/** The input at this position, which holds strings. */
export function stringInput(call: Call, position = 0): TensorOf<"string"> {
  const input = requiredInput(call, position);
  return input.dtype === "string" ? input : malformed(call, `its input ${position} is ${input.dtype}`);
}

/** Lists of strings as one tensor: its last dimension is as long as the longest list, the others are filled up. */
export function padded(leading: readonly number[], lists: readonly (readonly string[])[], filler: string): Tensor {
  const width = lists.reduce((longest, list) => Math.max(longest, list.length), 0);
  const data = lists.flatMap((list) => Array.from({ length: width }, (_, position) => list[position] ?? filler));
  return tensor("string", [...leading, width], data);
}
