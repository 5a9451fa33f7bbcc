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
  const value = Number(reader.int64());
  return Number.isSafeInteger(value) ? value : undefined;
}
