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
