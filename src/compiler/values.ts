import type { Constant } from "../graph/graph.ts";
import type { DType } from "../tensor/dtype.ts";
import type { MemoryInstruction, ValueType } from "./wasm/opcodes.ts";

/** A dimension: a number, or the rows of the batch. */
export type Dimension = number | "rows";

/**
 * A value that depends on the row: `rows` × `width` elements in linear memory, one row after the
 * other, the elements of a row in the order of the shape without `"rows"`. Where every dimension before
 * that one is 1, as in inputs and outputs, this is also the row-major order.
 */
export interface RowsValue {
  readonly kind: "rows";
  readonly dtype: StoredDType;
  readonly shape: readonly Dimension[];
  /** Elements per row: the product of the dimensions other than `"rows"`. */
  readonly width: number;
  readonly address: number;
  /** Strings from outside: one that is not in the vocabulary is only known to be none of it. */
  readonly open?: boolean;
}

/** Whether the value lies in memory as a tensor of its shape does. */
export function isRowMajor({ shape }: Pick<RowsValue, "shape">): boolean {
  return shape.slice(0, shape.indexOf("rows")).every((dimension) => dimension === 1);
}

/** A value that is the same for every row. */
export interface ConstantValue {
  readonly kind: "constant";
  readonly constant: Constant;
}

/** A small int64 tensor of dimensions, of which some are the number of rows. */
export interface ShapeValue {
  readonly kind: "shape";
  readonly dtype: "int32" | "int64";
  readonly shape: readonly number[];
  readonly entries: readonly Dimension[];
}

/**
 * All elements of all rows as one list `[rows · width]`, or `[1, rows · width]`: what exporters make to look entries up.
 * Of several lists, or tables joined one after the other, the elements have the shape `[lists, "rows", …]`.
 */
export interface FlatValue {
  readonly kind: "flat";
  readonly elements: RowsValue;
}

export type Value = RowsValue | ConstantValue | ShapeValue | FlatValue;

/** Element types that a kernel holds in its memory. Strings are positions in the kernel's vocabulary. */
export type StoredDType = Extract<DType, "float32" | "float64" | "int64" | "int32" | "bool" | "string">;

export interface Storage {
  readonly log2Bytes: number;
  readonly type: Extract<ValueType, "f32" | "f64" | "i32">;
  readonly load: MemoryInstruction;
  readonly store: MemoryInstruction;
}

const f64: Storage = { log2Bytes: 3, type: "f64", load: "f64.load", store: "f64.store" };
const i32: Storage = { log2Bytes: 2, type: "i32", load: "i32.load", store: "i32.store" };

/** How each element type lies in memory; int64 as float64, see tensor/dtype.ts. */
export const storages: Readonly<Record<StoredDType, Storage>> = {
  float32: { log2Bytes: 2, type: "f32", load: "f32.load", store: "f32.store" },
  float64: f64,
  int64: f64,
  int32: i32,
  bool: { log2Bytes: 0, type: "i32", load: "i32.load8_u", store: "i32.store8" },
  string: i32,
};

export function isStored(dtype: DType): dtype is StoredDType {
  return Object.hasOwn(storages, dtype);
}

/** Bytes from one row of the value to the next. */
export function strideOf(value: Pick<RowsValue, "dtype" | "width">): number {
  // Not a shift, which ends at 2^31: a width that a file makes up has to be seen for what it is.
  return value.width * 2 ** storages[value.dtype].log2Bytes;
}
