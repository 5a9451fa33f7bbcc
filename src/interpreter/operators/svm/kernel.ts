import { floatsAttribute, stringAttribute } from "../../../graph/attributes.ts";
import { type Call, malformed, misfit, unsupported } from "../../evaluate.ts";

/** K(row, vector), in float64. */
export type KernelFunction = (row: Float64Array, vector: Float32Array) => number;

/** `kernel_params` are gamma, coef0 and degree. */
export function kernelFunction(call: Call): KernelFunction {
  const [gamma = 0, coef0 = 0, degree = 0] = floatsAttribute(call.node, "kernel_params") ?? [];
  const name = stringAttribute(call.node, "kernel_type") ?? "LINEAR";
  switch (name) {
    case "LINEAR":
      return product;
    case "POLY":
      return (row, vector) => (gamma * product(row, vector) + coef0) ** degree;
    case "RBF":
      return (row, vector) => Math.exp(-gamma * squaredDistance(row, vector));
    case "SIGMOID":
      return (row, vector) => Math.tanh(gamma * product(row, vector) + coef0);
    default:
      return unsupported(call, `the kernel ${name}`);
  }
}

export function product(row: Float64Array, vector: Float32Array): number {
  return row.reduce((sum, value, column) => sum + value * (vector[column] ?? 0), 0);
}

function squaredDistance(row: Float64Array, vector: Float32Array): number {
  return row.reduce((sum, value, column) => sum + (value - (vector[column] ?? 0)) ** 2, 0);
}

/** The support vectors, `count` rows as wide as the input. */
export function supportVectors(call: Call, count: number, columns: number): Float32Array[] {
  const values = floatsAttribute(call.node, "support_vectors") ?? new Float32Array();
  if (!Number.isInteger(count) || count < 1 || count > values.length) malformed(call, `it has ${count} support vectors`);
  if (values.length !== count * columns) misfit(call, `its ${count} support vectors have ${values.length} values`);
  return Array.from({ length: count }, (_, index) => values.subarray(index * columns, (index + 1) * columns));
}
