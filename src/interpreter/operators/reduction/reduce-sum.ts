import { intAttribute, intsAttribute } from "../../../graph/attributes.ts";
import { axisOf } from "../../axes.ts";
import { broadcastPositions } from "../../broadcast.ts";
import { type Call, type Evaluate, malformed, numericInput } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";

/** From this version the axes are an input. */
const axesAsInput = 13;

/** The sum along some axes, or all; in float64 and rounded once. */
export const evaluateReduceSum: Evaluate = (call) => {
  const input = numericInput(call, 0);
  const { dtype, shape, data } = input;
  if (dtype === "bool") malformed(call, "its input is bool");
  const given = axesOf(call);
  if (given.length === 0 && intAttribute(call.node, "noop_with_empty_axes", 0) !== 0) return [input];
  const axes = new Set(given.length === 0 ? shape.keys() : given.map((axis) => axisOf(call, axis, shape.length)));
  const kept = shape.map((size, axis) => (axes.has(axis) ? 1 : size));

  const sums = new Float64Array(kept.reduce((product, size) => product * size, 1));
  const places = broadcastPositions(kept, shape);
  for (let index = 0; index < data.length; index++) {
    const place = places[index] ?? 0;
    sums[place] = (sums[place] ?? 0) + (data[index] ?? 0);
  }
  const result = intAttribute(call.node, "keepdims", 1) !== 0 ? kept : shape.filter((_, axis) => !axes.has(axis));
  return [resultOf(call, dtype, result, (index) => sums[index] ?? 0)];
};

function axesOf(call: Call): number[] {
  if (call.opset < axesAsInput) return Array.from(intsAttribute(call.node, "axes") ?? []);
  return call.inputs[1] === undefined ? [] : Array.from(numericInput(call, 1).data);
}
