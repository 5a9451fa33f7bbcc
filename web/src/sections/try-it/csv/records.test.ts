import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CsvCutter, fieldText } from "./records.ts";

function cut(pieces: readonly string[]) {
  const cutter = new CsvCutter();
  const records = [];
  for (const piece of pieces) {
    cutter.add(piece);
    records.push(...cutter.take());
  }
  cutter.end();
  return [...records, ...cutter.take()];
}

describe("CsvCutter", () => {
  it.each([
    [
      "plain lines",
      "a,b\n1,2\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
      [1, 2],
    ],
    ["any line end, and none at the end", "a\r\n1\r2\n3", [["a"], ["1"], ["2"], ["3"]], [1, 2, 3, 4]],
    ["empty lines", "a\n\n\n1\n", [["a"], ["1"]], [1, 4]],
    [
      "empty fields",
      "a,b\n,\n",
      [
        ["a", "b"],
        ["", ""],
      ],
      [1, 2],
    ],
    [
      "quotes with commas, line ends and quotes",
      'a,b\n"1,\n""x""",2\n3,4',
      [
        ["a", "b"],
        ['"1,\n""x"""', "2"],
        ["3", "4"],
      ],
      [1, 2, 4],
    ],
    ["an empty quoted field", 'a\n""\n1', [["a"], ['""'], ["1"]], [1, 2, 3]],
    ["a quote inside a field, which is the server's to refuse", 'a\n1"2\n3\n', [["a"], ['1"2'], ["3"]], [1, 2, 3]],
    ["a quote that nothing closes", 'a\n"1\n2', [["a"], ['"1\n2']], [1, 2]],
    ["a byte order mark", "\uFEFFa\n1", [["a"], ["1"]], [1, 2]],
    ["nothing", "", [], []],
  ])("cuts %s", (_, text, fields, lines) => {
    const records = cut([text]);
    expect(records.map((record) => record.fields)).toEqual(fields);
    expect(records.map((record) => record.line)).toEqual(lines);
  });

  it("cuts the same however the text comes", () => {
    const character = fc.constantFrom("a", '"', ",", "\n", "\r", "1");
    fc.assert(
      fc.property(fc.array(character, { maxLength: 40 }), fc.array(fc.nat(40), { maxLength: 5 }), (characters, cuts) => {
        const text = characters.join("");
        const places = [0, ...cuts.map((place) => Math.min(place, text.length)).sort((a, b) => a - b), text.length];
        const pieces = places.slice(1).map((place, index) => text.slice(places[index], place));
        expect(cut(pieces)).toEqual(cut([text]));
      }),
    );
  });

  it("reads every field that is written as RFC 4180 says", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 3 }), { minLength: 1 }), (rows) => {
        const text = rows.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(",")).join("\n");
        expect(cut([text]).map(({ fields }) => fields.map(fieldText))).toEqual(rows);
      }),
    );
  });
});
