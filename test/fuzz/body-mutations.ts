/** Numbers in [0, 1) from a seed: mulberry32, small and the same everywhere. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Pieces of text that have broken decoders before. */
const pieces = [
  ..."{}[]:,\"\\'",
  "null",
  "true",
  "NaN",
  "-Infinity",
  "1e400",
  "-1e400",
  "1e-400",
  "1e300",
  "-0",
  "9007199254740993",
  "0x10",
  "01",
  ".5",
  '"__proto__":{"x":1},',
  '"constructor":1,',
  '"hasOwnProperty":1,',
  '"toString":null,',
  '"instances":',
  '"inputs":',
  "\\ud800",
  "\\udfff\\ud800",
  "\\u0000",
  "\u0000",
  "\ufeff",
  "\u2028",
  "[".repeat(40),
  '{"a":'.repeat(40),
  '"\\u005f_proto__":1,',
  "5.1",
  "[]",
  "{}",
  '""',
];

/** Values that a feature may be given instead of its own. */
const values = [
  "null",
  "true",
  '"NaN"',
  '"5.1"',
  "1e400",
  "1e39",
  "-0",
  "[]",
  "{}",
  '"\\ud800"',
  '""',
  "9007199254740993",
  "0.5",
  "1e-320",
  '"own"',
];

/** A body that was good, changed a few times in bytes, text or structure. */
export function mutate(body: string, random: () => number): Uint8Array {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  let text = body;
  for (let changes = Math.floor(random() * 4); changes > 0; changes--) {
    const at = Math.floor(random() * (text.length + 1));
    const end = Math.min(text.length, at + Math.floor(random() * 8));
    const kind = random();
    if (kind < 0.3) text = text.slice(0, at) + pick(pieces) + text.slice(at);
    else if (kind < 0.5) text = text.slice(0, at) + text.slice(end);
    else if (kind < 0.6) text = text.slice(0, at) + text.slice(at, end).repeat(3) + text.slice(end);
    else if (kind < 0.9) text = text.replaceAll(/-?\d+(\.\d+)?|"[^"]*"(?=[,}\]])/g, (found) => (random() < 0.2 ? pick(values) : found));
    else text = text.slice(0, at);
  }
  const bytes = new TextEncoder().encode(text);
  if (random() < 0.2)
    for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--)
      bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  return bytes;
}
