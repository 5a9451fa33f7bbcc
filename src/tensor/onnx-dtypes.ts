import type { DType } from "./dtype.ts";

/** Element types by their number in ONNX (TensorProto.DataType), as far as Setosa holds them. */
export const onnxDTypes: ReadonlyMap<number, DType> = new Map<number, DType>([
  [1, "float32"],
  [2, "uint8"],
  [3, "int8"],
  [4, "uint16"],
  [5, "int16"],
  [6, "int32"],
  [7, "int64"],
  [8, "string"],
  [9, "bool"],
  [11, "float64"],
  [12, "uint32"],
]);

/** What Setosa does not hold. */
const others: ReadonlyMap<number, string> = new Map([
  [10, "float16"],
  [13, "uint64"],
  [14, "complex64"],
  [15, "complex128"],
  [16, "bfloat16"],
  [17, "float8e4m3fn"],
  [18, "float8e4m3fnuz"],
  [19, "float8e5m2"],
  [20, "float8e5m2fnuz"],
  [21, "uint4"],
  [22, "int4"],
  [23, "float4e2m1"],
]);

/** An element type for messages: its name, or its number where ONNX had none for it. */
export function onnxTypeName(number: number): string {
  return onnxDTypes.get(number) ?? others.get(number) ?? `of ONNX type ${number}`;
}
