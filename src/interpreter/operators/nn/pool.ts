import { intAttribute, intsAttribute } from "../../../graph/attributes.ts";
import { placesWithin, slidingWindow, windowPositions } from "../../../graph/sliding-window.ts";
import { isFloat } from "../../../tensor/dtype.ts";
import { countOf } from "../../axes.ts";
import { type Call, type Evaluate, malformed, misfit, type NumericTensor, numericInput } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";

interface Windows {
  readonly input: NumericTensor;
  readonly shape: readonly number[];
  /** Elements of one channel, and windows over it. */
  readonly area: number;
  readonly windows: number;
  /** Positions in the channel that a window covers, without padding. */
  readonly covered: (window: number) => readonly number[];
  /** How many places of a window lie in the input or its padding. */
  readonly within: (window: number) => number;
}

function windowsOf(call: Call): Windows {
  const input = numericInput(call, 0);
  const [batch = 0, channels = 0, ...spatial] = input.shape;
  const size = Array.from(intsAttribute(call.node, "kernel_shape") ?? malformed(call, "kernel_shape is absent"));
  const window = slidingWindow(call.node, spatial, size) ?? misfit(call, "its windows do not fit the input");
  const table = windowPositions(window, spatial);
  const places = countOf(size);
  const within = placesWithin(window);
  return {
    input,
    shape: [batch, channels, ...window.counts],
    area: countOf(spatial),
    windows: countOf(window.counts),
    covered: (at) => Array.from(table.subarray(at * places, (at + 1) * places)).filter((position) => position >= 0),
    within: (at) => within[at] as number,
  };
}

/** The largest element under each window, and on demand where it is: its position in the whole input. */
export const evaluateMaxPool: Evaluate = (call) => {
  const { input, shape, area, windows, covered } = windowsOf(call);
  const { dtype, data } = input;
  if (dtype === "bool") malformed(call, "its input is bool");
  const best = (index: number): number => {
    const channel = Math.floor(index / windows) * area;
    return covered(index % windows).reduce(
      (found, position) => (found < 0 || (data[channel + position] as number) > (data[found] as number) ? channel + position : found),
      -1,
    );
  };
  const largest = resultOf(call, dtype, shape, (index) => data[best(index)] ?? Number.NEGATIVE_INFINITY);
  if ((call.node.outputs[1] ?? "") === "") return [largest];
  const spatial = input.shape.slice(2);
  const columnMajor = intAttribute(call.node, "storage_order", 0) !== 0;
  const position = (at: number): number => {
    if (!columnMajor) return at;
    const channel = Math.floor(at / area) * area;
    let rest = at - channel;
    let result = 0;
    let stride = area;
    for (const length of spatial.toReversed()) {
      stride /= length;
      result += (rest % length) * stride;
      rest = Math.floor(rest / length);
    }
    return channel + result;
  };
  return [largest, resultOf(call, "int64", shape, (index) => position(best(index)))];
};

/** The mean under each window: of the elements alone, or with the zeros of the padding. */
export const evaluateAveragePool: Evaluate = (call) => {
  const { input, shape, area, windows, covered, within } = windowsOf(call);
  if (!isFloat(input.dtype)) malformed(call, `its input is ${input.dtype}`);
  const padding = intAttribute(call.node, "count_include_pad", 0) !== 0;
  return [
    resultOf(call, input.dtype, shape, (index) => {
      const channel = Math.floor(index / windows) * area;
      const positions = covered(index % windows);
      const sum = positions.reduce((total, position) => total + (input.data[channel + position] as number), 0);
      return sum / (padding ? within(index % windows) : positions.length);
    }),
  ];
};

function globalPool(pool: (values: readonly number[]) => number): Evaluate {
  return (call) => {
    const { dtype, shape, data } = numericInput(call, 0);
    const [batch = 0, channels = 0, ...spatial] = shape;
    if (!isFloat(dtype)) malformed(call, `its input is ${dtype}`);
    if (spatial.length === 0) misfit(call, "its input has no spatial dimensions");
    const area = countOf(spatial);
    const result = [batch, channels, ...spatial.map(() => 1)];
    return [resultOf(call, dtype, result, (index) => pool(Array.from(data.subarray(index * area, (index + 1) * area))))];
  };
}

export const evaluateGlobalAveragePool = globalPool((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
export const evaluateGlobalMaxPool = globalPool((values) => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY));
