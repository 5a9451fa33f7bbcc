import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CsvRecords } from "./csv-records.ts";

interface Read {
  readonly fields: readonly string[];
  readonly line: number;
}

/** All records of a text that comes in pieces. */
function records(pieces: readonly string[]): Read[] {
  const reader = new CsvRecords();
  const all: Read[] = [];
  const take = () => {
    for (let record = reader.next(); record !== undefined; record = reader.next())
      all.push({ fields: [...record.fields], line: record.line });
  };
  for (const piece of pieces) {
    reader.add(piece);
    take();
  }
  reader.end();
  take();
  return all;
}

const fieldsOf = (text: string) => records([text]).map(({ fields }) => fields);

/** As RFC 4180 has it written. */
const written = (field: string, always: boolean) => (always || /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);

describe("CsvRecords", () => {
  it.each([
    [
      "a,b\n1,2\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "a,b\r\n1,2",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    ["a\rb\r", [["a"], ["b"]]],
    ["\ufeffa,b\n", [["a", "b"]]],
    ["a,\n", [["a", ""]]],
    [",\n", [["", ""]]],
    ["\n\na\n\n\nb\n\n", [["a"], ["b"]]],
    ['""\n', [[""]]],
    ['"a ""b"", c",d\n', [['a "b", c', "d"]]],
    ['"a\r\nb",c\n', [["a\r\nb", "c"]]],
    [" a , b \n", [[" a ", " b "]]],
    ["", []],
    ["\n", []],
  ])("reads %j", (text, expected) => {
    expect(fieldsOf(text)).toEqual(expected);
  });

  it.each([
    ['a,"b', "opens a double quote that nothing closes, at line 1, column 2"],
    ['1,2\na"b,c\n', "has a double quote inside a field that does not begin with one, at line 2, column 1"],
    ['"a\nb" c\n', "has text after the closing quote of a field, at line 2, column 1"],
  ])("refuses %j", (text, message) => {
    expect(() => fieldsOf(text)).toThrow(expect.objectContaining({ code: "CSV_INVALID", message: expect.stringContaining(message) }));
  });

  it("says on which line a record begins, after fields that hold line ends", () => {
    expect(records(['a\n"1\r\n2\r3",x\n\ny\n']).map(({ line }) => line)).toEqual([1, 2, 6]);
  });

  it("reads what was written, however it is cut", () => {
    const field = fc.string({ unit: fc.constantFrom("a", "ß", "1", " ", ",", '"', "\n", "\r", "'", ";"), maxLength: 6 });
    const table = fc.array(fc.array(fc.tuple(field, fc.boolean()), { minLength: 2, maxLength: 5 }), { maxLength: 6 });
    const cuts = fc.array(fc.nat(60), { maxLength: 12 });
    fc.assert(
      fc.property(table, cuts, fc.constantFrom("\n", "\r\n", "\r"), fc.boolean(), (rows, places, end, last) => {
        const lines = rows.map((row) => row.map(([text, always]) => written(text, always)).join(","));
        const text = lines.join(end) + (last ? end : "");
        const sorted = [...places].sort((a, b) => a - b);
        const pieces = [...sorted, text.length].map((to, index) => text.slice(sorted[index - 1] ?? 0, to));
        expect(records(pieces).map(({ fields }) => fields)).toEqual(rows.map((row) => row.map(([value]) => value)));
      }),
      { numRuns: 2000, seed: 11 },
    );
  });

  it("does not keep a record without an end", () => {
    const reader = new CsvRecords();
    const add = () => {
      for (let piece = 0; piece < 100; piece++) {
        reader.add("x".repeat(65_536));
        reader.next();
      }
    };
    expect(add).toThrow("goes on for more than 1048576 characters");
  });
});
