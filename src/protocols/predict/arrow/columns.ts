import type { Column } from "../../../models/column-encoder.ts";
import { notArrow } from "./arrow-error.ts";
import type { FlatTable } from "./flatbuffer.ts";
import type { ArrowField, ArrowType } from "./schema.ts";

/** The values of dictionaries, by their ids. */
export type Dictionaries = ReadonlyMap<number, readonly unknown[]>;

export interface Batch {
  readonly rows: number;
  readonly columns: readonly Column[];
}

/** So many rows may be said without bytes for them. */
const mostEmptyRows = 65_536;

/**
 * The columns of a record batch, over its body.
 * @throws SetosaError BODY_SHAPE_INVALID, RangeError for damage
 */
export function readBatch(batch: FlatTable, body: ArrayBuffer, fields: readonly ArrowField[], dictionaries: Dictionaries): Batch {
  if (batch.table(3) !== undefined)
    throw notArrow(
      "its record batches are compressed",
      "Write them without: pyarrow.ipc.IpcWriteOptions(compression=None), which is the default.",
    );
  const rows = batch.long(0);
  if (rows > mostEmptyRows && rows > body.byteLength * 8)
    throw notArrow(`a record batch says ${rows} rows, and has ${body.byteLength} bytes`);
  const source = new BatchReader(batch, body, rows);
  return { rows, columns: fields.map((field) => source.column(field, dictionaries)) };
}

/** Buffers and nodes of a record batch go in the order of the columns. */
class BatchReader {
  readonly #body: ArrayBuffer;
  readonly #rows: number;
  readonly #nodes: readonly (readonly [number, number])[];
  readonly #buffers: readonly (readonly [number, number])[];
  #node = 0;
  #buffer = 0;

  constructor(batch: FlatTable, body: ArrayBuffer, rows: number) {
    this.#body = body;
    this.#rows = rows;
    this.#nodes = batch.pairs(1);
    this.#buffers = batch.pairs(2);
  }

  column({ name, type, dictionary }: ArrowField, dictionaries: Dictionaries): Column {
    const [rows, nulls] = this.#nodes[this.#node++] ?? [];
    if (rows !== this.#rows) throw notArrow(`the column ${JSON.stringify(name.slice(0, 80))} has not as many values as its record batch`);
    const bitmap = this.#take();
    const isValid = nulls === 0 || bitmap.length === 0 ? undefined : this.#bits(bitmap, name);
    if (dictionary === undefined) return this.#values(type, isValid, name);
    const values = dictionaries.get(dictionary.id);
    if (values === undefined) throw notArrow(`the column ${JSON.stringify(name.slice(0, 80))} has a dictionary that has not come`);
    const index = this.#values(dictionary.index, isValid, name);
    return {
      at: (row) => {
        const place = index.at(row);
        if (place === null) return null;
        const value = values[place as number];
        if (value === undefined) throw notArrow(`the column ${JSON.stringify(name.slice(0, 80))} has an index that its dictionary has not`);
        return value;
      },
    };
  }

  #values(type: ArrowType, isValid: ((row: number) => boolean) | undefined, name: string): Column {
    switch (type.kind) {
      case "int":
      case "float": {
        const numbers = this.#numbers(type, name);
        if (isValid === undefined) return { numbers, at: (row) => numbers[row] };
        return { at: (row) => (isValid(row) ? numbers[row] : null) };
      }
      case "bool": {
        const isSet = this.#bits(this.#take(), name);
        return { at: (row) => (isValid?.(row) === false ? null : isSet(row)) };
      }
      case "text": {
        const text = this.#texts(type.large, name);
        return { at: (row) => (isValid?.(row) === false ? null : text(row)) };
      }
    }
  }

  #numbers(type: Extract<ArrowType, { readonly kind: "int" | "float" }>, name: string): ArrayLike<number> {
    const buffer = this.#take();
    const rows = this.#rows;
    if (type.bits === 64 && type.kind === "int") return longs(this.#array(BigInt64Array, buffer, rows, name), type.signed);
    if (type.bits === 16 && type.kind === "float") return halves(this.#array(Uint16Array, buffer, rows, name));
    const key = `${type.kind === "float" ? "float" : type.signed ? "int" : "uint"}${type.bits}`;
    return this.#array<ArrayLike<number>>(arrays[key as keyof typeof arrays], buffer, rows, name);
  }

  #texts(large: boolean, name: string): (row: number) => string {
    const rows = this.#rows;
    const offsetBuffer = this.#take();
    // "a 0-length offsets buffer" is what some write for no rows.
    const count = rows === 0 ? 0 : rows + 1;
    const offsets: ArrayLike<number> = large
      ? longs(this.#array(BigInt64Array, offsetBuffer, count, name), true)
      : this.#array(Int32Array, offsetBuffer, count, name);
    const data = this.#take();
    return (row) => {
      const [start, end] = [offsets[row] as number, offsets[row + 1] as number];
      if (!(start >= 0 && start <= end && end <= data.length)) throw notArrow(`the column ${JSON.stringify(name.slice(0, 80))} is damaged`);
      return decoder.decode(data.subarray(start, end));
    };
  }

  #bits(bytes: Uint8Array, name: string): (row: number) => boolean {
    if (bytes.length * 8 < this.#rows) throw tooShort(name);
    return (row) => (((bytes[row >> 3] as number) >> (row & 7)) & 1) === 1;
  }

  #array<T>(type: NumberArray<T>, bytes: Uint8Array, count: number, name: string): T {
    if (bytes.length < count * type.BYTES_PER_ELEMENT) throw tooShort(name);
    // The format aligns buffers to 8 bytes at least. What does not is copied.
    if (bytes.byteOffset % type.BYTES_PER_ELEMENT === 0) return new type(bytes.buffer as ArrayBuffer, bytes.byteOffset, count);
    return new type(bytes.slice().buffer, 0, count);
  }

  #take(): Uint8Array {
    const [offset, length] = this.#buffers[this.#buffer++] ?? [0, 0];
    if (offset + length > this.#body.byteLength) throw notArrow("a buffer is longer than its record batch");
    return new Uint8Array(this.#body, offset, length);
  }
}

interface NumberArray<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, offset: number, length: number): T;
}

const decoder = new TextDecoder();

const arrays = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const satisfies Record<string, NumberArray<ArrayLike<number>>>;

function tooShort(name: string) {
  return notArrow(`the column ${JSON.stringify(name.slice(0, 80))} is shorter than its record batch`);
}

/** As JSON has numbers: beyond 2^53 the nearest float64, which a feature of whole numbers refuses. */
function longs(values: BigInt64Array, signed: boolean): Float64Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  const numbers = new Float64Array(values.length);
  for (let index = 0; index < numbers.length; index++) {
    const high = words[index * 2 + 1] as number;
    numbers[index] = (signed ? high | 0 : high) * 4_294_967_296 + (words[index * 2] as number);
  }
  return numbers;
}

/** binary16 of IEEE 754: a sign, 5 bits of an exponent, 10 of a fraction. */
function halves(values: Uint16Array): Float32Array {
  return Float32Array.from(values, (bits) => {
    const [sign, exponent, fraction] = [bits >> 15 === 1 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
    if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
  });
}
