import { intAttribute, tensorAttribute } from "../../../graph/attributes.ts";
import { onnxDTypes } from "../../../tensor/onnx-dtypes.ts";
import { elementCount } from "../../../tensor/shape.ts";
import { tensor } from "../../../tensor/tensor.ts";
import { axisOf, countOf } from "../../axes.ts";
import { type Evaluate, malformed, type NumericTensor, numericInput, requiredInput, unsupported } from "../../evaluate.ts";
import { gather } from "../../gather.ts";
import { resultOf } from "../../result.ts";
import { positionOf } from "../indexing/gather.ts";

/** A tensor of one value, 0 as float32 by default. */
export const evaluateConstantOfShape: Evaluate = (call) => {
  const shape = Array.from(numericInput(call, 0).data);
  const value = tensorAttribute(call.node, "value") ?? tensor("float32", [1]);
  if (value.data.length !== 1) malformed(call, `its value has ${value.data.length} elements`);
  return [gather(value, shape, elementCount(shape), () => 0)];
};

/** start, start + delta, … below the limit (above it for a negative delta). */
export const evaluateRange: Evaluate = (call) => {
  const [start, limit, delta] = [0, 1, 2].map((position) => numericInput(call, position)) as [NumericTensor, NumericTensor, NumericTensor];
  const step = delta.data[0] ?? 0;
  if (step === 0) malformed(call, "its step is 0");
  const first = start.data[0] ?? 0;
  const count = Math.max(0, Math.ceil(((limit.data[0] ?? 0) - first) / step));
  return [resultOf(call, start.dtype, [count], (index) => first + index * step)];
};

/** 1 on a diagonal of a matrix of the input's shape, 0 elsewhere. */
export const evaluateEyeLike: Evaluate = (call) => {
  const { shape, dtype } = requiredInput(call, 0);
  if (shape.length !== 2) malformed(call, "its input is no matrix");
  const number = intAttribute(call.node, "dtype", 0);
  const to = number === 0 ? dtype : (onnxDTypes.get(number) ?? unsupported(call, `the ONNX type ${number}`));
  if (to === "string") malformed(call, "its output would be strings");
  const diagonal = intAttribute(call.node, "k", 0);
  const columns = shape[1] ?? 1;
  return [resultOf(call, to, shape, (index) => ((index % columns) - Math.floor(index / columns) === diagonal ? 1 : 0))];
};

/** Each index as a list of `off` with one `on`, along a new axis; an index outside of the depth as `off` alone. */
export const evaluateOneHot: Evaluate = (call) => {
  const indices = numericInput(call, 0);
  const depth = Math.trunc(numericInput(call, 1).data[0] ?? 0);
  const values = requiredInput(call, 2);
  if (!(depth >= 1) || values.data.length !== 2) malformed(call, "its depth or its values are not what they should be");
  const rank = indices.shape.length + 1;
  const axis = axisOf(call, intAttribute(call.node, "axis", -1), rank);
  const shape = [...indices.shape.slice(0, axis), depth, ...indices.shape.slice(axis)];
  const inner = countOf(indices.shape, axis);
  return [
    gather(values, shape, elementCount(shape), (index) => {
      const place = Math.floor(index / inner) % depth;
      const own = indices.data[Math.floor(index / (inner * depth)) * inner + (index % inner)] ?? 0;
      return (own < 0 ? own + depth : own) === place ? 1 : 0;
    }),
  ];
};

/** Positions of the elements that are not 0, by dimension: `[rank, count]`. */
export const evaluateNonZero: Evaluate = (call) => {
  const { shape, data } = numericInput(call, 0);
  const found = Array.from(data.keys()).filter((index) => data[index] !== 0);
  return [
    resultOf(call, "int64", [shape.length, found.length], (index) => {
      const axis = Math.floor(index / found.length);
      return Math.floor((found[index % found.length] ?? 0) / countOf(shape, axis + 1)) % (shape[axis] ?? 1);
    }),
  ];
};

/** The slices along an axis (or the elements of all) whose condition holds. */
export const evaluateCompress: Evaluate = (call) => {
  const input = requiredInput(call, 0);
  const { data: condition } = numericInput(call, 1);
  const chosen = Array.from(condition.keys()).filter((index) => condition[index] !== 0);
  const axis = call.node.attributes.has("axis") ? axisOf(call, intAttribute(call.node, "axis", 0), input.shape.length) : undefined;
  if (axis === undefined)
    return [gather(input, [chosen.length], chosen.length, (index) => positionOf(call, chosen[index] ?? 0, input.data.length))];
  const size = input.shape[axis] ?? 0;
  const inner = countOf(input.shape, axis + 1);
  const shape = input.shape.map((dimension, index) => (index === axis ? chosen.length : dimension));
  return [
    gather(input, shape, countOf(shape), (index) => {
      const block = Math.floor(index / inner);
      const place = positionOf(call, chosen[block % chosen.length] ?? 0, size);
      return (Math.floor(block / chosen.length) * size + place) * inner + (index % inner);
    }),
  ];
};
