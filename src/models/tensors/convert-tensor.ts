import { SetosaError } from "../../errors.ts";
import { allocate, type DType, isFloat } from "../../tensor/dtype.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/**
 * The tensor in the dtype that an input has. Numbers become floats as those of JSON do (rounded to the nearest float32), and whole
 * numbers where they are whole and fit: clients send what their arrays hold, which is float64 as a rule.
 * @param path Where the tensor stands in the request
 * @throws SetosaError TENSOR_INVALID
 */
export function convertTensor(tensor: Tensor, dtype: DType, path: string): Tensor {
  if (tensor.dtype === dtype) return tensor;
  const { shape } = tensor;
  if (tensor.dtype === "string" || dtype === "string") throw mistyped(tensor, dtype, path);
  const data = allocate(dtype, tensor.data.length);
  (data as Float64Array).set(tensor.data);
  if (!isFloat(dtype)) {
    const changed = tensor.data.findIndex((value, index) => data[index] !== value || (dtype === "bool" && value > 1));
    if (changed >= 0) throw unfit(tensor.data[changed] as number, dtype, `${path}[${changed}]`);
  }
  return { dtype, shape, data } as Tensor;
}

function mistyped(tensor: Tensor, dtype: DType, path: string): SetosaError {
  return new SetosaError("TENSOR_INVALID", `The tensor is of ${tensor.dtype}, and the model takes ${dtype}.`, {
    path,
    hint: `Send it as ${dtype}.`,
  });
}

function unfit(value: number, dtype: DType, path: string): SetosaError {
  return new SetosaError("TENSOR_INVALID", `${value} is no ${dtype}.`, { path, hint: `Send values that ${dtype} holds.` });
}
