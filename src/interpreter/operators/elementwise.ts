import { intAttribute } from "../../graph/attributes.ts";
import { isFloat } from "../../tensor/dtype.ts";
import { onnxDTypes } from "../../tensor/onnx-dtypes.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import { type Evaluate, fromNumbers, numbers, required, unsupported } from "../evaluate.ts";

export function unary(f: (x: number) => number): Evaluate {
  return (node, inputs) => {
    const input = required(node, inputs, 0);
    return [fromNumbers(node, input.dtype, input.shape, Float64Array.from(numbers(node, input), f))];
  };
}

/** Arithmetic with numpy's broadcasting; the result's array rounds to the element type. */
export function binary(f: (a: number, b: number) => number): Evaluate {
  return (node, inputs) => {
    const a = required(node, inputs, 0);
    const b = required(node, inputs, 1);
    if (a.dtype !== b.dtype) unsupported(node, "its operands differ in type");
    const rank = Math.max(a.shape.length, b.shape.length);
    const shape = Array.from({ length: rank }, (_, axis) => {
      const left = dimension(a, axis, rank);
      const right = dimension(b, axis, rank);
      if (left !== right && left !== 1 && right !== 1) unsupported(node, "its operands' shapes do not fit");
      return left === 1 ? right : left;
    });
    const count = shape.reduce((product, size) => product * size, 1);
    const [x, y] = [numbers(node, a), numbers(node, b)];
    const values = new Float64Array(count);
    for (let index = 0; index < count; index++) {
      const result = f(x[position(a, index, shape)] as number, y[position(b, index, shape)] as number);
      values[index] = isFloat(a.dtype) ? result : Math.trunc(result);
    }
    return [fromNumbers(node, a.dtype, shape, values)];
  };
}

/** The size of a tensor along an axis of the broadcast shape, aligned at the end. */
function dimension({ shape }: Tensor, axis: number, rank: number): number {
  return shape[axis - rank + shape.length] ?? 1;
}

/** Where a broadcast tensor's element for the result's element `index` lies. */
function position(operand: Tensor, index: number, shape: readonly number[]): number {
  let rest = index;
  let place = 0;
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] as number;
    const own = dimension(operand, axis, shape.length);
    if (own > 1) place += (rest % size) * stride;
    stride *= own;
    rest = Math.floor(rest / size);
  }
  return place;
}

export const cast: Evaluate = (node, inputs) => {
  const input = required(node, inputs, 0);
  const to = onnxDTypes.get(intAttribute(node, "to", 0));
  if (to === undefined) return unsupported(node, "an unknown target type");
  if (to === input.dtype) return [input];
  if (to === "string" || input.dtype === "string") return unsupported(node, "strings");
  const whole = !isFloat(to);
  const convert = (x: number): number => (to === "bool" ? Number(x !== 0) : whole ? Math.trunc(x) : x);
  const result = tensor(to, input.shape);
  result.data.set(Float64Array.from(numbers(node, input), convert));
  return [result as Tensor];
};
