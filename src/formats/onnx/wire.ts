import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { SetosaError } from "../../errors.ts";
import type { Appendable } from "./number-list.ts";

export { BinaryReader, WireType };

/**
 * Reads the fields of one protobuf message. `read` consumes a field and returns true, or returns
 * false to have it skipped, as protobuf asks for unknown ones. Its reader reads `bytes`.
 * @param what The message's name, for errors
 * @throws SetosaError MODEL_FILE_INVALID
 */
export function readMessage(bytes: Uint8Array, what: string, read: (field: number, wire: WireType, reader: BinaryReader) => boolean): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const start = reader.pos;
    try {
      const [field, wire] = reader.tag();
      if (!read(field, wire, reader)) reader.skip(wire, field);
    } catch (error) {
      // The library throws Error and RangeError; other kinds are defects of ours, which must not pass as damage.
      if (error instanceof SetosaError || error instanceof TypeError || error instanceof ReferenceError) throw error;
      throw damaged(
        `The ${what} is damaged at its byte ${start} of ${bytes.length}: ${error instanceof Error ? error.message : String(error)}.`,
        error,
      );
    }
  }
}

export function damaged(message: string, cause?: unknown): SetosaError {
  return new SetosaError("MODEL_FILE_INVALID", message, {
    hint: "Copy or export the model again; the file is cut short or has been changed.",
    cause,
  });
}

export function expectWire(wire: WireType, expected: WireType, what: string): void {
  if (wire !== expected) throw damaged(`${what} has the wire type ${wire} instead of ${expected}.`);
}

export function readBytes(reader: BinaryReader, wire: WireType, what: string): Uint8Array {
  expectWire(wire, WireType.LengthDelimited, what);
  return reader.bytes();
}

export function readText(reader: BinaryReader, wire: WireType, what: string): string {
  return decodeText(readBytes(reader, wire, what), what);
}

/** Names appear in messages, logs and terminals: they are short, and cannot move a cursor. */
const maxNameBytes = 65_536;
const controlCharacter = /\p{Cc}/u;

/** A text that names something in the model. */
export function readName(reader: BinaryReader, wire: WireType, what: string): string {
  const bytes = readBytes(reader, wire, what);
  if (bytes.length > maxNameBytes) throw damaged(`${what} has ${bytes.length} bytes, which is no name.`);
  const name = decodeText(bytes, what);
  if (controlCharacter.test(name)) throw damaged(`${what} has a control character in it: ${JSON.stringify(name.slice(0, 80))}.`);
  return name;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function decodeText(bytes: Uint8Array, what: string): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw damaged(`${what} is not valid UTF-8.`, cause);
  }
}

/**
 * An int64 as a number; `undefined` where a number cannot hold it exactly, so that nobody rounds it
 * by mistake.
 */
export function readInteger(reader: BinaryReader, wire: WireType, what: string): number | undefined {
  expectWire(wire, WireType.Varint, what);
  return nextInteger(reader);
}

/** Bytes of a varint that fit a positive int32. */
const smallBytes = 4;

/** Most integers in a model are small: up to four bytes are read without a BigInt on the way. */
function nextInteger(reader: BinaryReader, bytes?: Uint8Array): number | undefined {
  if (bytes !== undefined) {
    let value = 0;
    for (let length = 0; length < smallBytes; length++) {
      const byte = bytes[reader.pos + length] ?? 0x80;
      value |= (byte & 0x7f) << (7 * length);
      if (byte < 0x80) {
        reader.pos += length + 1;
        return value;
      }
    }
  }
  const value = Number(reader.int64());
  return Number.isSafeInteger(value) ? value : undefined;
}

/**
 * Steps over the tag of the next element of an unpacked repeated field, if that is what comes next, as
 * it does: a tree ensemble has lists of a million elements, each behind the same tag.
 * @param field Below 16, so that its tag is one byte
 */
function nextElement(reader: BinaryReader, bytes: Uint8Array, field: number, wire: WireType): boolean {
  if (bytes[reader.pos] !== ((field << 3) | wire)) return false;
  reader.pos++;
  return true;
}

/** A run of int64, packed or not, appended to `list`; false when one does not fit a number. */
export function readIntegers(
  reader: BinaryReader,
  bytes: Uint8Array,
  field: number,
  wire: WireType,
  what: string,
  list: Appendable,
): boolean {
  if (wire !== WireType.Varint) {
    const content = readBytes(reader, wire, what);
    const packed = new BinaryReader(content);
    let exact = true;
    while (packed.pos < packed.len) exact = appendInteger(packed, content, list) && exact;
    return exact;
  }
  let exact = appendInteger(reader, bytes, list);
  while (nextElement(reader, bytes, field, wire)) exact = appendInteger(reader, bytes, list) && exact;
  return exact;
}

function appendInteger(reader: BinaryReader, bytes: Uint8Array, list: Appendable): boolean {
  const value = nextInteger(reader, bytes);
  list.push(value ?? Number.NaN);
  return value !== undefined;
}

/** A run of floats, packed or not, appended to `list`. */
export function readFloats(reader: BinaryReader, bytes: Uint8Array, field: number, wire: WireType, what: string, list: Appendable): void {
  if (wire !== WireType.Bit32) {
    const content = readBytes(reader, wire, what);
    if (content.length % 4 !== 0) throw damaged(`${what} has ${content.length} bytes, which is no whole number of floats.`);
    const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
    for (let offset = 0; offset < content.length; offset += 4) list.push(view.getFloat32(offset, true));
    return;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  do {
    if (reader.pos + 4 > bytes.length) throw damaged(`${what} ends within a number.`);
    list.push(view.getFloat32(reader.pos, true));
    reader.pos += 4;
  } while (nextElement(reader, bytes, field, wire));
}

/** Strings that one list repeats: a tree ensemble names the few modes of its nodes once per node. */
const remembered = 8;

/** A run of strings, appended to `list`; one that was there shortly before is not decoded again. */
export function readStrings(reader: BinaryReader, bytes: Uint8Array, field: number, wire: WireType, what: string, list: string[]): void {
  const recent: { readonly start: number; readonly length: number; readonly text: string }[] = [];
  expectWire(wire, WireType.LengthDelimited, what);
  do {
    const length = reader.uint32();
    const start = reader.pos;
    if (length > bytes.length - start) throw damaged(`${what} ends within a text.`);
    reader.pos += length;
    let text = recent.find((other) => other.length === length && sameBytes(bytes, other.start, start, length))?.text;
    if (text === undefined) {
      text = decodeText(bytes.subarray(start, start + length), what);
      if (recent.length < remembered) recent.push({ start, length, text });
    }
    list.push(text);
  } while (nextElement(reader, bytes, field, wire));
}

function sameBytes(bytes: Uint8Array, a: number, b: number, length: number): boolean {
  for (let index = 0; index < length; index++) if (bytes[a + index] !== bytes[b + index]) return false;
  return true;
}

/** One or many doubles, packed or not, appended to `list`. */
export function readDoubles(reader: BinaryReader, wire: WireType, what: string, list: Appendable): void {
  if (wire === WireType.Bit64) {
    list.push(reader.double());
    return;
  }
  const bytes = readBytes(reader, wire, what);
  if (bytes.length % 8 !== 0) throw damaged(`${what} has ${bytes.length} bytes, which is no whole number of doubles.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = 0; offset < bytes.length; offset += 8) list.push(view.getFloat64(offset, true));
}
