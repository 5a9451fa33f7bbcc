import { type Call, malformed, misfit } from "../../evaluate.ts";
import type { Table } from "../../table.ts";
import { dotProduct } from "../matrix/products.ts";

/** Row · coefficients + intercept for each of `outputs`, in float64. The coefficients are listed by output. */
export function linearScores(
  call: Call,
  { values, columns }: Table,
  outputs: number,
  coefficients: ArrayLike<number>,
  intercepts: ArrayLike<number>,
): number[][] {
  if (coefficients.length !== outputs * columns) misfit(call, `it has ${coefficients.length} coefficients for ${outputs} outputs`);
  if (intercepts.length !== outputs) malformed(call, `it has ${intercepts.length} intercepts for ${outputs} outputs`);
  return values.map((row) =>
    Array.from(
      { length: outputs },
      (_, output) => dotProduct(row, 0, 1, coefficients, output * columns, 1, columns) + (intercepts[output] ?? 0),
    ),
  );
}
