import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Feature } from "../graph/signature.ts";
import { type CsvOptions, CsvReader, readCsv, readCsvInTurns } from "./csv-rows.ts";

const feature = (name: string, rest: Partial<Feature> = {}): Feature => ({
  name,
  input: "x",
  column: 0,
  dtype: "float32",
  missing: false,
  ...rest,
});
const age = feature("age", { missing: true });
const size = feature("size (cm)", { dtype: "float64" });
const rooms = feature("rooms", { dtype: "int64" });
const owner = feature("owner", { dtype: "bool" });
const city = feature("city", { dtype: "string", categories: ["Bonn", "Köln, Süd"], unknown: "error" });
const note = feature("note", { dtype: "string", missing: true });

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (text: string, features: readonly Feature[], options: Partial<CsvOptions> = {}) =>
  readCsv(bytes(text), features, { header: true, mostRows: 100, ...options });
const failing = (run: () => unknown) => (expected: unknown) => expect(run).toThrow(expected as Error);

describe("readCsv", () => {
  it("gives values the features' types, whatever the order of the columns", () => {
    const text = 'owner,note,city,rooms,"size (cm)",age\nTrue,,"Köln, Süd",3.0, 1.5e0 ,\n0,"",Bonn,-2,.5,41\n';
    expect(read(text, [age, size, rooms, owner, city, note])).toEqual([
      [null, 1.5, 3, true, "Köln, Süd", null],
      [41, 0.5, -2, 0, "Bonn", ""],
    ]);
  });

  it.each(["", "NaN", "nan", "NA", " null ", "None", "#N/A", "<NA>"])("takes %j for a missing number", (text) => {
    expect(read(`age,size (cm)\n${text},1\n`, [age, size])).toEqual([[null, 1]]);
  });

  it.each([
    ["5.", 5],
    ["+5", 5],
    ["-0", -0],
    ["0.0", 0],
    ["1E-3", 0.001],
    ["  7\t", 7],
  ])("takes %j for a number", (text, value) => {
    expect(read(`size (cm)\n${text}\n`, [size])).toEqual([[value]]);
  });

  it.each(["0x10", "0b1", "1_000", "1,5", "five", "1e", "--1", "Infinity1"])("takes %j for no number", (text) => {
    failing(() => read(`size (cm)\n"${text}"\n`, [size]))(
      expect.objectContaining({ code: "FEATURE_TYPE_INVALID", path: 'line 2, column 1 ("size (cm)")' }),
    );
  });

  it.each([
    ["age,size (cm)\n1,2\n3,inf\n", "FEATURE_NOT_FINITE", 'line 3, column 2 ("size (cm)")'],
    ["age,size (cm)\n1e39,2\n", "FEATURE_NOT_FINITE", 'line 2, column 1 ("age")'],
    ["age,size (cm)\n1,\n", "FEATURE_NULL", 'line 2, column 2 ("size (cm)")'],
    ["age,size (cm)\n1,2,3\n", "ROW_WIDTH_INVALID", "line 2"],
    ["age,size\n1,2\n", "FEATURE_MISSING", "line 1"],
    ["age,size (cm),x\n1,2,3\n", "FEATURE_UNKNOWN", "line 1, column 3"],
    ["age,size (cm),age\n1,2,3\n", "FEATURE_REPEATED", 'line 1, column 3 ("age")'],
    ["age,size (cm)\n", "ROWS_EMPTY", undefined],
    ["\n\n", "ROWS_EMPTY", undefined],
    ["", "BODY_EMPTY", undefined],
    [`age,size (cm)\n${"1,2\n".repeat(101)}`, "ROWS_TOO_MANY", "line 102"],
  ])("refuses %j", (text, code, path) => {
    failing(() => read(text, [age, size]))(expect.objectContaining({ code, path }));
  });

  it("refuses unknown categories and half a number where they stand", () => {
    failing(() => read("city\nBon\n", [city]))(expect.objectContaining({ code: "CATEGORY_UNKNOWN", hint: 'Did you mean "Bonn"?' }));
    failing(() => read("rooms\n9007199254740993\n", [rooms]))(expect.objectContaining({ code: "FEATURE_TYPE_INVALID" }));
  });

  it("refuses bytes that are no UTF-8", () => {
    failing(() => readCsv(new Uint8Array([0x61, 0xff]), [age], { header: true, mostRows: 1 }))(
      expect.objectContaining({ code: "CSV_INVALID", message: expect.stringContaining("byte 1 (0xff)") }),
    );
  });

  it("names another separator", () => {
    failing(() => read("age;size (cm)\n1;2\n", [age, size]))(
      expect.objectContaining({ hint: 'Separate fields by commas, and not by ";".' }),
    );
  });

  it("leaves columns out that no feature has, where it may", () => {
    const text = ",age,size (cm),y\n0,1,2,9\n1,3,4,9\n";
    expect(read(text, [age, size], { extraColumns: "ignore" })).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it("reads rows without a header in the features' order", () => {
    expect(read("1,2\n", [age, size], { header: false })).toEqual([[1, 2]]);
    failing(() => read("1\n", [age, size], { header: false }))(
      expect.objectContaining({ message: "Line 1 has 1 field, and the model has 2." }),
    );
    expect(read("1,2\n", [age, size], { header: "if-named" })).toEqual([[1, 2]]);
    expect(read("size (cm),age\n1,2\n", [age, size], { header: "if-named" })).toEqual([[2, 1]]);
  });

  it("has 0 for a column that a row need not have", () => {
    expect(read("age\n1\n", [age, feature("word", { absent: 0 })])).toEqual([[1, 0]]);
  });
});

describe("CsvReader", () => {
  const features = [age, size, city, note];
  const row = fc.tuple(
    fc.option(fc.float({ noNaN: true, noDefaultInfinity: true })),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom("Bonn", "Köln, Süd"),
    fc.option(fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "é", "😀"), minLength: 1 })),
  );
  const line = (values: readonly (string | number | null)[]) =>
    values
      .map((value) => (typeof value === "string" ? `"${value.replaceAll('"', '""')}"` : value === null ? "" : numberText(value)))
      .join(",");
  const numberText = (value: number) => (Object.is(value, -0) ? "-0.0" : String(value));

  it("reads the bits of every number, in however many pieces and orders of columns", async () => {
    const turns = { now: () => 0, next: async () => {}, enter: () => {}, leave: () => {} };
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        async (rows, cut, back) => {
          const order = back ? [3, 2, 1, 0] : [0, 1, 2, 3];
          const records = [features.map(({ name }) => name), ...rows].map((values) => line(order.map((index) => values[index] ?? null)));
          const text = records.join("\n");
          const options: CsvOptions = { header: true, mostRows: 20 };
          const reader = new CsvReader(features, options);
          const pieces: unknown[] = [];
          // By characters, as a decoder hands them out.
          const characters = [...text];
          for (let from = 0; from < characters.length; from += cut)
            pieces.push(...reader.read(characters.slice(from, from + cut).join("")));
          pieces.push(...reader.end());
          expect(pieces).toEqual(rows);
          expect(reader.rows).toBe(rows.length);
          expect(readCsv(bytes(text), features, options)).toEqual(rows);
          expect(await readCsvInTurns(bytes(text), features, options, turns)).toEqual(rows);
        },
      ),
      { numRuns: 500, seed: 5 },
    );
  });

  it("never fails but with an error that names a place", () => {
    const hostile = fc.string({
      unit: fc.constantFrom("a", "g", "e", ",", '"', "\n", "\r", "1", "é", "\u0000", "\ufeff", " "),
      maxLength: 40,
    });
    fc.assert(
      fc.property(hostile, fc.constantFrom(true, false, "if-named" as const), (text, header) => {
        try {
          for (const values of readCsv(bytes(text), [age], { header, mostRows: 3 })) expect(values).toHaveLength(1);
        } catch (error) {
          expect(error).toMatchObject({ name: "SetosaError", code: expect.stringMatching(/^(CSV|BODY|ROWS?|FEATURE)_/) });
        }
      }),
      { numRuns: 2000, seed: 3 },
    );
  });
});
