import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Turns } from "../models/turns.ts";
import { parseJsonBody } from "./json-body.ts";
import { parseJsonRows } from "./json-rows.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** A clock on which every look takes a millisecond. */
function turns() {
  let now = 0;
  const taken = { count: 0 };
  const own: Turns = { now: () => now++, next: async () => void taken.count++, enter: () => {}, leave: () => {} };
  return { own, taken };
}

async function outcome(parse: () => unknown): Promise<unknown> {
  try {
    return { value: await parse() };
  } catch (error) {
    return { error };
  }
}

const long = " ".repeat(70_000);
const row = fc.oneof(
  fc.array(fc.oneof(fc.double(), fc.string(), fc.constant(null)), { maxLength: 4 }),
  fc.dictionary(fc.string({ maxLength: 4 }), fc.oneof(fc.integer(), fc.string(), fc.constant([[]]))),
  fc.integer(),
);

describe("parseJsonRows", () => {
  it("parses lists of every kind of element as they are parsed at once, in pieces", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), fc.boolean(), fc.boolean(), async (rows, wrapped, spaced) => {
        const elements = rows.map((element) => JSON.stringify(element)).join(spaced ? `,${long}` : ",");
        const body = bytes(wrapped ? ` {"instances" : [${elements}]\n}` : `[${elements}] `);
        expect(await parseJsonRows(body, 32, turns().own)).toEqual(parseJsonBody(body, 32));
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    '{"inputs": [ROWS]}',
    ' { "dataframe_records" : [ROWS] } ',
    '{"dataframe_split": {"data": [ROWS]}}',
    '{"dataframe_split": {"columns": ["a", "b, \\"c\\""], "data": [ROWS]}}\n',
    '{"dataframe_split": {"index": [0, 1], "columns": ["a"], "data": [ROWS]}}',
    '{"dataframe_split": {"columns": ["a [cm]"], "data": [ROWS]}}',
    '{"dataframe_split": {"columns": ["a"], "data": [ROWS], "index": [0]}, "params": {"a": 1}}',
    '{"instances": [ROWS], "params": {}}',
    '{"dataframe_split": {"columns": ["a], "data": [ROWS]}}',
    '{"dataframe_split": {"columns": [a], "data": [ROWS]}}',
    '{"dataframe_split": {"columns": ["a"], "data": [ROWS]}',
    '{"dataframe_split": {"columns": ["a"], "data": [ROWS]}}}',
    '{"inputs": [ROWS]]}',
  ])("parses %s as it is parsed at once", async (text) => {
    const body = bytes(text.replace("ROWS", `[1, "]"],${long}{"a": [2]},${long}3`));
    for (const depth of [3, 4, 32])
      expect(await outcome(() => parseJsonRows(body, depth, turns().own))).toEqual(await outcome(() => parseJsonBody(body, depth)));
  });

  it("takes turns with data frames, too", async () => {
    const rows = JSON.stringify(Array.from({ length: 20_000 }, (_, index) => [index, index / 3]));
    for (const text of [`{"inputs": ${rows}}`, `{"dataframe_split": {"index": [0], "columns": ["a", "b"], "data": ${rows}}}`]) {
      const { own, taken } = turns();
      expect(await parseJsonRows(bytes(text), 32, own)).toEqual(JSON.parse(text));
      expect(taken.count).toBeGreaterThan(10);
    }
  });

  it("says of a fault what is said at once, wherever it is", async () => {
    const good = JSON.stringify(Array.from({ length: 8 }, (_, index) => [index, `text ${index} ]}`, { 'a"': [index] }]));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(good.length),
        fc.constantFrom(",", "]", "[", '"', "}", "{", "\\", " ", "x", "", "1"),
        fc.boolean(),
        async (at, put, cut) => {
          const text = (good.slice(0, at) + put + good.slice(cut ? at + 1 : at)).replace("],[", `],${long}[`).replace("],[", `],${long}[`);
          expect(await outcome(() => parseJsonRows(bytes(text), 8, turns().own))).toEqual(
            await outcome(() => parseJsonBody(bytes(text), 8)),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    ["a piece of nothing", `[1,${long},2]`],
    ["a comma at the end", `[1${long},${long}]`],
    ["a comma at the beginning", `[,${long}1]`],
    ["a space that JSON does not have", `[1${long}]\u00a0`],
    ["a list that ends as an object", `[1${long}}`],
    ["something behind it", `[1]${long}]`],
    ["something behind instances", `{"instances":[1]${long},"more":1}`],
    ["a list that does not end", `[1,${long}2`],
    ["a text that does not end", `["${long}`],
    ["too many levels", `[${"[".repeat(40)}${"]".repeat(40)}]`],
    ["an object alone", `{"a":1${long}}`],
    ["an empty list", `[${long}]`],
    ["no body", ""],
    ["a number", "5"],
  ])("treats %s as it is treated at once", async (_, text) => {
    expect(await outcome(() => parseJsonRows(bytes(text), 32, turns().own))).toEqual(await outcome(() => parseJsonBody(bytes(text), 32)));
  });

  it("lets others have their turn", async () => {
    const { own, taken } = turns();
    const rows = Array.from({ length: 20_000 }, (_, index) => [index, index / 3, "größe"]);
    expect(await parseJsonRows(bytes(JSON.stringify(rows)), 32, own)).toEqual(rows);
    expect(taken.count).toBeGreaterThan(10);
  });
});
