import { intAttribute } from "../../graph/attributes.ts";
import { allocate } from "../../tensor/dtype.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Evaluate, numbers, required, unsupported } from "../evaluate.ts";

function product(sizes: readonly number[]): number {
  return sizes.reduce((result, size) => result * size, 1);
}

export const identity: Evaluate = (node, inputs) => [required(node, inputs, 0)];

export const flatten: Evaluate = (node, inputs) => {
  const input = required(node, inputs, 0);
  const given = intAttribute(node, "axis", 1);
  const axis = given < 0 ? given + input.shape.length : given;
  return [{ ...input, shape: [product(input.shape.slice(0, axis)), product(input.shape.slice(axis))] }];
};

export const reshape: Evaluate = (node, inputs) => {
  const input = required(node, inputs, 0);
  const target = Array.from(numbers(node, required(node, inputs, 1)));
  const allowZero = intAttribute(node, "allowzero", 0) !== 0;
  const sizes = target.map((size, axis) => (size === 0 && !allowZero ? (input.shape[axis] ?? 1) : size));
  const known = product(sizes.filter((size) => size !== -1));
  const shape = sizes.map((size) => (size === -1 ? product(input.shape) / known : size));
  if (product(shape) !== product(input.shape)) unsupported(node, "the shapes do not fit");
  return [{ ...input, shape }];
};

export const concat: Evaluate = (node, inputs) => {
  const parts = inputs.map((_, position) => required(node, inputs, position));
  const [first] = parts;
  if (first === undefined) return unsupported(node, "it has no inputs");
  const given = intAttribute(node, "axis", 0);
  const axis = given < 0 ? given + first.shape.length : given;
  if (parts.some(({ dtype, shape }) => dtype !== first.dtype || shape.some((size, index) => index !== axis && size !== first.shape[index])))
    unsupported(node, "its inputs do not fit");
  const shape = first.shape.map((size, index) =>
    index === axis ? parts.reduce((sum, part) => sum + (part.shape[axis] as number), 0) : size,
  );
  const data = allocate(first.dtype, product(shape)) as (number | string)[];
  const outer = product(shape.slice(0, axis));
  let next = 0;
  for (let block = 0; block < outer; block++)
    for (const part of parts) {
      const length = part.data.length / outer;
      for (let index = 0; index < length; index++) data[next++] = part.data[block * length + index] as number | string;
    }
  return [{ dtype: first.dtype, shape, data } as unknown as Tensor];
};
