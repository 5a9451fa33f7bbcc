import { intAttribute, intsAttribute } from "../../graph/attributes.ts";
import type { Node } from "../../graph/graph.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Evaluate, fromNumbers, numbers, required } from "../evaluate.ts";

/** The elements along one axis, for every position of the others, in the order of the result. */
function lines(node: Node, input: Tensor, given: number): { axis: number; inner: number; lines: number[][] } {
  const axis = given < 0 ? given + input.shape.length : given;
  const data = numbers(node, input);
  const size = input.shape[axis] ?? 1;
  const inner = input.shape.slice(axis + 1).reduce((product, dimension) => product * dimension, 1);
  const outer = data.length / (size * inner);
  const result: number[][] = [];
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) result.push(Array.from({ length: size }, (_, k) => data[(o * size + k) * inner + i] as number));
  return { axis, inner, lines: result };
}

function reducedShape({ shape }: Tensor, axis: number, keep: boolean): number[] {
  return shape.flatMap((size, index) => (index === axis ? (keep ? [1] : []) : [size]));
}

/** Over one axis after the other; the axes are an attribute before opset 13 and an input since. */
export const reduceSum: Evaluate = (node, inputs) => {
  const input = required(node, inputs, 0);
  const given = inputs[1] === undefined ? intsAttribute(node, "axes") : numbers(node, inputs[1]);
  const all = input.shape.map((_, axis) => axis);
  const chosen =
    given === undefined || given.length === 0 ? all : Array.from(given, (axis) => (axis < 0 ? axis + input.shape.length : axis));
  if (chosen.length === all.length && given?.length === 0 && intAttribute(node, "noop_with_empty_axes", 0) !== 0) return [input];
  const keep = intAttribute(node, "keepdims", 1) !== 0;
  let current: Tensor = input;
  for (const axis of chosen.toSorted((a, b) => b - a)) {
    const sums = lines(node, current, axis).lines.map((line) => line.reduce((sum, value) => sum + value, 0));
    current = fromNumbers(node, input.dtype, reducedShape(current, axis, keep), sums);
  }
  return [current];
};

export const argMax: Evaluate = (node, inputs) => {
  const input = required(node, inputs, 0);
  const last = intAttribute(node, "select_last_index", 0) !== 0;
  const { axis, lines: found } = lines(node, input, intAttribute(node, "axis", 0));
  const best = found.map((line) =>
    line.reduce((winner, value, k) => {
      const leader = line[winner] as number;
      return value > leader || (last && value === leader) ? k : winner;
    }, 0),
  );
  return [fromNumbers(node, "int64", reducedShape(input, axis, intAttribute(node, "keepdims", 1) !== 0), best)];
};

/** e^(x - max) / Σ, in float64 and rounded once. */
export function softmax(line: readonly number[]): number[] {
  const largest = Math.max(...line);
  const powers = line.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** Along one axis (since opset 13; before, all axes from it on, which is the same on the last). */
export const softmaxOperator: Evaluate = (node, inputs) => {
  const input = required(node, inputs, 0);
  const { axis, inner, lines: found } = lines(node, input, intAttribute(node, "axis", -1));
  const size = input.shape[axis] ?? 1;
  const values = new Float64Array(input.data.length);
  found.forEach((line, index) => {
    const start = Math.floor(index / inner) * size * inner + (index % inner);
    softmax(line).forEach((value, k) => {
      values[start + k * inner] = value;
    });
  });
  return [fromNumbers(node, input.dtype, input.shape, values)];
};
