import { allocate } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** The elements of `source` that `position` names for each of `count` places, in a shape of that many elements. */
export function gather(source: Tensor, shape: Shape, count: number, position: (index: number) => number): Tensor {
  if (source.dtype === "string") {
    const texts = allocate("string", count);
    return { dtype: "string", shape, data: texts.map((_, index) => source.data[position(index)] ?? "") };
  }
  const data = allocate(source.dtype, count);
  for (let index = 0; index < count; index++) data[index] = source.data[position(index)] ?? 0;
  return { dtype: source.dtype, shape, data } as Tensor;
}
