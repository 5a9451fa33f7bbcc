import type { Constant, Graph } from "../../src/graph/graph.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import type { OperatorCase } from "../fixtures/operators/cases.ts";

/**
 * A vector as a model would hold it: one input has any number of rows, the others are weights. The vectors
 * themselves declare every dimension, which leaves the compiler nothing to call a row.
 */
export interface Variant {
  readonly graph: Graph;
  readonly input: Tensor;
}

export function variantsOf({ graph, inputs }: OperatorCase): Variant[] {
  return inputs.flatMap((input, position): Variant[] => {
    const info = graph.inputs[position];
    if (info === undefined || input.shape.length === 0) return [];
    const constants = new Map<string, Constant>(graph.constants);
    graph.inputs.forEach(({ name }, other) => {
      const value = inputs[other];
      if (other !== position && value !== undefined) constants.set(name, value);
    });
    return [{ graph: { ...graph, inputs: [{ ...info, shape: ["rows", ...input.shape.slice(1)] }], constants }, input }];
  });
}

/** The input's rows one time and three times: enough for a block, and for rows that mix to show. */
export function repeated(input: Tensor, times: number): Tensor {
  const data = Array.from({ length: times }, () => Array.from<number | string>(input.data)).flat();
  const shape = [(input.shape[0] ?? 1) * times, ...input.shape.slice(1)];
  if (input.dtype === "string") return { dtype: "string", shape, data: data.map(String) };
  const list = input.data.slice(0, 0);
  const Typed = list.constructor as unknown as { from(values: readonly number[]): typeof list };
  return { dtype: input.dtype, shape, data: Typed.from(data.map(Number)) } as Tensor;
}
