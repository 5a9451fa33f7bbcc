import { intAttribute, intsAttribute } from "../../../graph/attributes.ts";
import { type Tensor, tensor } from "../../../tensor/tensor.ts";
import { axisOf, countOf } from "../../axes.ts";
import { broadcastPositions, broadcastShape } from "../../broadcast.ts";
import { type Call, type Evaluate, malformed, misfit, numericInput, requiredInput } from "../../evaluate.ts";
import { gather } from "../../gather.ts";

/** From this version axes are an input. */
const axesAsInput = 13;

/** The input's dimensions as int64, from `start` to `end`. */
export const evaluateShape: Evaluate = (call) => {
  const { shape } = requiredInput(call, 0);
  const bound = (name: string, fallback: number): number => {
    const given = intAttribute(call.node, name, fallback);
    return Math.min(Math.max(given < 0 ? given + shape.length : given, 0), shape.length);
  };
  const dimensions = shape.slice(bound("start", 0), bound("end", shape.length));
  return [tensor("int64", [dimensions.length], Float64Array.from(dimensions))];
};

/** The number of elements. */
export const evaluateSize: Evaluate = (call) => [tensor("int64", [], Float64Array.of(requiredInput(call, 0).data.length))];

export const evaluateTranspose: Evaluate = (call) => {
  const input = requiredInput(call, 0);
  const rank = input.shape.length;
  const order = Array.from(intsAttribute(call.node, "perm") ?? input.shape.map((_, axis) => rank - 1 - axis));
  if (order.length !== rank || new Set(order).size !== rank || order.some((axis) => !(axis >= 0 && axis < rank)))
    malformed(call, `"perm" is no order of ${rank} dimensions`);
  const shape = order.map((axis) => input.shape[axis] ?? 1);
  const strides = input.shape.map((_, axis) => countOf(input.shape, axis + 1));
  return [
    gather(input, shape, input.data.length, (index) => {
      let rest = index;
      let place = 0;
      for (let axis = rank - 1; axis >= 0; axis--) {
        const size = shape[axis] ?? 1;
        place += (rest % size) * (strides[order[axis] ?? 0] ?? 1);
        rest = Math.floor(rest / size);
      }
      return place;
    }),
  ];
};

function axesOf(call: Call, rank: number): number[] | undefined {
  const given = call.opset < axesAsInput ? intsAttribute(call.node, "axes") : call.inputs[1] && numericInput(call, 1).data;
  return given === undefined ? undefined : Array.from(given, (axis) => axisOf(call, axis, rank));
}

/** Without dimensions of 1: those named, or all. */
export const evaluateSqueeze: Evaluate = (call) => {
  const input = requiredInput(call, 0);
  const axes = axesOf(call, input.shape.length);
  if (axes?.some((axis) => input.shape[axis] !== 1)) misfit(call, "a dimension that it takes out is not 1");
  const shape = input.shape.filter((size, axis) => (axes === undefined ? size !== 1 : !axes.includes(axis)));
  return [{ ...input, shape } as Tensor];
};

/** With dimensions of 1 at the named places of the result. */
export const evaluateUnsqueeze: Evaluate = (call) => {
  const input = requiredInput(call, 0);
  const given = call.opset < axesAsInput ? intsAttribute(call.node, "axes") : numericInput(call, 1).data;
  const count = given?.length ?? malformed(call, "it has no axes");
  const rank = input.shape.length + count;
  const axes = new Set(Array.from(given ?? [], (axis) => axisOf(call, axis, rank)));
  if (axes.size !== count) malformed(call, "it names an axis twice");
  const sizes = input.shape.values();
  const shape = Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : (sizes.next().value ?? 1)));
  return [{ ...input, shape } as Tensor];
};

/** Repeated to the shape that it and the given one have together. */
export const evaluateExpand: Evaluate = (call) => {
  const input = requiredInput(call, 0);
  const target = Array.from(numericInput(call, 1).data);
  const shape = broadcastShape(input.shape, target) ?? misfit(call, `it does not expand to [${target.join(", ")}]`);
  const positions = broadcastPositions(input.shape, shape);
  return [gather(input, shape, countOf(shape), (index) => positions[index] ?? 0)];
};

/** Repeated a number of times along every dimension. */
export const evaluateTile: Evaluate = (call) => {
  const input = requiredInput(call, 0);
  const repeats = Array.from(numericInput(call, 1).data);
  if (repeats.length !== input.shape.length || repeats.some((times) => !(times >= 0)))
    misfit(call, `it cannot repeat ${repeats.join(", ")} times`);
  const shape = input.shape.map((size, axis) => size * (repeats[axis] ?? 1));
  return [
    gather(input, shape, countOf(shape), (index) => {
      let rest = index;
      let stride = 1;
      let place = 0;
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        const size = input.shape[axis] ?? 1;
        place += ((rest % (shape[axis] ?? 1)) % size) * stride;
        rest = Math.floor(rest / (shape[axis] ?? 1));
        stride *= size;
      }
      return place;
    }),
  ];
};
