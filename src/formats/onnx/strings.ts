import { isNext, type Run, tagOf } from "./lists.ts";
import type { StringList } from "./string-list.ts";
import { type BinaryReader, damaged, decodeText, expectWire, WireType } from "./wire.ts";

/** A run this long may be one that repeats a few texts. */
const longRun = 64;
const fewTexts = 8;

/** A run of strings. */
export function readStrings(run: Run, what: string, list: StringList): void {
  const { reader, bytes, wire } = run;
  expectWire(wire, WireType.LengthDelimited, what);
  const tag = tagOf(run);
  if (bytes.length - reader.pos >= longRun && readRepeated(reader, bytes, tag, what, list)) return;
  do list.append(decodeText(nextText(reader, bytes, what), what));
  while (isNext(reader, bytes, tag));
}

function nextText(reader: BinaryReader, bytes: Uint8Array, what: string): Uint8Array {
  const length = reader.uint32();
  if (length > bytes.length - reader.pos) throw damaged(`${what} ends within a text.`);
  reader.pos += length;
  return bytes.subarray(reader.pos - length, reader.pos);
}

/** @returns false for a run that is short or of more than a few texts, of which nothing is read. */
function readRepeated(reader: BinaryReader, bytes: Uint8Array, tag: number, what: string, list: StringList): boolean {
  const from = reader.pos;
  const known = new KnownTexts(bytes);
  let codes = new Uint8Array(longRun);
  let count = 0;
  let code = 0;
  do {
    const length = shortOr(reader, bytes);
    const start = reader.pos;
    if (length > bytes.length - start) throw damaged(`${what} ends within a text.`);
    reader.pos = start + length;
    code = known.code(start, length, what);
    if (count === codes.length) {
      const larger = new Uint8Array(count * 4);
      larger.set(codes);
      codes = larger;
    }
    codes[count++] = code;
  } while (code < fewTexts && isNext(reader, bytes, tag));
  if (code < fewTexts && count >= longRun) {
    list.appendRepeated({ texts: known.texts, codes: codes.slice(0, count) });
    return true;
  }
  reader.pos = from;
  return false;
}

/** A varint that most times is one byte. */
function shortOr(reader: BinaryReader, bytes: Uint8Array): number {
  const first = bytes[reader.pos] ?? 0x80;
  if (first >= 0x80) return reader.uint32();
  reader.pos++;
  return first;
}

/** A few texts by the places in `bytes` where each was first. */
class KnownTexts {
  readonly texts: string[] = [];
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #starts: number[] = [];
  readonly #lengths: number[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The position of a text among the known ones; `fewTexts` when there are that many others. */
  code(start: number, length: number, what: string): number {
    let code = 0;
    for (; code < this.texts.length; code++)
      if (this.#lengths[code] === length && sameBytes(this.#view, this.#starts[code] as number, start, length)) return code;
    if (code < fewTexts) {
      this.texts.push(decodeText(this.#bytes.subarray(start, start + length), what));
      this.#starts.push(start);
      this.#lengths.push(length);
    }
    return code;
  }
}

function sameBytes(view: DataView, a: number, b: number, length: number): boolean {
  let index = 0;
  for (; index + 4 <= length; index += 4) if (view.getInt32(a + index) !== view.getInt32(b + index)) return false;
  for (; index < length; index++) if (view.getUint8(a + index) !== view.getUint8(b + index)) return false;
  return true;
}
