import { intsAttribute } from "../../../graph/attributes.ts";
import { axisOf, countOf } from "../../axes.ts";
import { type Call, type Evaluate, malformed, numericInput, requiredInput } from "../../evaluate.ts";
import { gather } from "../../gather.ts";

/** From this version bounds are inputs. */
const boundsAsInputs = 10;

/** From `start` to `end` in steps along some axes, counted from the end where negative. */
export const evaluateSlice: Evaluate = (call) => {
  const input = requiredInput(call, 0);
  const rank = input.shape.length;
  const list = (position: number, name: string): number[] | undefined => {
    if (call.opset < boundsAsInputs)
      return intsAttribute(call.node, name) === undefined ? undefined : Array.from(intsAttribute(call.node, name) ?? []);
    return call.inputs[position] === undefined ? undefined : Array.from(numericInput(call, position).data);
  };
  const starts = list(1, "starts") ?? malformed(call, "it has no starts");
  const ends = list(2, "ends") ?? malformed(call, "it has no ends");
  const axes = (list(3, "axes") ?? [...starts.keys()]).map((axis) => axisOf(call, axis, rank));
  const steps = list(4, "steps") ?? starts.map(() => 1);
  if (ends.length !== starts.length || axes.length !== starts.length || steps.length !== starts.length || steps.includes(0))
    malformed(call, "its starts, ends, axes and steps do not fit each other");
  const ranges = input.shape.map((size) => ({ start: 0, step: 1, count: size }));
  axes.forEach((axis, index) => {
    ranges[axis] = rangeOf(call, input.shape[axis] ?? 0, starts[index] ?? 0, ends[index] ?? 0, steps[index] ?? 1);
  });
  const shape = ranges.map(({ count }) => count);
  return [
    gather(input, shape, countOf(shape), (index) => {
      let rest = index;
      let stride = 1;
      let place = 0;
      for (let axis = rank - 1; axis >= 0; axis--) {
        const { start, step, count } = ranges[axis] ?? { start: 0, step: 1, count: 1 };
        place += (start + (rest % count) * step) * stride;
        rest = Math.floor(rest / count);
        stride *= input.shape[axis] ?? 1;
      }
      return place;
    }),
  ];
};

/** As Python slices: bounds beyond the dimension are its ends. */
function rangeOf(call: Call, size: number, start: number, end: number, step: number): { start: number; step: number; count: number } {
  if (![start, end, step].every(Number.isInteger)) malformed(call, "a bound is no integer");
  const clamp = (bound: number, low: number, high: number): number => Math.min(Math.max(bound < 0 ? bound + size : bound, low), high);
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const [from, to] = [clamp(start, low, high), clamp(end, low, high)];
  return { start: from, step, count: Math.max(0, Math.ceil((to - from) / step)) };
}
