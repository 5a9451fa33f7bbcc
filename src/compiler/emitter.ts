import { type RowsValue, type StoredDType, storages, strideOf } from "./values.ts";
import type { Local, WasmFunction } from "./wasm/function.ts";

/** A position within a row: known while compiling, or counted by a local. */
export type Element = number | Local;

/** Loops up to this length are written out. */
const unrollLimit = 8;

/**
 * Writes the code of one operator for one row or for a block of rows. Both variants come from the
 * same calls: with one row every address is a constant, with a block it hangs on the row's pointer.
 */
export class Emitter {
  readonly fn: WasmFunction;
  /** The number of rows; absent in the one-row variant. */
  readonly rows: Local | undefined;
  #pointers = new Map<RowsValue, Local>();
  readonly #parts = new WeakMap<RowsValue, Local>();

  constructor(fn: WasmFunction, rows: Local | undefined) {
    this.fn = fn;
    this.rows = rows;
  }

  /** Runs `body` for every row. Only the listed values may be touched in it. */
  eachRow(values: readonly RowsValue[], body: () => void): void {
    const { fn, rows } = this;
    if (rows === undefined) {
      body();
      return;
    }
    const outer = this.#pointers;
    this.#pointers = new Map();
    for (const value of values) {
      if (this.#pointers.has(value)) continue;
      const pointer = fn.local("i32");
      fn.const("i32", 0).set(pointer);
      this.#pointers.set(value, pointer);
    }
    const row = fn.local("i32");
    fn.const("i32", 0).set(row);
    fn.loop(() => {
      body();
      for (const [value, pointer] of this.#pointers) fn.get(pointer).const("i32", strideOf(value)).op("i32.add").set(pointer);
      fn.get(row).const("i32", 1).op("i32.add").tee(row).get(rows).op("i32.lt_u").brIf(0);
    });
    this.#pointers = outer;
  }

  /** Puts the row's byte offset in `value` on the stack; `value.address` goes into the instruction. */
  pointer(value: RowsValue): void {
    const pointer = this.#pointers.get(value) ?? this.#parts.get(value);
    if (pointer !== undefined) this.fn.get(pointer);
    else if (this.rows === undefined) this.fn.const("i32", 0);
    else throw new Error("A row's value is used outside its loop.");
  }

  /** `width` columns of `value` from its column `start` on, under the same row pointer. */
  part(value: RowsValue, start: number, width: number): RowsValue {
    const part = { ...value, width, address: value.address + (start << storages[value.dtype].log2Bytes) };
    const pointer = this.#pointers.get(value) ?? this.#parts.get(value);
    if (pointer !== undefined) this.#parts.set(part, pointer);
    return part;
  }

  /** Puts an element of the row on the stack, as the type it is stored in. */
  load(value: RowsValue, element: Element): void {
    const { load, log2Bytes } = storages[value.dtype];
    this.pointer(value);
    this.#address(element, log2Bytes);
    this.fn.memory(load, value.address + (typeof element === "number" ? element << log2Bytes : 0));
  }

  /** The same, as a float64. */
  loadF64(value: RowsValue, element: Element): void {
    this.load(value, element);
    this.convert(value.dtype, "float64");
  }

  /** Puts four float32 elements of the row on the stack, from `element` on. */
  load4(value: RowsValue, element: Element): void {
    this.pointer(value);
    this.#address(element, 2);
    this.fn.memory("v128.load", value.address + (typeof element === "number" ? element << 2 : 0));
  }

  /** Stores the four float32 elements that `operand` leaves on the stack. */
  store4(value: RowsValue, element: Element, operand: () => void): void {
    this.pointer(value);
    this.#address(element, 2);
    operand();
    this.fn.memory("v128.store", value.address + (typeof element === "number" ? element << 2 : 0));
  }

  /** Loads four float32 from a constant table at `address`. */
  loadConstant4(address: number, element: Element): void {
    if (typeof element === "number") this.fn.const("i32", 0).memory("v128.load", address + (element << 2));
    else this.fn.get(element).const("i32", 2).op("i32.shl").memory("v128.load", address);
  }

  /** Stores what `operand` leaves on the stack, in the type the value is stored in. */
  store(value: RowsValue, element: Element, operand: () => void): void {
    const { store, log2Bytes } = storages[value.dtype];
    this.pointer(value);
    this.#address(element, log2Bytes);
    operand();
    this.fn.memory(store, value.address + (typeof element === "number" ? element << log2Bytes : 0));
  }

  /** The same from a float64 on the stack, rounded once. */
  storeF64(value: RowsValue, element: Element, operand: () => void): void {
    this.store(value, element, () => {
      operand();
      this.convert("float64", value.dtype);
    });
  }

  /** Loads from a constant table at `address`. */
  loadConstant(dtype: StoredDType, address: number, element: Element): void {
    const { load, log2Bytes } = storages[dtype];
    if (typeof element === "number") this.fn.const("i32", 0).memory(load, address + (element << log2Bytes));
    else this.fn.get(element).const("i32", log2Bytes).op("i32.shl").memory(load, address);
  }

  /** Converts between stored number types the way C does; see the Cast operator for its own rules. */
  convert(from: StoredDType, to: StoredDType): void {
    const source = storages[from].type;
    const target = storages[to].type;
    if (source === target) return;
    if (source === "f32") this.fn.op("f64.promote_f32");
    else if (source === "i32") this.fn.op("f64.convert_i32_s");
    if (target === "f32") this.fn.op("f32.demote_f64");
    else if (target === "i32") this.fn.op("i32.trunc_sat_f64_s");
  }

  /** Runs `body` for the elements 0 to `width - 1`: written out when few, else a loop. */
  elements(width: number, body: (element: Element) => void): void {
    if (width <= unrollLimit) {
      for (let element = 0; element < width; element++) body(element);
      return;
    }
    const element = this.fn.local("i32");
    this.fn.count(element, 0, width, 1, () => body(element));
  }

  /** Puts two elements of the row, float32 or float64, on the stack as float64. */
  load2(value: RowsValue, element: Element): void {
    const { log2Bytes } = storages[value.dtype];
    const offset = value.address + (typeof element === "number" ? element << log2Bytes : 0);
    this.pointer(value);
    this.#address(element, log2Bytes);
    if (log2Bytes === 3) this.fn.memory("v128.load", offset);
    else this.fn.memory("v128.load64_zero", offset).op("f64x2.promote_low_f32x4");
  }

  /** Stores the two float64 that `operand` leaves on the stack as two elements of the row, float32 or float64. */
  store2(value: RowsValue, element: Element, operand: () => void): void {
    const { log2Bytes } = storages[value.dtype];
    const offset = value.address + (typeof element === "number" ? element << log2Bytes : 0);
    this.pointer(value);
    this.#address(element, log2Bytes);
    operand();
    if (log2Bytes === 3) this.fn.memory("v128.store", offset);
    else this.fn.op("f32x4.demote_f64x2_zero", "i64x2.extract_lane_0").memory("i64.store", offset);
  }

  /** Runs `two` for every two elements, and `one` for one that is left. */
  pairs(width: number, two: (element: Element) => void, one: (element: Element) => void): void {
    const whole = width - (width % 2);
    if (whole <= unrollLimit) for (let element = 0; element < whole; element += 2) two(element);
    else {
      const element = this.fn.local("i32");
      this.fn.count(element, 0, whole, 2, () => two(element));
    }
    if (whole < width) one(whole);
  }

  /** Runs `four` for every four elements, and `one` for each that is left. */
  fours(width: number, four: (element: Element) => void, one: (element: Element) => void): void {
    const whole = width - (width % 4);
    if (whole <= unrollLimit) for (let element = 0; element < whole; element += 4) four(element);
    else {
      const element = this.fn.local("i32");
      this.fn.count(element, 0, whole, 4, () => four(element));
    }
    for (let element = whole; element < width; element++) one(element);
  }

  /** Puts a position on the stack as an i32. */
  position(element: Element): void {
    if (typeof element === "number") this.fn.const("i32", element);
    else this.fn.get(element);
  }

  #address(element: Element, log2Bytes: number): void {
    if (typeof element === "number") return;
    this.fn.get(element);
    if (log2Bytes > 0) this.fn.const("i32", log2Bytes).op("i32.shl");
    this.fn.op("i32.add");
  }
}
