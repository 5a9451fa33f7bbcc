import { stringAttribute } from "../../../graph/attributes.ts";
import { einsumLabels } from "../../../graph/einsum.ts";
import { elementCount } from "../../../tensor/shape.ts";
import { countOf } from "../../axes.ts";
import { type Call, type Evaluate, malformed, misfit, type NumericTensor, numericInput } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";

/** Sums of products over the labels that the result does not have; a dimension of 1 is repeated. */
export const evaluateEinsum: Evaluate = (call) => {
  const equation = stringAttribute(call.node, "equation") ?? malformed(call, "it has no equation");
  const inputs = call.inputs.map((_, position) => numericInput(call, position));
  const dtype = inputs[0]?.dtype ?? malformed(call, "it has no inputs");
  if (dtype === "bool" || inputs.some((input) => input.dtype !== dtype)) malformed(call, "its operands are not numbers of one type");
  const ranks = inputs.map(({ shape }) => shape.length);
  const labels = einsumLabels(equation, ranks);
  if (typeof labels === "string") return malformed(call, labels);

  const sizes = sizesOf(call, inputs, labels.operands);
  const summed = [...sizes.keys()].filter((label) => !labels.output.includes(label));
  const order = [...labels.output, ...summed];
  const all = order.map((label) => sizes.get(label) as number);
  elementCount(all);
  const shape = all.slice(0, labels.output.length);
  const terms = countOf(all, labels.output.length);
  const steps = inputs.map((input, position) => {
    const own = stepsOf(input.shape, labels.operands[position] ?? []);
    return order.map((label) => own.get(label) ?? 0);
  });

  return [
    resultOf(call, dtype, shape, (index) => {
      let sum = 0;
      for (let term = 0; term < terms; term++) {
        const place = placeOf(index * terms + term, all);
        sum += inputs.reduce((product, { data }, position) => product * (data[offset(place, steps[position] ?? [])] as number), 1);
      }
      return sum;
    }),
  ];
};

/** The size of every label. The axes that share one within an operand, its diagonal, are of one size. */
function sizesOf(call: Call, inputs: readonly NumericTensor[], operands: readonly (readonly string[])[]): Map<string, number> {
  const sizes = new Map<string, number>();
  inputs.forEach(({ shape }, position) => {
    const labels = operands[position] ?? [];
    labels.forEach((label, axis) => {
      const size = shape[axis] as number;
      if (size !== shape[labels.indexOf(label)]) misfit(call, `the dimensions "${label}" of an operand differ`);
      const known = sizes.get(label) ?? 1;
      if (known !== size && known !== 1 && size !== 1) misfit(call, `the dimension "${label}" is ${known} and ${size}`);
      sizes.set(label, known === 1 ? size : known);
    });
  });
  return sizes;
}

/** How far apart an operand's elements are along each label; a repeated label steps along all its axes. */
function stepsOf(shape: readonly number[], labels: readonly string[]): Map<string, number> {
  const steps = new Map<string, number>();
  labels.forEach((label, axis) => {
    const step = shape[axis] === 1 ? 0 : countOf(shape, axis + 1);
    steps.set(label, (steps.get(label) ?? 0) + step);
  });
  return steps;
}

function placeOf(index: number, sizes: readonly number[]): number[] {
  return sizes.map((size, axis) => Math.floor(index / countOf(sizes, axis + 1)) % size);
}

function offset(place: readonly number[], steps: readonly number[]): number {
  return place.reduce((sum, at, axis) => sum + at * (steps[axis] ?? 0), 0);
}
