import { bodyAttribute, intAttribute, intsAttribute } from "../../graph/attributes.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { axisOf } from "../axes.ts";
import { malformed, unsupported } from "../evaluate.ts";
import { type EvaluateControl, tensorOf } from "./control.ts";
import { part, stacked, withoutAxis } from "./stack.ts";

/** A body that runs for every element of its inputs along an axis, handing on its state. */
export const evaluateScan: EvaluateControl = (call) => {
  const { node, inputs } = call;
  // Version 8 had a batch, and lengths.
  if (call.opset < 9) unsupported(call, `opset ${call.opset}`);
  const body = bodyAttribute(node, "body") ?? malformed(call, "it has no body");
  const scanned = intAttribute(node, "num_scan_inputs", 0);
  const states = body.inputs.length - scanned;
  if (scanned < 1 || states < 0 || body.outputs.length < states) malformed(call, "its body does not take and make what a Scan's does");
  const list = (name: string): ArrayLike<number> => intsAttribute(node, name) ?? [];
  const [inputAxes, backwards] = [list("scan_input_axes"), list("scan_input_directions")];
  const [outputAxes, outputBackwards] = [list("scan_output_axes"), list("scan_output_directions")];
  const sources = inputs.slice(states, states + scanned).map((value, index) => {
    const source = tensorOf(call, value, `its input ${states + index}`);
    const axis = axisOf({ ...call, inputs: [source] }, inputAxes[index] ?? 0, source.shape.length);
    return { source, axis, size: source.shape[axis] ?? 0, backwards: backwards[index] === 1 };
  });
  const length = sources[0]?.size ?? 0;
  if (sources.some(({ size }) => size !== length)) malformed(call, "its inputs differ in length");
  let state = inputs.slice(0, states);
  const collected = body.outputs.slice(states).map((): Tensor[] => []);
  for (let iteration = 0; iteration < length; iteration++) {
    const elements = sources.map(({ source, axis, backwards: isBackwards }) => {
      const at = isBackwards ? length - 1 - iteration : iteration;
      return withoutAxis(part({ ...call, inputs: [source] }, source, axis, at, 1), axis);
    });
    const outputs = call.run(body, [...state, ...elements]);
    state = outputs.slice(0, states);
    collected.forEach((items, index) => {
      const item = tensorOf(call, outputs[states + index], "what its body collects");
      if (outputBackwards[index] === 1) items.unshift(item);
      else items.push(item);
    });
  }
  const final = state.map((value) => value ?? malformed(call, "a state is absent"));
  return [...final, ...collected.map((items, index) => stacked(call, items, outputAxes[index] ?? 0))];
};
