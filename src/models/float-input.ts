import type { RowKernel } from "../engines/engine.ts";
import { SetosaError } from "../errors.ts";
import type { Signature } from "../graph/signature.ts";
import { isFloat } from "../tensor/dtype.ts";

/** The only input of a kernel, where its columns are the features in their order and floats. */
export function floatInput({ inputs }: RowKernel, { features }: Pick<Signature, "features">): Float32Array | Float64Array | undefined {
  const [input] = inputs;
  if (input === undefined || inputs.length > 1 || features.some(({ column }, position) => column !== position)) return undefined;
  const { info, data } = input;
  // An int64 lives in a Float64Array too, and takes whole numbers only.
  return isFloat(info.dtype) && (data instanceof Float32Array || data instanceof Float64Array) ? data : undefined;
}

/**
 * A model's `floatInput`, for values that go there as they are.
 * @throws SetosaError FEATURE_TYPE_INVALID for a model without one
 */
export function neededFloats<Floats>(model: string, floats: Floats | undefined): Floats {
  if (floats !== undefined) return floats;
  throw new SetosaError(
    "FEATURE_TYPE_INVALID",
    `The model "${model}" has features that are not floats of one input: predictRaw does not take it.`,
    {
      hint: "Use predictMany(rows).",
    },
  );
}

/**
 * How many rows so many values are.
 * @throws SetosaError ROWS_EMPTY, ROW_WIDTH_INVALID
 */
export function rawRows(values: number, width: number): number {
  const rows = values / width;
  if (rows === 0) throw new SetosaError("ROWS_EMPTY", "There are no values.", { hint: "Pass at least one row." });
  if (!Number.isInteger(rows))
    throw new SetosaError("ROW_WIDTH_INVALID", `${values} values are no whole number of rows of ${width} features.`, {
      hint: "Pass rows × features values, row by row.",
    });
  return rows;
}
