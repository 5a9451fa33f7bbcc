import { intAttribute, intsAttribute } from "../../../graph/attributes.ts";
import { axisOf } from "../../axes.ts";
import { broadcastPositions } from "../../broadcast.ts";
import { type Call, type Evaluate, malformed, numericInput } from "../../evaluate.ts";
import { inType, resultOf } from "../../result.ts";

/** From this version on the axes are an input: earlier for sums. */
const axesAsInput = 18;
const axesOfSumsAsInput = 13;

/** A reduction in float64, rounded once: from `start`, each element joined, and the end made of the result and the count. */
interface Reduction {
  readonly start: number;
  readonly join: (sofar: number, value: number) => number;
  readonly finish?: (result: number, count: number) => number;
}

function reduction(reduce: Reduction, inputFrom = axesAsInput, booleans = false): Evaluate {
  return (call) => {
    const input = numericInput(call, 0);
    const { dtype, shape, data } = input;
    if (dtype === "bool" && !booleans) malformed(call, "its input is bool");
    const given = axesOf(call, inputFrom);
    if (given.length === 0 && intAttribute(call.node, "noop_with_empty_axes", 0) !== 0) return [input];
    const axes = new Set(given.length === 0 ? shape.keys() : given.map((axis) => axisOf(call, axis, shape.length)));
    const kept = shape.map((size, axis) => (axes.has(axis) ? 1 : size));
    const results = new Float64Array(kept.reduce((product, size) => product * size, 1)).fill(reduce.start);
    const places = broadcastPositions(kept, shape);
    for (let index = 0; index < data.length; index++) {
      const place = places[index] ?? 0;
      results[place] = reduce.join(results[place] ?? 0, data[index] ?? 0);
    }
    const count = data.length / Math.max(results.length, 1);
    const result = intAttribute(call.node, "keepdims", 1) !== 0 ? kept : shape.filter((_, axis) => !axes.has(axis));
    const value = (index: number): number => reduce.finish?.(results[index] ?? 0, count) ?? results[index] ?? 0;
    return [resultOf(call, dtype, result, (index) => (dtype === "bool" ? ofBooleans(value(index)) : inType(dtype, value(index))))];
  };
}

function axesOf(call: Call, inputFrom: number): number[] {
  const attribute = intsAttribute(call.node, "axes");
  if (attribute !== undefined) {
    if (call.opset >= inputFrom) malformed(call, "its axes are an input, not an attribute");
    return Array.from(attribute);
  }
  if (call.inputs[1] === undefined) return [];
  if (call.opset < inputFrom) malformed(call, "its axes are an attribute, not an input");
  return Array.from(numericInput(call, 1).data);
}

/** Booleans are 0 and 1; nothing is false for a maximum and true for a minimum. */
const ofBooleans = (result: number): number => Math.min(Math.max(result, 0), 1);

const add = (sofar: number, value: number): number => sofar + value;

export const evaluateReduceSum = reduction({ start: 0, join: add }, axesOfSumsAsInput);
export const evaluateReduceMean = reduction({ start: 0, join: add, finish: (sum, count) => sum / count });
export const evaluateReduceMax = reduction({ start: Number.NEGATIVE_INFINITY, join: Math.max }, axesAsInput, true);
export const evaluateReduceMin = reduction({ start: Number.POSITIVE_INFINITY, join: Math.min }, axesAsInput, true);
export const evaluateReduceProd = reduction({ start: 1, join: (sofar, value) => sofar * value });
export const evaluateReduceL1 = reduction({ start: 0, join: (sofar, value) => sofar + Math.abs(value) });
export const evaluateReduceL2 = reduction({ start: 0, join: (sofar, value) => sofar + value * value, finish: Math.sqrt });
export const evaluateReduceSumSquare = reduction({ start: 0, join: (sofar, value) => sofar + value * value });
export const evaluateReduceLogSum = reduction({ start: 0, join: add, finish: Math.log });
