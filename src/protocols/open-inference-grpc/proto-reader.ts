import { SetosaError } from "../../errors.ts";

/** How a field lies in its message (protobuf, "Encoding"). */
export const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const high = 2 ** 32;
/** Texts that are read without a decoder, which costs more than so many characters. */
const shortText = 48;

/** Reads one protobuf message without copying from it. Everything that is wrong with its bytes is the client's mistake. */
export class ProtoReader {
  readonly bytes: Uint8Array;
  readonly #end: number;
  #at: number;
  #field = 0;
  #wire = 0;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** Bytes that are not read yet. */
  get left(): number {
    return this.#end - this.#at;
  }

  /**
   * Goes to the next field: its value has to be read, or skipped.
   * @returns its number, or 0 at the end
   * @throws SetosaError MESSAGE_INVALID, as everything here
   */
  next(): number {
    if (this.#at >= this.#end) return 0;
    const tag = this.unsigned();
    this.#field = Math.floor(tag / 8);
    this.#wire = tag % 8;
    if (this.#field === 0 || this.#field >= 2 ** 29) throw damaged("a field has no number");
    return this.#field;
  }

  get wire(): number {
    return this.#wire;
  }

  /** A varint up to 2^53. */
  unsigned(): number {
    const { bytes } = this;
    const first = this.#byte(bytes);
    if (first < 0x80) return first;
    let value = first & 0x7f;
    let scale = 0x80;
    for (let count = 1; count < 10; count++) {
      const byte = this.#byte(bytes);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (!Number.isSafeInteger(value)) throw damaged("a number is beyond 2^53");
        return value;
      }
      scale *= 0x80;
    }
    throw damaged("a number has no end");
  }

  /** A varint of int32 or int64: negative ones are ten bytes. */
  signed(): number {
    const { bytes } = this;
    let low = 0;
    let top = 0;
    for (let count = 0; count < 10; count++) {
      const byte = this.#byte(bytes);
      const bits = byte & 0x7f;
      if (count < 4) low += bits * 2 ** (7 * count);
      else if (count === 4) {
        low += (bits & 15) * 2 ** 28;
        top = bits >> 4;
      } else top += bits * 2 ** (7 * count - 32);
      if (byte < 0x80) {
        const value = (top | 0) * high + low;
        if (!Number.isSafeInteger(value)) throw damaged("a number is beyond 2^53");
        return value;
      }
    }
    throw damaged("a number has no end");
  }

  bool(): boolean {
    this.expect(wire.varint);
    return this.signed() !== 0;
  }

  /** The place of a field that has a length: the bytes themselves. */
  slice(): Uint8Array {
    const start = this.#length();
    return this.bytes.subarray(start, this.#at);
  }

  /** A message within this one. */
  message(): ProtoReader {
    const start = this.#length();
    return new ProtoReader(this.bytes, start, this.#at);
  }

  text(): string {
    const start = this.#length();
    const { bytes } = this;
    if (this.#at - start <= shortText) {
      let text = "";
      let at = start;
      for (; at < this.#at; at++) {
        const byte = bytes[at] as number;
        if (byte >= 0x80) break;
        text += String.fromCharCode(byte);
      }
      if (at === this.#at) return text;
    }
    try {
      return decoder.decode(bytes.subarray(start, this.#at));
    } catch {
      throw damaged("a text is not UTF-8");
    }
  }

  expect(expected: number): void {
    if (this.#wire !== expected) throw damaged(`field ${this.#field} has the wire type ${this.#wire} instead of ${expected}`);
  }

  skip(): void {
    switch (this.#wire) {
      case wire.varint:
        for (let count = 0; count < 10; count++) if (this.#byte(this.bytes) < 0x80) return;
        throw damaged("a number has no end");
      case wire.fixed64:
        this.#go(8);
        return;
      case wire.bytes:
        this.#length();
        return;
      case wire.fixed32:
        this.#go(4);
        return;
      default:
        // Groups are of before proto3.
        throw damaged(`field ${this.#field} has the wire type ${this.#wire}`);
    }
  }

  /** Goes over so many bytes. @returns where they begin */
  go(bytes: number): number {
    return this.#go(bytes);
  }

  #length(): number {
    this.expect(wire.bytes);
    return this.#go(this.unsigned());
  }

  #go(bytes: number): number {
    const start = this.#at;
    if (bytes > this.#end - start) throw damaged("it is cut");
    this.#at = start + bytes;
    return start;
  }

  #byte(bytes: Uint8Array): number {
    if (this.#at >= this.#end) throw damaged("it is cut");
    return bytes[this.#at++] as number;
  }
}

export function damaged(why: string): SetosaError {
  return new SetosaError("MESSAGE_INVALID", `The message is not what its method takes: ${why}.`, {
    hint: "Use a client made from proto/open_inference.proto, or from KServe's or Triton's.",
  });
}
