import { allocate, type DType, isFloat } from "../tensor/dtype.ts";
import { elementCount, type Shape } from "../tensor/shape.ts";
import { tensor } from "../tensor/tensor.ts";
import { type Call, failed, type NumericTensor } from "./evaluate.ts";

/**
 * A tensor of what `at` gives for each element, row-major. Storing it rounds to the type: a float32 is
 * rounded once, an integer of 8 to 32 bits wraps as it does in ONNX Runtime.
 * @throws SetosaError ENGINE_FAILED when an int64 is not an integer within ±2^53
 */
export function resultOf(call: Call, dtype: Exclude<DType, "string">, shape: Shape, at: (index: number) => number): NumericTensor {
  const data = allocate("float64", elementCount(shape));
  for (let index = 0; index < data.length; index++) data[index] = at(index);
  if (dtype === "int64" && !data.every(Number.isSafeInteger)) failed(call, "an int64 result is beyond 2^53");
  return convert(dtype, shape, data);
}

function convert(dtype: Exclude<DType, "string">, shape: Shape, values: Float64Array): NumericTensor {
  if (dtype === "float64") return { dtype, shape, data: values };
  // An integer has no negative zero; a Float64Array would keep it.
  if (dtype === "int64") return { dtype, shape, data: values.map((value) => value + 0) };
  const result = tensor(dtype, shape) as NumericTensor;
  if (dtype === "bool") result.data.set(values.map((value) => (value === 0 ? 0 : 1)));
  else result.data.set(values);
  return result;
}

/** A quotient, product or sum as the type has it before it is stored: integers have no fraction. */
export function inType(dtype: DType, value: number): number {
  return isFloat(dtype) ? value : Math.trunc(value);
}
