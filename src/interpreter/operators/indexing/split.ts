import { intAttribute, intsAttribute } from "../../../graph/attributes.ts";
import { axisOf, countOf } from "../../axes.ts";
import { type Call, type Evaluate, misfit, numericInput, requiredInput } from "../../evaluate.ts";
import { gather } from "../../gather.ts";

/** From this version the sizes are an input. */
const sizesAsInput = 13;

/** Parts along an axis: of the given sizes, or equal ones (the last may be smaller since opset 18). */
export const evaluateSplit: Evaluate = (call) => {
  const input = requiredInput(call, 0);
  const axis = axisOf(call, intAttribute(call.node, "axis", 0), input.shape.length);
  const size = input.shape[axis] ?? 0;
  const sizes = sizesOf(call, size);
  if (sizes.some((part) => part < 0) || sizes.reduce((sum, part) => sum + part, 0) !== size)
    misfit(call, `parts of ${sizes.join(", ")} are not ${size}`);
  const inner = countOf(input.shape, axis + 1);
  let start = 0;
  return sizes.map((part) => {
    const from = start;
    start += part;
    const shape = input.shape.map((dimension, index) => (index === axis ? part : dimension));
    return gather(input, shape, countOf(shape), (index) => {
      const block = Math.floor(index / inner);
      return (Math.floor(block / part) * size + from + (block % part)) * inner + (index % inner);
    });
  });
};

function sizesOf(call: Call, size: number): number[] {
  const given = call.opset < sizesAsInput ? intsAttribute(call.node, "split") : call.inputs[1] && numericInput(call, 1).data;
  if (given !== undefined) return Array.from(given);
  const parts = intAttribute(call.node, "num_outputs", call.node.outputs.length);
  if (!(parts >= 1 && parts <= Math.max(size, 1))) misfit(call, `${parts} parts of ${size}`);
  const each = Math.ceil(size / parts);
  return Array.from({ length: parts }, (_, part) => Math.max(0, Math.min(each, size - part * each)));
}
