import { SetosaError } from "../errors.ts";
import { type Node, operatorName } from "../graph/graph.ts";
import type { DType } from "../tensor/dtype.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";

/** Evaluates one operator. `undefined` inputs are optional ones left out. */
export type Evaluate = (node: Node, inputs: readonly (Tensor | undefined)[]) => readonly Tensor[];

/** @throws SetosaError OPERATOR_UNSUPPORTED, always */
export function unsupported(node: Node, why: string): never {
  throw new SetosaError("OPERATOR_UNSUPPORTED", `The interpreter does not cover ${operatorName(node)} (node "${node.name}"): ${why}.`, {
    path: node.name,
  });
}

export function required(node: Node, inputs: readonly (Tensor | undefined)[], position: number): Tensor {
  return inputs[position] ?? unsupported(node, `its input ${position} is absent`);
}

/** A tensor's elements as numbers. */
export function numbers(node: Node, { dtype, data }: Tensor): ArrayLike<number> {
  return dtype === "string" ? unsupported(node, "its input is strings") : data;
}

/** A tensor of numbers; rounding to the element type is what its array does. */
export function fromNumbers(node: Node, dtype: DType, shape: readonly number[], values: ArrayLike<number>): Tensor {
  if (dtype === "string") return unsupported(node, "its result is strings");
  const result = tensor(dtype, shape);
  result.data.set(values);
  return result as Tensor;
}

/** The rows of a table `[rows, columns]`, or of `[columns]` as one row, as numbers. */
export function rowsOf(node: Node, input: Tensor): number[][] {
  const columns = input.shape.at(-1) ?? 1;
  const count = input.shape.length > 1 ? (input.shape[0] as number) : 1;
  const data = numbers(node, input);
  if (input.shape.length > 2) unsupported(node, "its input is not a table");
  return Array.from({ length: count }, (_, row) => Array.from({ length: columns }, (__, column) => data[row * columns + column] as number));
}
