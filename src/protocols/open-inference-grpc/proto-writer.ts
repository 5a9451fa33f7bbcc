const encoder = new TextEncoder();
const high = 2 ** 32;

/** Writes one protobuf message. Fields that have their default are left out, as proto3 does. */
export class ProtoWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  /** The message. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  text(field: number, value: string): this {
    return value === "" ? this : this.bytes(field, encoder.encode(value));
  }

  texts(field: number, values: Iterable<string>): this {
    for (const value of values) this.bytes(field, encoder.encode(value));
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#varint(field * 8 + 2);
    this.#varint(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  message(field: number, write: (writer: ProtoWriter) => unknown): this {
    const writer = new ProtoWriter();
    write(writer);
    return this.bytes(field, writer.finish());
  }

  /** int32, int64, uint64 and enums. */
  integer(field: number, value: number): this {
    if (value === 0) return this;
    this.#varint(field * 8);
    this.#varint(value);
    return this;
  }

  bool(field: number, value: boolean): this {
    return this.integer(field, value ? 1 : 0);
  }

  /** Of whole numbers, packed. */
  integers(field: number, values: readonly number[]): this {
    if (values.length === 0) return this;
    const packed = new ProtoWriter();
    for (const value of values) packed.#varint(value);
    return this.bytes(field, packed.finish());
  }

  #varint(value: number): void {
    this.#reserve(10);
    this.#length = writeVarint(this.#bytes, this.#length, value);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + bytes));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/** A whole number within ±2^53; negative ones take ten bytes. @returns where it ends */
export function writeVarint(target: Uint8Array, start: number, value: number): number {
  let at = start;
  if (value < 0) {
    // Two's complement of 64 bits, by halves.
    let low = value >>> 0;
    let top = Math.floor(value / high) >>> 0;
    for (let count = 0; count < 9; count++) {
      target[at++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (top << 25)) >>> 0;
      top >>>= 7;
    }
    target[at++] = 1;
    return at;
  }
  let left = value;
  while (left >= 0x80) {
    target[at++] = (left % 0x80) | 0x80;
    left = Math.floor(left / 0x80);
  }
  target[at++] = left;
  return at;
}

export function varintLength(value: number): number {
  if (value < 0) return 10;
  let length = 1;
  for (let left = value; left >= 0x80; left = Math.floor(left / 0x80)) length++;
  return length;
}
