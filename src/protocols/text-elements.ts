import { SetosaError } from "../errors.ts";
import type { RawTensor } from "./tensor-bytes.ts";

// BYTES of the Open Inference Protocol: before each element its length, in 4 bytes, little-endian.

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
const prefix = 4;

/** @throws SetosaError TENSOR_INVALID */
export function readText(bytes: Uint8Array, count: number, { name, path }: RawTensor): string[] {
  const fail = (message: string, hint: string, index?: number): SetosaError =>
    new SetosaError("TENSOR_INVALID", `${JSON.stringify(name.slice(0, 80))}: ${message}`, {
      path: index === undefined ? path : `${path}[${index}]`,
      hint,
    });
  const lengths = "Send for each element its length, in 4 bytes, little-endian, and so many bytes.";
  if (bytes.length < count * prefix) throw fail(`${bytes.length} bytes are too few for ${count} elements of BYTES.`, lengths);
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const texts = new Array<string>(count);
  let at = 0;
  for (let index = 0; index < count; index++) {
    const start = at + prefix;
    const end = start > bytes.length ? Number.POSITIVE_INFINITY : start + words.getUint32(at, true);
    if (end > bytes.length) throw fail("the bytes end within an element.", lengths, index);
    try {
      texts[index] = decoder.decode(bytes.subarray(start, end));
    } catch {
      throw fail("an element is not UTF-8.", "Send text as UTF-8.", index);
    }
    at = end;
  }
  if (at !== bytes.length) throw fail(`${bytes.length - at} bytes are left over behind ${count} elements of BYTES.`, lengths);
  return texts;
}

/** How many bytes texts are, with their lengths. */
export function textLength(texts: readonly string[]): number {
  let length = texts.length * prefix;
  for (const text of texts) length += utf8Length(text);
  return length;
}

/** @param target Has room for `textLength` bytes from `at` on */
export function writeText(texts: readonly string[], target: Uint8Array, at: number): void {
  const words = new DataView(target.buffer, target.byteOffset, target.length);
  let next = at;
  for (const text of texts) {
    const { written } = encoder.encodeInto(text, target.subarray(next + prefix));
    words.setUint32(next, written, true);
    next += prefix + written;
  }
}

/** As an encoder writes it: half of a surrogate pair alone is U+FFFD, which is 3 bytes like itself. */
function utf8Length(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x80) continue;
    // Of a pair each half counts for two of its four bytes.
    const pair = code >= 0xd8_00 && code < 0xdc_00 && (text.charCodeAt(index + 1) & 0xfc_00) === 0xdc_00;
    length += code < 0x8_00 ? 1 : 2;
    if (pair) index++;
  }
  return length;
}
