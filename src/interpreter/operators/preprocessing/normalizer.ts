import { stringAttribute } from "../../../graph/attributes.ts";
import { type Evaluate, unsupported } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";
import { tableInput } from "../../table.ts";

/** A row's size by each norm. ONNX Runtime's MAX is the largest value, not the largest magnitude. */
const norms: ReadonlyMap<string, (row: Float64Array) => number> = new Map([
  ["MAX", (row) => row.reduce((size, value) => Math.max(size, value), Number.NEGATIVE_INFINITY)],
  ["L1", (row) => row.reduce((size, value) => size + Math.abs(value), 0)],
  ["L2", (row) => Math.sqrt(row.reduce((size, value) => size + value * value, 0))],
]);

/** Divides a row by its norm, in float64; a row whose norm is 0 stays as it is. */
export const evaluateNormalizer: Evaluate = (call) => {
  const { input, columns, values } = tableInput(call);
  const name = stringAttribute(call.node, "norm") ?? "MAX";
  const norm = norms.get(name) ?? unsupported(call, `the norm ${name}`);
  const sizes = values.map(norm);
  const element = (index: number): number => {
    const value = input.data[index] ?? 0;
    const size = sizes[Math.floor(index / columns)] ?? 0;
    return size === 0 ? value : value / size;
  };
  return [resultOf(call, "float32", input.shape, element)];
};
