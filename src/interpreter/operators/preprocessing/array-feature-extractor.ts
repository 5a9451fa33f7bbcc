import type { Tensor } from "../../../tensor/tensor.ts";
import { countOf } from "../../axes.ts";
import { type Evaluate, failed, misfit, numericInput, requiredInput } from "../../evaluate.ts";
import { gather } from "../../gather.ts";

/** Picks positions of the last dimension. A list gives a table of one row, as in ONNX Runtime. */
export const evaluateArrayFeatureExtractor: Evaluate = (call) => {
  const input = requiredInput(call, 0);
  const positions = numericInput(call, 1).data;
  const columns = input.shape.at(-1) ?? misfit(call, "a single number has no columns");
  if (positions.length === 0) misfit(call, "it picks nothing");
  const wrong = positions.find((position) => !Number.isInteger(position) || position < 0 || position >= columns);
  if (wrong !== undefined) failed(call, `it picks position ${wrong} of ${columns}`);
  const outer = countOf(input.shape, 0, input.shape.length - 1);
  const shape = input.shape.length === 1 ? [1, positions.length] : [...input.shape.slice(0, -1), positions.length];
  const result: Tensor = gather(input, shape, outer * positions.length, (index) => {
    const row = Math.floor(index / positions.length);
    return row * columns + (positions[index % positions.length] ?? 0);
  });
  return [result];
};
