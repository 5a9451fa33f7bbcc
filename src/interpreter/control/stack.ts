import type { Node } from "../../graph/graph.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { axisOf, countOf } from "../axes.ts";
import { type Call, unsupported } from "../evaluate.ts";
import { gather } from "../gather.ts";
import { evaluateConcat } from "../operators/shape/concat.ts";

/** Tensors of one shape along a new axis. */
export function stacked(call: Pick<Call, "node">, list: readonly Tensor[], axis: number): Tensor {
  const [first] = list;
  // Its other dimensions would be those that the body declares.
  if (first === undefined) return unsupported(call, "it collects nothing, so that the result's shape is unknown");
  const at = axis < 0 ? axis + first.shape.length + 1 : axis;
  return joined(
    call,
    list.map((item) => withAxis(item, at)),
    at,
  );
}

/** Tensors one after the other along an axis. */
export function joined({ node }: Pick<Call, "node">, list: readonly Tensor[], axis: number): Tensor {
  const concat: Node = { ...node, attributes: new Map([["axis", { kind: "int", value: axis }]]) };
  return evaluateConcat({ node: concat, inputs: list, opset: Number.POSITIVE_INFINITY })[0] as Tensor;
}

/** `count` elements of a tensor along an axis, from `start` on. */
export function part(call: Call, input: Tensor, axis: number, start: number, count: number): Tensor {
  const at = axisOf(call, axis, input.shape.length);
  const size = input.shape[at] ?? 0;
  const inner = countOf(input.shape, at + 1);
  const shape = input.shape.map((dimension, index) => (index === at ? count : dimension));
  return gather(input, shape, countOf(shape), (index) => {
    const block = Math.floor(index / inner);
    return (Math.floor(block / count) * size + start + (block % count)) * inner + (index % inner);
  });
}

function withAxis(item: Tensor, axis: number): Tensor {
  return { ...item, shape: [...item.shape.slice(0, axis), 1, ...item.shape.slice(axis)] };
}

export function withoutAxis(item: Tensor, axis: number): Tensor {
  const at = axis < 0 ? axis + item.shape.length : axis;
  return { ...item, shape: item.shape.filter((_, index) => index !== at) };
}
