/**
 * Whether the text has more than `limit` opening brackets, in strings or not: with fewer it cannot nest deeper. Searching
 * for the few that a request has costs a fraction of going through every byte.
 */
export function opensMoreThan(text: string, limit: number): boolean {
  let count = 0;
  for (const bracket of ["{", "["])
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) if (++count > limit) return true;
  return false;
}

const quote = 0x22;
const backslash = 0x5c;

/**
 * The offset of the bracket that opens one level more than `limit`, or -1.
 *
 * Runs before `JSON.parse`, so that hostile nesting costs one pass over bytes and no objects. Text that is not JSON is left to
 * the parser: this only counts brackets outside of strings.
 */
export function tooDeepAt(bytes: Uint8Array, limit: number): number {
  const { length } = bytes;
  let depth = 0;
  for (let at = 0; at < length; at++) {
    // 0x5b "[" and 0x7b "{" differ in one bit, and so do 0x5d "]" and 0x7d "}".
    const byte = bytes[at] as number;
    const bracket = byte & 0xdf;
    if (bracket === 0x5b) {
      if (++depth > limit) return at;
    } else if (bracket === 0x5d) depth--;
    else if (byte === quote) {
      for (at++; at < length && bytes[at] !== quote; at++) if (bytes[at] === backslash) at++;
    }
  }
  return -1;
}
