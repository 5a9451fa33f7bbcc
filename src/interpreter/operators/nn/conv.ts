import { intAttribute, intsAttribute } from "../../../graph/attributes.ts";
import { slidingWindow, windowPositions } from "../../../graph/sliding-window.ts";
import { isFloat } from "../../../tensor/dtype.ts";
import { countOf } from "../../axes.ts";
import { type Evaluate, malformed, misfit, numericInput } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";

/** `[N, C, …]` with weights `[M, C / groups, …]`: each sum in float64, rounded once. */
export const evaluateConv: Evaluate = (call) => {
  const x = numericInput(call, 0);
  const w = numericInput(call, 1);
  const bias = call.inputs[2] === undefined ? undefined : numericInput(call, 2);
  if (!isFloat(x.dtype) || w.dtype !== x.dtype || (bias !== undefined && bias.dtype !== x.dtype))
    malformed(call, `its operands are ${x.dtype} and ${w.dtype}`);
  const [batch = 0, channels = 0, ...spatial] = x.shape;
  const [filters = 0, depth = 0, ...size] = w.shape;
  const groups = intAttribute(call.node, "group", 1);
  const declared = intsAttribute(call.node, "kernel_shape");
  if (spatial.length !== size.length || groups < 1 || depth * groups !== channels || filters % groups !== 0)
    misfit(call, "the weights are not for so many channels and dimensions");
  if (bias !== undefined && bias.data.length !== filters) misfit(call, "its bias has not one value per filter");
  if (declared !== undefined && (declared.length !== size.length || declared.some((length, axis) => length !== size[axis])))
    misfit(call, "kernel_shape is not the weights'");
  const window = slidingWindow(call.node, spatial, size) ?? misfit(call, "its windows do not fit the input");
  const table = windowPositions(window, spatial);
  const places = countOf(size);
  const windows = countOf(window.counts);
  const area = countOf(spatial);
  const element = (index: number): number => {
    const at = index % windows;
    const filter = Math.floor(index / windows) % filters;
    const row = Math.floor(index / windows / filters);
    const firstChannel = Math.floor(filter / (filters / groups)) * depth;
    let sum = 0;
    for (let channel = 0; channel < depth; channel++)
      for (let place = 0; place < places; place++) {
        const position = table[at * places + place] as number;
        if (position >= 0)
          sum +=
            (x.data[(row * channels + firstChannel + channel) * area + position] as number) *
            (w.data[(filter * depth + channel) * places + place] as number);
      }
    return sum + (bias?.data[filter] ?? 0);
  };
  return [resultOf(call, x.dtype, [batch, filters, ...window.counts], element)];
};
