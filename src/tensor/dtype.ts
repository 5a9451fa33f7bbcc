import { SetosaError } from "../errors.ts";
import { ElementBudget } from "./budget.ts";

/**
 * Element types and the arrays that hold them.
 *
 * `int64` lives in a Float64Array: every integer up to 2^53 is exact there, and what is beyond is
 * refused where it enters, so that no arithmetic needs BigInt. `bool` is 0 or 1 in a Uint8Array.
 */
export interface DataByDType {
  float32: Float32Array;
  float64: Float64Array;
  int8: Int8Array;
  uint8: Uint8Array;
  int16: Int16Array;
  uint16: Uint16Array;
  int32: Int32Array;
  uint32: Uint32Array;
  int64: Float64Array;
  bool: Uint8Array;
  string: string[];
}

export type DType = keyof DataByDType;
export type NumericData = Exclude<DataByDType[DType], string[]>;
export type TensorData = DataByDType[DType];

const allocators: { readonly [D in DType]: (length: number) => DataByDType[D] } = {
  float32: (length) => new Float32Array(length),
  float64: (length) => new Float64Array(length),
  int8: (length) => new Int8Array(length),
  uint8: (length) => new Uint8Array(length),
  int16: (length) => new Int16Array(length),
  uint16: (length) => new Uint16Array(length),
  int32: (length) => new Int32Array(length),
  uint32: (length) => new Uint32Array(length),
  int64: (length) => new Float64Array(length),
  bool: (length) => new Uint8Array(length),
  string: (length) => new Array<string>(length).fill(""),
};

/** More elements than this are never allocated for one tensor: 2^28 (1 GiB of float32). */
export const maxElements = 2 ** 28;

/**
 * Zeroed (or empty-string) storage for `length` elements.
 * @throws SetosaError MODEL_SHAPE_INVALID for more than `maxElements`, or more than the evaluation under way may make
 */
export function allocate<D extends DType>(dtype: D, length: number): DataByDType[D] {
  if (!(length <= maxElements)) throw new SetosaError("MODEL_SHAPE_INVALID", `A tensor of ${length} elements is larger than 2^28.`);
  ElementBudget.charge(length);
  return allocators[dtype](length);
}

export function isFloat(dtype: DType): dtype is "float32" | "float64" {
  return dtype === "float32" || dtype === "float64";
}

/** The largest finite number of a float type. */
export function largestFinite(dtype: "float32" | "float64"): number {
  return dtype === "float32" ? (2 - 2 ** -23) * 2 ** 127 : Number.MAX_VALUE;
}
