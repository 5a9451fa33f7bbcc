import { SetosaError } from "../../errors.ts";
import { labelClasses, type Signature } from "../../graph/signature.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { RequestedOutput } from "./messages.ts";

/**
 * The best classes of each row, as `value:index:label`, best first (Triton's classification extension). The value is written with six
 * decimals, as Triton writes it.
 * @throws SetosaError TENSOR_INVALID for an output that holds no numbers by class
 */
export function bestClasses({ dtype, shape, data }: Tensor, { name, classes, path }: RequestedOutput, labels: readonly string[]): Tensor {
  const width = shape.at(-1) ?? 0;
  if (dtype === "string" || dtype === "bool" || shape.length === 0 || shape.length > 2 || width === 0)
    throw new SetosaError("TENSOR_INVALID", `The output "${name}" holds no numbers by class.`, {
      path: `${path}.parameters.classification`,
      hint: "Ask for the classes of an output [rows, classes] of numbers.",
    });
  const rows = data.length / width;
  const count = Math.min(classes, width);
  const texts: string[] = [];
  for (let row = 0; row < rows; row++) {
    const values = data.subarray(row * width, (row + 1) * width);
    // What is no number is the least.
    const rank = (index: number) => (Number.isNaN(values[index]) ? Number.NEGATIVE_INFINITY : (values[index] as number));
    const best = Array.from(values, (_, index) => index).sort((one, other) => {
      const [left, right] = [rank(one), rank(other)];
      return left === right ? one - other : left < right ? 1 : -1;
    });
    for (const index of best.slice(0, count)) {
      const value = values[index] as number;
      const label = labels[index];
      texts.push(`${dtype.startsWith("float") ? value.toFixed(6) : value}:${index}${label === undefined ? "" : `:${label}`}`);
    }
  }
  return { dtype: "string", shape: shape.length === 1 ? [count] : [rows, count], data: texts };
}

/** The classes by column of an output; none where it is no scores. */
export function labelsOf({ task }: Signature, output: string): readonly string[] {
  return "scores" in task && task.scores === output ? labelClasses(task).flat().map(String) : [];
}
