import type { RowKernel } from "../engines/engine.ts";
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
