import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { SetosaError } from "../../errors.ts";

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

/** Most integers in a model are small: up to two bytes are read without a BigInt on the way. */
function nextInteger(reader: BinaryReader, bytes?: Uint8Array): number | undefined {
  const low = bytes?.[reader.pos] ?? 0x80;
  if (low < 0x80) {
    reader.pos++;
    return low;
  }
  const high = bytes?.[reader.pos + 1] ?? 0x80;
  if (high < 0x80) {
    reader.pos += 2;
    return (low & 0x7f) | (high << 7);
  }
  const value = Number(reader.int64());
  return Number.isSafeInteger(value) ? value : undefined;
}

/**
 * Runs `read` for this element of an unpacked repeated field and for those that follow it at once, as
 * they do: a tree ensemble has lists of a million elements, each behind the same tag.
 * @param field Below 16, so that the tag is one byte
 */
export function readRun(reader: BinaryReader, bytes: Uint8Array, field: number, wire: WireType, read: () => void): void {
  const tag = (field << 3) | wire;
  read();
  while (bytes[reader.pos] === tag) {
    reader.pos++;
    read();
  }
}

/** One or many int64, packed or not, appended to `list`; false when one does not fit a number. */
export function readIntegers(reader: BinaryReader, bytes: Uint8Array, wire: WireType, what: string, list: number[]): boolean {
  let exact = true;
  const push = (value: number | undefined): void => {
    if (value === undefined) exact = false;
    list.push(value ?? Number.NaN);
  };
  if (wire === WireType.Varint) push(nextInteger(reader, bytes));
  else {
    const content = readBytes(reader, wire, what);
    const packed = new BinaryReader(content);
    while (packed.pos < packed.len) push(nextInteger(packed, content));
  }
  return exact;
}

/** One or many floats, packed or not, appended to `list`. */
export function readFloats(reader: BinaryReader, wire: WireType, what: string, list: number[]): void {
  if (wire === WireType.Bit32) {
    list.push(reader.float());
    return;
  }
  const bytes = readBytes(reader, wire, what);
  if (bytes.length % 4 !== 0) throw damaged(`${what} has ${bytes.length} bytes, which is no whole number of floats.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = 0; offset < bytes.length; offset += 4) list.push(view.getFloat32(offset, true));
}

/** One or many doubles, packed or not, appended to `list`. */
export function readDoubles(reader: BinaryReader, wire: WireType, what: string, list: number[]): void {
  if (wire === WireType.Bit64) {
    list.push(reader.double());
    return;
  }
  const bytes = readBytes(reader, wire, what);
  if (bytes.length % 8 !== 0) throw damaged(`${what} has ${bytes.length} bytes, which is no whole number of doubles.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = 0; offset < bytes.length; offset += 8) list.push(view.getFloat64(offset, true));
}
