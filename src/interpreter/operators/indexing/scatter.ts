import { intAttribute, stringAttribute } from "../../../graph/attributes.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { axisOf, countOf } from "../../axes.ts";
import { type Call, type Evaluate, malformed, misfit, numericInput, requiredInput, unsupported } from "../../evaluate.ts";
import { gather } from "../../gather.ts";
import { positionOf } from "./gather.ts";

type Combine = (old: number, update: number) => number;

const reductions: Readonly<Record<string, Combine | undefined>> = {
  add: (old, update) => old + update,
  mul: (old, update) => old * update,
  max: Math.max,
  min: Math.min,
};

/** The input with the updates at the places that the indices name along the axis. */
export const evaluateScatterElements: Evaluate = (call) => {
  const input = requiredInput(call, 0);
  const { shape, data: indices } = numericInput(call, 1);
  const axis = axisOf(call, intAttribute(call.node, "axis", 0), input.shape.length);
  if (shape.length !== input.shape.length) misfit(call, "the indices have other dimensions");
  return write(call, input, indices.length, (index) => {
    let rest = index;
    let stride = 1;
    let place = 0;
    for (let at = shape.length - 1; at >= 0; at--) {
      const own = rest % (shape[at] ?? 1);
      rest = Math.floor(rest / (shape[at] ?? 1));
      const size = input.shape[at] ?? 1;
      place += positionOf(call, at === axis ? (indices[index] ?? 0) : own, size) * stride;
      stride *= size;
    }
    return place;
  });
};

/** The input with slices replaced, each at the place that a list of indices names in the leading dimensions. */
export const evaluateScatterND: Evaluate = (call) => {
  const input = requiredInput(call, 0);
  const indices = numericInput(call, 1);
  const depth = indices.shape.at(-1) ?? malformed(call, "its indices are a single number");
  if (depth > input.shape.length) misfit(call, "the indices name more dimensions than there are");
  const slice = countOf(input.shape, depth);
  return write(call, input, countOf(indices.shape.slice(0, -1)) * slice, (index) => {
    const tuple = Math.floor(index / slice);
    let place = 0;
    for (let at = 0; at < depth; at++) {
      const size = input.shape[at] ?? 0;
      place = place * size + positionOf(call, indices.data[tuple * depth + at] ?? 0, size);
    }
    return place * slice + (index % slice);
  });
};

function write(call: Call, input: Tensor, count: number, place: (index: number) => number): readonly Tensor[] {
  const updates = requiredInput(call, 2);
  if (updates.dtype !== input.dtype || updates.data.length !== count) misfit(call, "there is not an update for every index");
  const name = stringAttribute(call.node, "reduction") ?? "none";
  const combine = name === "none" ? undefined : (reductions[name] ?? unsupported(call, `the reduction ${name}`));
  const result = gather(input, input.shape, input.data.length, (index) => index);
  if (result.dtype === "string") {
    if (combine !== undefined) malformed(call, "strings are not combined");
    for (let index = 0; index < count; index++) result.data[place(index)] = String(updates.data[index]);
    return [result];
  }
  for (let index = 0; index < count; index++) {
    const at = place(index);
    const update = updates.data[index] as number;
    result.data[at] = combine === undefined ? update : combine(result.data[at] ?? 0, update);
  }
  return [result];
}
