import { floatsAttribute, intAttribute } from "../../../graph/attributes.ts";
import { type Call, type Evaluate, malformed, misfit } from "../../evaluate.ts";
import { resultOf } from "../../result.ts";
import { type Table, tableInput } from "../../table.ts";
import { kernelFunction, product, supportVectors } from "./kernel.ts";

/**
 * float32 `[rows, 1]`: Σ coefficient · K(row, vector) + rho, or its sign for a one-class machine. ONNX
 * Runtime ignores the post-transform.
 */
export const evaluateSVMRegressor: Evaluate = (call) => {
  const table = tableInput(call);
  const sums = decisions(call, table);
  const oneClass = intAttribute(call.node, "one_class", 0) !== 0;
  const sign = (sum: number): number => (sum > 0 ? 1 : -1);
  return [resultOf(call, "float32", [table.rows, 1], (row) => (oneClass ? sign(sums[row] ?? 0) : (sums[row] ?? 0)))];
};

function decisions(call: Call, { values, columns }: Table): number[] {
  const coefficients = floatsAttribute(call.node, "coefficients") ?? new Float32Array();
  const [rho = malformed(call, "it has no rho")] = floatsAttribute(call.node, "rho") ?? [];
  const count = intAttribute(call.node, "n_supports", 0);
  if (count === 0) {
    // Without support vectors it is a linear model, whatever the kernel.
    if (coefficients.length !== columns) misfit(call, `it has ${coefficients.length} coefficients`);
    return values.map((row) => product(row, coefficients) + rho);
  }
  const vectors = supportVectors(call, count, columns);
  if (coefficients.length !== count) malformed(call, `it has ${coefficients.length} coefficients for ${count} support vectors`);
  const kernel = kernelFunction(call);
  return values.map((row) => vectors.reduce((sum, vector, index) => sum + (coefficients[index] ?? 0) * kernel(row, vector), rho));
}
