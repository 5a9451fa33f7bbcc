import type { DoubleList, FloatList, IntegerList } from "./number-list.ts";
import { BinaryReader, damaged, readBytes, WireType } from "./wire.ts";

/**
 * A run of a repeated field: its elements packed into one field, or one behind the other, each after the same tag. A
 * tree ensemble has lists of a million elements: they are read in a loop without a call, into room that is there.
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

export function tagOf({ field, wire }: Run): number {
  return (field << 3) | wire;
}

/**
 * A run of int64, packed or not.
 * @returns false when one does not fit a number, which is NaN in the list
 */
export function readIntegers(run: Run, what: string, list: IntegerList): boolean {
  const { reader, bytes, wire } = run;
  if (wire === WireType.Varint) return decodeIntegers(reader, bytes, tagOf(run), list);
  const content = readBytes(reader, wire, what);
  return content.length === 0 || decodeIntegers(new BinaryReader(content), content, undefined, list);
}

/** @param tag What stands before every element but the first; undefined for packed ones, which end with their bytes */
function decodeIntegers(reader: BinaryReader, bytes: Uint8Array, tag: number | undefined, list: IntegerList): boolean {
  let exact = true;
  const { small } = list;
  if (small !== undefined) {
    const ends = countEnds(bytes, reader.pos);
    const room = small.room(tag === undefined ? ends : (ends + 1) >> 1);
    let count = 0;
    let value = 0;
    do {
      count = decodeSmall(reader, bytes, tag, room, count);
      if (count > 0 && !isNext(reader, bytes, tag)) {
        small.take(count);
        return true;
      }
      value = nextInteger(reader, bytes);
      room[count++] = value;
    } while (room[count - 1] === value);
    small.take(count - 1);
    exact = !Number.isNaN(value);
    list.push(value);
    if (!isNext(reader, bytes, tag)) return exact;
  }
  do {
    const value = nextInteger(reader, bytes);
    exact = exact && !Number.isNaN(value);
    list.push(value);
  } while (isNext(reader, bytes, tag));
  return exact;
}

/** NaN for one that a number does not hold. */
function nextInteger(reader: BinaryReader, bytes: Uint8Array): number {
  let value = 0;
  let scale = 1;
  for (let position = reader.pos; position < bytes.length && scale < 2 ** 53; position++, scale *= 128) {
    const byte = bytes[position] as number;
    value += (byte & 0x7f) * scale;
    if (byte >= 0x80) continue;
    if (value > Number.MAX_SAFE_INTEGER) break;
    reader.pos = position + 1;
    return value;
  }
  const long = Number(reader.int64());
  return Number.isSafeInteger(long) ? long : Number.NaN;
}

/** Whether there is another element; steps over its tag. */
export function isNext(reader: BinaryReader, bytes: Uint8Array, tag: number | undefined): boolean {
  if (tag === undefined) return reader.pos < bytes.length;
  if (bytes[reader.pos] !== tag) return false;
  reader.pos++;
  return true;
}

/**
 * Elements of up to four bytes, as most integers in a model are, until the first that is longer or the end. Of one and two
 * bytes, and of three and four, it goes without a branch: it would be guessed wrong too often.
 * @param before How many elements were read before: the first has no tag before it
 * @returns how many they are then
 */
function decodeSmall(reader: BinaryReader, bytes: Uint8Array, tag: number | undefined, room: Int32Array, before: number): number {
  const end = bytes.length - 3;
  let position = reader.pos;
  let count = before;
  while (position < end) {
    let next = position;
    if (tag !== undefined && count > 0) {
      if (bytes[position] !== tag) break;
      next++;
    }
    const first = bytes[next] as number;
    const second = bytes[next + 1] as number;
    if ((first & second & 0x80) === 0) {
      const two = first >> 7;
      room[count++] = (first & 0x7f) | ((second << 7) & -two);
      position = next + 1 + two;
      continue;
    }
    if (next >= end) break;
    const third = bytes[next + 2] as number;
    const fourth = bytes[next + 3] as number;
    if ((third & fourth & 0x80) !== 0) break;
    const four = third >> 7;
    room[count++] = (first & 0x7f) | ((second & 0x7f) << 7) | ((third & 0x7f) << 14) | ((fourth << 21) & -four);
    position = next + 3 + four;
  }
  reader.pos = position;
  return count;
}

/** How many bytes from a position on end a varint, which are those below 128. */
function countEnds(bytes: Uint8Array, from: number): number {
  let count = 0;
  let position = from;
  const isAligned = (): boolean => ((bytes.byteOffset + position) & 3) === 0;
  for (; position < bytes.length && !isAligned(); position++) if ((bytes[position] as number) < 0x80) count++;
  if (isAligned()) {
    // Four at a time: the four high bits become bytes of 0 and 1, which the product adds up in its highest byte.
    const words = new Int32Array(bytes.buffer, bytes.byteOffset + position, (bytes.length - position) >> 2);
    let others = 0;
    for (let index = 0; index < words.length; index++)
      others += Math.imul(((words[index] as number) >>> 7) & 0x01010101, 0x01010101) >>> 24;
    count += 4 * words.length - others;
    position += 4 * words.length;
  }
  for (; position < bytes.length; position++) if ((bytes[position] as number) < 0x80) count++;
  return count;
}

/** A run of floats, packed or not. */
export function readFloats(run: Run, what: string, list: FloatList): void {
  const { reader, bytes, wire } = run;
  if (wire !== WireType.Bit32) {
    const content = readBytes(reader, wire, what);
    if (content.length % 4 !== 0) throw damaged(`${what} has ${content.length} bytes, which is no whole number of floats.`);
    copyBytes(content, list.room(content.length / 4));
    list.take(content.length / 4);
    return;
  }
  const tag = tagOf(run);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const room = list.room(Math.floor((bytes.length - reader.pos + 1) / 5));
  let position = reader.pos;
  let count = 0;
  do {
    if (position + 4 > bytes.length) throw damaged(`${what} ends within a number.`);
    room[count++] = view.getFloat32(position, true);
    position += 5;
  } while (position <= bytes.length && bytes[position - 1] === tag);
  reader.pos = position - 1;
  list.take(count);
}

/** Numbers need not be aligned in a file, and are little-endian as every WebAssembly host is. */
function copyBytes(content: Uint8Array, to: Float32Array | Float64Array): void {
  new Uint8Array(to.buffer, to.byteOffset, content.length).set(content);
}

/** One or many doubles, packed or not. */
export function readDoubles({ reader, wire }: Run, what: string, list: DoubleList): void {
  if (wire === WireType.Bit64) {
    list.push(reader.double());
    return;
  }
  const content = readBytes(reader, wire, what);
  if (content.length % 8 !== 0) throw damaged(`${what} has ${content.length} bytes, which is no whole number of doubles.`);
  copyBytes(content, list.room(content.length / 8));
  list.take(content.length / 8);
}
