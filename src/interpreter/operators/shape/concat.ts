import { intAttribute } from "../../../graph/attributes.ts";
import { allocate } from "../../../tensor/dtype.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { axisOf, countOf } from "../../axes.ts";
import { type Evaluate, malformed, misfit, requiredInput } from "../../evaluate.ts";

/** Its inputs one after the other along an axis. */
export const evaluateConcat: Evaluate = (call) => {
  const first = requiredInput(call, 0);
  const parts = call.inputs.map((_, position) => requiredInput(call, position));
  const { dtype } = first;
  const rank = first.shape.length;
  const axis = axisOf(call, intAttribute(call.node, "axis", 1), rank);
  for (const part of parts) {
    if (part.dtype !== dtype) malformed(call, `its inputs are ${dtype} and ${part.dtype}`);
    if (part.shape.length !== rank || part.shape.some((size, index) => index !== axis && size !== first.shape[index]))
      misfit(call, `they differ in more than dimension ${axis}`);
  }
  const along = parts.reduce((sum, { shape }) => sum + (shape[axis] ?? 0), 0);
  const shape = first.shape.map((size, index) => (index === axis ? along : size));
  const outer = countOf(shape, 0, axis);
  const inner = countOf(shape, axis + 1);
  const data: (number | string)[] | Exclude<Tensor["data"], string[]> = allocate(dtype, countOf(shape));
  let next = 0;
  for (let block = 0; block < outer; block++)
    for (const part of parts) {
      const length = (part.shape[axis] ?? 0) * inner;
      for (let index = 0; index < length; index++) data[next++] = part.data[block * length + index] as number;
    }
  return [{ dtype, shape, data } as Tensor];
};
