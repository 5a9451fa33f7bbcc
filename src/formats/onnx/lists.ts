import type { DoubleList, FloatList } from "./number-list.ts";
import type { StringList } from "./string-list.ts";
import { BinaryReader, damaged, decodeText, expectWire, readBytes, WireType } from "./wire.ts";

/**
 * Runs of a repeated field: its elements packed into one field, or one behind the other, each after the same tag. A
 * tree ensemble has lists of a million elements: each is counted first, and then read in a loop without a call.
 * The tag is one byte, as the fields' numbers are below 16.
 */
export interface Run {
  readonly reader: BinaryReader;
  /** What the reader reads. */
  readonly bytes: Uint8Array;
  readonly field: number;
  /** Of the first element, whose tag has been read. */
  readonly wire: WireType;
}

function tagOf({ field, wire }: Run): number {
  return (field << 3) | wire;
}

/**
 * A run of int64, packed or not.
 * @returns false when one does not fit a number, which is NaN in the list
 */
export function readIntegers(run: Run, what: string, list: DoubleList): boolean {
  const { reader, bytes, wire } = run;
  if (wire === WireType.Varint) return decodeIntegers(reader, bytes, list.append(countIntegers(bytes, reader.pos, tagOf(run))), 1);
  const content = readBytes(reader, wire, what);
  const packed = new BinaryReader(content);
  let count = 0;
  for (let position = 0; position < content.length; position++) if ((content[position] as number) < 0x80) count++;
  const exact = decodeIntegers(packed, content, list.append(count), 0);
  if (packed.pos < packed.len) throw damaged(`${what} ends within a number.`);
  return exact;
}

function countIntegers(bytes: Uint8Array, from: number, tag: number): number {
  const end = bytes.length;
  let count = 0;
  let position = from;
  do {
    while (position < end && (bytes[position] as number) >= 0x80) position++;
    position++;
    count++;
  } while (position < end && bytes[position++] === tag);
  return count;
}

/** Most integers in a model are small: up to four bytes are read without a BigInt on the way. */
function decodeIntegers(reader: BinaryReader, bytes: Uint8Array, data: Float64Array, tagBytes: number): boolean {
  const end = bytes.length - 3;
  let exact = true;
  let position = reader.pos - tagBytes;
  for (let index = 0; index < data.length; index++) {
    position += tagBytes;
    if (position < end) {
      const first = bytes[position] as number;
      if (first < 0x80) {
        data[index] = first;
        position++;
        continue;
      }
      const second = bytes[position + 1] as number;
      if (second < 0x80) {
        data[index] = (first & 0x7f) | (second << 7);
        position += 2;
        continue;
      }
      const third = bytes[position + 2] as number;
      if (third < 0x80) {
        data[index] = (first & 0x7f) | ((second & 0x7f) << 7) | (third << 14);
        position += 3;
        continue;
      }
      const fourth = bytes[position + 3] as number;
      if (fourth < 0x80) {
        data[index] = (first & 0x7f) | ((second & 0x7f) << 7) | ((third & 0x7f) << 14) | (fourth << 21);
        position += 4;
        continue;
      }
    }
    reader.pos = position;
    const value = Number(reader.int64());
    const fits = Number.isSafeInteger(value);
    exact = exact && fits;
    data[index] = fits ? value : Number.NaN;
    position = reader.pos;
  }
  reader.pos = position;
  return exact;
}

/** A run of floats, packed or not. */
export function readFloats(run: Run, what: string, list: FloatList): void {
  const { reader, bytes, wire } = run;
  if (wire !== WireType.Bit32) {
    const content = readBytes(reader, wire, what);
    if (content.length % 4 !== 0) throw damaged(`${what} has ${content.length} bytes, which is no whole number of floats.`);
    const data = list.append(content.length / 4);
    // Through bytes: they need not be aligned, and are little-endian as every WebAssembly host is.
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength).set(content);
    return;
  }
  const tag = tagOf(run);
  let count = 1;
  for (let next = reader.pos + 4; next < bytes.length && bytes[next] === tag; next += 5) count++;
  const end = reader.pos + 5 * count - 1;
  if (end > bytes.length) throw damaged(`${what} ends within a number.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = list.append(count);
  for (let index = 0, position = reader.pos; index < count; index++, position += 5) data[index] = view.getFloat32(position, true);
  reader.pos = end;
}

/** One or many doubles, packed or not. */
export function readDoubles({ reader, wire }: Run, what: string, list: DoubleList): void {
  if (wire === WireType.Bit64) {
    const value = reader.double();
    list.append(1)[0] = value;
    return;
  }
  const content = readBytes(reader, wire, what);
  if (content.length % 8 !== 0) throw damaged(`${what} has ${content.length} bytes, which is no whole number of doubles.`);
  const data = list.append(content.length / 8);
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength).set(content);
}

/** A run this long may be one that repeats a few texts. */
const longRun = 64;
const fewTexts = 8;

/** A run of strings. */
export function readStrings(run: Run, what: string, list: StringList): void {
  const { reader, bytes, wire } = run;
  expectWire(wire, WireType.LengthDelimited, what);
  const tag = tagOf(run);
  const from = reader.pos;
  let count = 0;
  do {
    const length = reader.uint32();
    if (length > bytes.length - reader.pos) throw damaged(`${what} ends within a text.`);
    reader.pos += length;
    count++;
  } while (bytes[reader.pos] === tag && reader.pos++ < bytes.length);
  const end = reader.pos;
  reader.pos = from;
  if (!(count >= longRun && readRepeated(reader, bytes, count, what, list))) {
    reader.pos = from;
    for (let index = 0; index < count; index++) {
      const length = reader.uint32();
      list.append(decodeText(bytes.subarray(reader.pos, reader.pos + length), what));
      reader.pos += length + 1;
    }
  }
  reader.pos = end;
}

/** @returns false for a run of more than a few texts, of which nothing is appended. */
function readRepeated(reader: BinaryReader, bytes: Uint8Array, count: number, what: string, list: StringList): boolean {
  const texts: string[] = [];
  const starts: number[] = [];
  const lengths: number[] = [];
  const codes = new Uint8Array(count);
  let position = reader.pos;
  for (let index = 0; index < count; index++) {
    let length = bytes[position] as number;
    if (length < 0x80) position++;
    else {
      reader.pos = position;
      length = reader.uint32();
      position = reader.pos;
    }
    let code = 0;
    while (code < texts.length && !(lengths[code] === length && sameBytes(bytes, starts[code] as number, position, length))) code++;
    if (code === texts.length) {
      if (code === fewTexts) return false;
      texts.push(decodeText(bytes.subarray(position, position + length), what));
      starts.push(position);
      lengths.push(length);
    }
    codes[index] = code;
    position += length + 1;
  }
  list.appendRepeated({ texts, codes });
  return true;
}

function sameBytes(bytes: Uint8Array, a: number, b: number, length: number): boolean {
  for (let index = 0; index < length; index++) if (bytes[a + index] !== bytes[b + index]) return false;
  return true;
}
