import { float32Text } from "../tensor/float32-text.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** A tensor as nested JSON lists; a scalar as its value. */
export function nestedText(tensor: Tensor): string {
  const text = elementText(tensor);
  const { shape } = tensor;
  let at = 0;
  const write = (axis: number): string => {
    const size = shape[axis];
    if (size === undefined) return text(at++);
    const parts: string[] = [];
    for (let index = 0; index < size; index++) parts.push(write(axis + 1));
    return `[${parts.join(",")}]`;
  };
  return write(0);
}

function elementText(tensor: Tensor): (index: number) => string {
  switch (tensor.dtype) {
    case "string":
      return (index) => JSON.stringify(tensor.data[index]);
    case "bool":
      return (index) => (tensor.data[index] === 0 ? "false" : "true");
    case "float32":
      return (index) => float32Text(tensor.data[index] as number);
    default:
      // JSON has no NaN and no infinity.
      return (index) => {
        const value = tensor.data[index] as number;
        return Number.isFinite(value) ? String(value) : "null";
      };
  }
}
