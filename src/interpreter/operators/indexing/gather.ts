import { intAttribute } from "../../../graph/attributes.ts";
import { axisOf, countOf } from "../../axes.ts";
import { type Call, type Evaluate, failed, malformed, misfit, numericInput, requiredInput } from "../../evaluate.ts";
import { gather } from "../../gather.ts";

/** A position along a dimension, which may be counted from its end. @throws SetosaError ENGINE_FAILED beyond it */
export function positionOf(call: Call, position: number, size: number): number {
  const counted = position < 0 ? position + size : position;
  return Number.isInteger(counted) && counted >= 0 && counted < size
    ? counted
    : failed(call, `the position ${position} is not one of ${size}`);
}

/** The slices along an axis that the indices name, in the indices' shape. */
export const evaluateGather: Evaluate = (call) => {
  const input = requiredInput(call, 0);
  const indices = numericInput(call, 1);
  const axis = axisOf(call, intAttribute(call.node, "axis", 0), input.shape.length);
  const size = input.shape[axis] ?? 0;
  const inner = countOf(input.shape, axis + 1);
  const places = Array.from(indices.data, (index) => positionOf(call, index, size));
  const shape = [...input.shape.slice(0, axis), ...indices.shape, ...input.shape.slice(axis + 1)];
  return [
    gather(input, shape, countOf(shape), (index) => {
      const block = Math.floor(index / inner);
      const outer = Math.floor(block / places.length);
      return (outer * size + (places[block % places.length] ?? 0)) * inner + (index % inner);
    }),
  ];
};

/** For each index, the element at that place along the axis and at the index's own place along the others. */
export const evaluateGatherElements: Evaluate = (call) => {
  const input = requiredInput(call, 0);
  const { shape, data } = numericInput(call, 1);
  const axis = axisOf(call, intAttribute(call.node, "axis", 0), input.shape.length);
  if (shape.length !== input.shape.length || shape.some((size, index) => index !== axis && size > (input.shape[index] ?? 0)))
    misfit(call, "the indices go beyond the input");
  const position = (index: number): number => {
    let rest = index;
    let stride = 1;
    let place = 0;
    for (let at = shape.length - 1; at >= 0; at--) {
      const own = rest % (shape[at] ?? 1);
      rest = Math.floor(rest / (shape[at] ?? 1));
      place += (at === axis ? positionOf(call, data[index] ?? 0, input.shape[axis] ?? 0) : own) * stride;
      stride *= input.shape[at] ?? 1;
    }
    return place;
  };
  return [gather(input, shape, data.length, position)];
};

/** For each list of indices, the slice that it names in the leading dimensions (behind `batch_dims` shared ones). */
export const evaluateGatherND: Evaluate = (call) => {
  const input = requiredInput(call, 0);
  const indices = numericInput(call, 1);
  const batch = intAttribute(call.node, "batch_dims", 0);
  const depth = indices.shape.at(-1) ?? malformed(call, "its indices are a single number");
  if (batch < 0 || batch + depth > input.shape.length || batch >= indices.shape.length)
    misfit(call, "the indices name more dimensions than there are");
  const shape = [...indices.shape.slice(0, -1), ...input.shape.slice(batch + depth)];
  const slice = countOf(input.shape, batch + depth);
  const batches = countOf(input.shape, 0, batch);
  const perBatch = countOf(indices.shape.slice(0, -1)) / Math.max(batches, 1);
  return [
    gather(input, shape, countOf(shape), (index) => {
      const tuple = Math.floor(index / slice);
      let place = Math.floor(tuple / perBatch);
      for (let at = 0; at < depth; at++) {
        const size = input.shape[batch + at] ?? 0;
        place = place * size + positionOf(call, indices.data[tuple * depth + at] ?? 0, size);
      }
      return place * slice + (index % slice);
    }),
  ];
};
