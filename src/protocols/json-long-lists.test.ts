import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Turns } from "../models/turns.ts";
import { parseJsonBody } from "./json-body.ts";
import { parseLongLists } from "./json-long-lists.ts";
import { parseJsonRows } from "./json-rows.ts";

let now = 0;
const turns: Turns = { now: () => now++, next: async () => {}, enter: () => {}, leave: () => {} };
const bytes = (text: string) => new TextEncoder().encode(text);
const piece = (text: string): unknown[] | undefined => {
  try {
    return JSON.parse(`[${text}]`) as unknown[];
  } catch {
    return undefined;
  }
};

const long = " ".repeat(70_000);
const list = fc.array(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string(), fc.constant([1, 2]), fc.constant(null)), {
  minLength: 1,
  maxLength: 4,
});
const key = fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom("data", "__proto__", "2", "10"));
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    list,
    fc.dictionary(key, tie("value"), { maxKeys: 3 }),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.string(),
  ),
})).value;

/** Every list is long enough to be cut behind each of its elements. */
const stretched = (text: string) => text.replaceAll(",", `${long},`);

describe("parseLongLists", () => {
  it("gives what the text is parsed to at once", async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(key, value, { minKeys: 1, maxKeys: 3 }), async (body) => {
        const text = stretched(JSON.stringify(body));
        const parsed = await parseLongLists(text, 32, turns, piece);
        if (parsed !== undefined) expect(parsed).toEqual(JSON.parse(text));
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    '{"inputs": [{"name": "X", "shape": [2, 2], "data": [1,2,3]}, {"data" : [[1,2],[3,4]], "name": "Y"}]}',
    '{"inputs": {"a": [1,2], "b": ["x","y, ]"]}, "signature_name": "s"}',
    '{"10": [1,2], "2": [3,4]}',
  ])("cuts the lists of %s", async (text) => {
    const body = stretched(text);
    expect(await parseLongLists(body, 32, turns, piece)).toEqual(JSON.parse(body));
  });

  it.each([
    ["a key twice", '{"a": [1,2], "a": [3,4]}'],
    ["the words that stand for a list", '{"a": [1,2], "b": "@setosa/list/0"}'],
    ["the same with an escape", '{"a": [1,2], "b": "\\u0040setosa/list/0"}'],
    ["nothing to cut", '{"a": 1, "b": 2}'],
    ["a brace for a bracket", '{"a": [1,2}, "b": [1,2]}'],
    ["no end", '{"a": [1,2]'],
    ["too deep a nesting", `{"a": ${"[".repeat(40)}1,2${"]".repeat(40)}}`],
  ])("leaves %s to others", async (_, text) => {
    expect(await parseLongLists(stretched(text), 32, turns, piece)).toBeUndefined();
  });

  it("is what large bodies are parsed by", async () => {
    const body = bytes(stretched('{"inputs": [{"name": "X", "data": [1,NaN,3]}]}'));
    const withNull = (text: string) => text.replaceAll("NaN", "null");
    expect(await parseJsonRows(body, 32, turns, withNull)).toEqual({ inputs: [{ name: "X", data: [1, null, 3] }] });
    const valid = bytes(stretched('{"inputs": [{"name": "X", "data": [1,2,3]}]}'));
    expect(await parseJsonRows(valid, 32, turns)).toEqual(parseJsonBody(valid, 32));
  });
});
