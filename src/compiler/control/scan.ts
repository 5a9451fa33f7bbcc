import { bodyAttribute, intAttribute, intsAttribute } from "../../graph/attributes.ts";
import { isOpaque } from "../../graph/graph.ts";
import { unsupported } from "../lowering.ts";
import type { Value } from "../values.ts";
import { type ControlNode, int, type LowerControl, stack, tensorValue, wholeNumber } from "./control.ts";

/** Writes the body out for every element of its inputs, of which there have to be as many for every row. */
export const lowerScan: LowerControl = (call) => {
  const { node, inputs } = call;
  if (call.opset < 9) unsupported(node, `opset ${call.opset} is older than 9`);
  const body = bodyAttribute(node, "body") ?? unsupported(node, "it has no body");
  const scanned = intAttribute(node, "num_scan_inputs", 0);
  const states = body.inputs.length - scanned;
  if (scanned < 1 || states < 0 || body.outputs.length < states) unsupported(node, "its body does not take and make what a Scan's does");
  const list = (name: string): ArrayLike<number> => intsAttribute(node, name) ?? [];
  const [inputAxes, backwards] = [list("scan_input_axes"), list("scan_input_directions")];
  const [outputAxes, outputBackwards] = [list("scan_output_axes"), list("scan_output_directions")];
  const sources = inputs.slice(states, states + scanned).map((value, index) => {
    const source = tensorValue(call, value, `its input ${states + index}`);
    return { source, axis: inputAxes[index] ?? 0, backwards: backwards[index] === 1 };
  });
  const lengths = sources.map(({ source, axis }) => lengthOf(call, source, axis));
  const [length = 0] = lengths;
  if (lengths.some((other) => other !== length)) unsupported(node, "its inputs differ in length");
  let state = inputs.slice(0, states);
  const collected = body.outputs.slice(states).map((): Value[] => []);
  for (let iteration = 0; iteration < length; iteration++) {
    const elements = sources.map(({ source, axis, backwards: isBackwards }) =>
      call.lower("Gather", [source, wholeNumber(isBackwards ? length - 1 - iteration : iteration)], { axis: int(axis) }),
    );
    const outputs = call.run(body, [...state, ...elements]);
    state = outputs.slice(0, states);
    collected.forEach((items, index) => {
      const item = tensorValue(call, outputs[states + index], "what its body collects");
      if (outputBackwards[index] === 1) items.unshift(item);
      else items.push(item);
    });
  }
  const final = state.map((value) => value ?? unsupported(node, "a state is absent"));
  return [...final, ...collected.map((items, index) => stack(call, items, outputAxes[index] ?? 0))];
};

function lengthOf({ node }: ControlNode, value: Value, axis: number): number {
  if (value.kind === "flat" || (value.kind === "constant" && isOpaque(value.constant)))
    return unsupported(node, "the number of iterations is not known");
  const shape = value.kind === "constant" && !isOpaque(value.constant) ? value.constant.shape : "shape" in value ? value.shape : [];
  const size = shape[axis < 0 ? axis + shape.length : axis];
  if (size === "rows") return unsupported(node, "it goes through the rows one by one");
  return size ?? unsupported(node, `its input has no dimension ${axis}`);
}
