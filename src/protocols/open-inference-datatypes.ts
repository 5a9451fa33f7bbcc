import type { DType } from "../tensor/dtype.ts";

/** How one of the protocol's datatypes lies in bytes, and which tensor holds its values. */
export interface Datatype {
  readonly dtype: DType;
  /** Of one element; undefined for BYTES, whose elements say how long they are. */
  readonly size: number | undefined;
}

/**
 * The Open Inference Protocol's tensor data types ("Tensor Data Types" of its REST specification). UINT64 is held as int64 is: safe
 * integers. Of the 16-bit floats every value is a float32 too.
 */
export const datatypes = {
  BOOL: { dtype: "bool", size: 1 },
  UINT8: { dtype: "uint8", size: 1 },
  UINT16: { dtype: "uint16", size: 2 },
  UINT32: { dtype: "uint32", size: 4 },
  UINT64: { dtype: "int64", size: 8 },
  INT8: { dtype: "int8", size: 1 },
  INT16: { dtype: "int16", size: 2 },
  INT32: { dtype: "int32", size: 4 },
  INT64: { dtype: "int64", size: 8 },
  FP16: { dtype: "float32", size: 2 },
  BF16: { dtype: "float32", size: 2 },
  FP32: { dtype: "float32", size: 4 },
  FP64: { dtype: "float64", size: 8 },
  BYTES: { dtype: "string", size: undefined },
} as const satisfies Readonly<Record<string, Datatype>>;

export type DatatypeName = keyof typeof datatypes;
export const datatypeNames = Object.keys(datatypes) as readonly DatatypeName[];

/** What the protocol calls each of ours. */
export const datatypeOf: Readonly<Record<DType, DatatypeName>> = {
  float32: "FP32",
  float64: "FP64",
  int8: "INT8",
  uint8: "UINT8",
  int16: "INT16",
  uint16: "UINT16",
  int32: "INT32",
  uint32: "UINT32",
  int64: "INT64",
  bool: "BOOL",
  string: "BYTES",
};

export function isDatatype(name: unknown): name is DatatypeName {
  return typeof name === "string" && Object.hasOwn(datatypes, name);
}
