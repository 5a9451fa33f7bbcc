import { describe, expect, it } from "vitest";
import { Assembly, cutIntoPieces, type Piece } from "./pieces.ts";

/** As it arrives in another thread. */
function sent(value: unknown): { readonly pieces: Piece[]; readonly received: unknown } {
  const pieces = cutIntoPieces(value);
  const assembly = new Assembly();
  let received: unknown;
  for (const piece of structuredClone(pieces))
    if (piece.kind === "rest") received = assembly.finish(piece);
    else assembly.add(piece);
  return { pieces, received };
}

/** Objects, numbers and strings in it; long strings count for more. */
function size(value: unknown): number {
  if (typeof value === "string") return 1 + value.length / 64;
  if (value instanceof Map) return size([...value]);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return 1;
  return Object.values(value).reduce<number>((sum, part) => sum + size(part), 1);
}

const words = Array.from({ length: 10_000 }, (_, index) => `word ${index}`);
const values = {
  "a little": { name: "iris", version: "1", list: [1, "two", null, { three: 3 }], none: undefined },
  "a long list": { words },
  "long lists in long lists": { features: Array.from({ length: 3000 }, (_, index) => ({ index, categories: words.slice(0, index % 40) })) },
  "a list that is longer than anything beside it": [words, [words.slice(0, 5000), words]],
  "long texts": { texts: Array.from({ length: 100 }, (_, index) => String(index).repeat(10_000)) },
  maps: new Map<string, unknown>([
    ["short", new Map([["a", 1]])],
    ["long", new Map(words.map((word, index) => [word, { index }]))],
  ]),
  "binary data": { data: Float64Array.from(words, (_, index) => index), bytes: new Uint8Array(100_000) },
  "names of Object.prototype": JSON.parse('{"__proto__": [1, 2], "constructor": {"toString": 3}}') as unknown,
  nothing: null,
};

describe("pieces", () => {
  it.each(Object.entries(values))("put %s together again", (_, value) => {
    expect(sent(value).received).toEqual(value);
  });

  it.each(Object.entries(values))("of %s are all small", (_, value) => {
    const { pieces } = sent(value);
    for (const piece of pieces) expect(size(piece)).toBeLessThan(2500);
  });

  it("are one where the value is small", () => {
    expect(sent(values["a little"]).pieces).toHaveLength(1);
    expect(sent(values["a long list"]).pieces.length).toBeGreaterThan(5);
  });
});
