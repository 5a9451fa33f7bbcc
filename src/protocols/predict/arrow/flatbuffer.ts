import { notArrow } from "./arrow-error.ts";

/**
 * A table of a FlatBuffers message (https://flatbuffers.dev/internals/): a place in bytes, and before it a list of where its fields are.
 * Fields go by their position in the schema. A field that is absent has its default. Every place is checked by the view: what leads out of the bytes
 * throws RangeError, which whoever reads a message turns into its own error.
 */
export class FlatTable {
  readonly #view: DataView;
  readonly #position: number;
  readonly #fields: number;
  readonly #fieldsLength: number;

  constructor(view: DataView, position: number) {
    this.#view = view;
    this.#position = position;
    this.#fields = position - view.getInt32(position, true);
    this.#fieldsLength = view.getUint16(this.#fields, true);
  }

  /** The table that a message begins with. */
  static root(view: DataView): FlatTable {
    return new FlatTable(view, view.getUint32(0, true));
  }

  /** Where a field is; 0 where it is absent. */
  #at(field: number): number {
    const slot = 4 + field * 2;
    if (slot + 2 > this.#fieldsLength) return 0;
    const offset = this.#view.getUint16(this.#fields + slot, true);
    return offset === 0 ? 0 : this.#position + offset;
  }

  bool(field: number): boolean {
    return this.uint8(field) !== 0;
  }

  uint8(field: number): number {
    const at = this.#at(field);
    return at === 0 ? 0 : this.#view.getUint8(at);
  }

  int16(field: number): number {
    const at = this.#at(field);
    return at === 0 ? 0 : this.#view.getInt16(at, true);
  }

  int32(field: number): number {
    const at = this.#at(field);
    return at === 0 ? 0 : this.#view.getInt32(at, true);
  }

  /** A length, a count or an id. */
  long(field: number): number {
    const at = this.#at(field);
    return at === 0 ? 0 : readLong(this.#view, at);
  }

  table(field: number): FlatTable | undefined {
    const at = this.#at(field);
    return at === 0 ? undefined : new FlatTable(this.#view, at + this.#view.getUint32(at, true));
  }

  string(field: number): string | undefined {
    const at = this.#at(field);
    if (at === 0) return undefined;
    const start = at + this.#view.getUint32(at, true);
    const length = this.#view.getUint32(start, true);
    if (length > longestString || start + 4 + length > this.#view.byteLength) throw new RangeError("A string is longer than its message.");
    return decoder.decode(new Uint8Array(this.#view.buffer, this.#view.byteOffset + start + 4, length));
  }

  tables(field: number): FlatTable[] {
    const { start, count } = this.#vector(field, 4);
    return Array.from({ length: count }, (_, index) => {
      const at = start + index * 4;
      return new FlatTable(this.#view, at + this.#view.getUint32(at, true));
    });
  }

  /** A vector of structs of two longs: Arrow's `FieldNode` and `Buffer`. */
  pairs(field: number): (readonly [number, number])[] {
    const { start, count } = this.#vector(field, 16);
    return Array.from({ length: count }, (_, index) => [
      readLong(this.#view, start + index * 16),
      readLong(this.#view, start + index * 16 + 8),
    ]);
  }

  #vector(field: number, size: number): { readonly start: number; readonly count: number } {
    const at = this.#at(field);
    if (at === 0) return { start: 0, count: 0 };
    const vector = at + this.#view.getUint32(at, true);
    const count = this.#view.getUint32(vector, true);
    if (vector + 4 + count * size > this.#view.byteLength) throw new RangeError("A list is longer than its message.");
    return { start: vector + 4, count };
  }
}

/** Many fields may say that they have the same long string. */
const longestString = 4096;
const decoder = new TextDecoder();

function readLong(view: DataView, at: number): number {
  const value = Number(view.getBigInt64(at, true));
  if (value < 0 || !Number.isSafeInteger(value)) throw notArrow(`it holds the length ${value}`);
  return value;
}
