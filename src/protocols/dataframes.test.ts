import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Feature, Signature } from "../graph/signature.ts";
import { frameKey, readFrame } from "./dataframes.ts";

const feature = (name: string, column: number, rest: Partial<Feature> = {}): Feature => ({
  name,
  input: "x",
  column,
  dtype: "float32",
  missing: false,
  ...rest,
});
const signature = (features: readonly Feature[]): Signature => ({ task: { kind: "regression", targets: ["y"], value: "y" }, features });
const houses = signature([feature("size", 0), feature("age", 1, { missing: true }), feature("word", 2, { absent: 0 })]);
const one = signature([feature("size", 0)]);

function read(body: Record<string, unknown>, { features, ...rest }: Signature = houses, most = 100) {
  const key = frameKey(body);
  if (key === undefined) throw new Error("no form");
  return readFrame(body, key, { features, ...rest }, most);
}
const rowsOf = (body: Record<string, unknown>, of?: Signature) => {
  const input = read(body, of);
  return input.kind === "rows" ? input.rows : [];
};

describe("readFrame", () => {
  it("hands rows on as they are where they fit", () => {
    const data = [[1, 2, 3]];
    expect(rowsOf({ dataframe_split: { columns: ["size", "age", "word"], data } })).toBe(data);
    const records = [{ size: 1, age: 2, word: 3 }];
    expect(rowsOf({ dataframe_records: records })).toBe(records);
    expect(rowsOf({ instances: records })).toBe(records);
    expect(rowsOf({ inputs: data })).toBe(data);
  });

  it("leaves out what the model does not have, and has null for what may be missing", () => {
    expect(
      rowsOf({
        dataframe_records: [
          { id: 7, size: 1 },
          { age: 2, size: 1, word: 1 },
        ],
      }),
    ).toEqual([
      { size: 1, age: null },
      { size: 1, age: 2, word: 1 },
    ]);
    expect(rowsOf({ dataframe_split: { columns: ["id", "size"], data: [[7, 1]] } })).toEqual([[1, null, 0]]);
    expect(rowsOf({ inputs: { id: [7], size: [1] } })).toEqual([[1, null, 0]]);
    expect(rowsOf({ inputs: { size: 1, age: 2 } })).toEqual([{ size: 1, age: 2 }]);
  });

  it("takes values for rows where the model has one feature", () => {
    expect(rowsOf({ instances: [1, 2] }, one)).toEqual([[1], [2]]);
    expect(rowsOf({ inputs: { size: [1, 2] } }, one)).toEqual([[1], [2]]);
  });

  it("knows names that mean something to JavaScript", () => {
    const named = signature([feature("__proto__", 0), feature("constructor", 1), feature("1", 2)]);
    const row = JSON.parse('{"__proto__": 1, "constructor": 2, "1": 3}') as object;
    expect(Object.entries(rowsOf({ dataframe_records: [{ ...row, more: 1 }] }, named)[0] as object)).toEqual(
      expect.arrayContaining([
        ["__proto__", 1],
        ["constructor", 2],
        ["1", 3],
      ]),
    );
    expect(() => rowsOf({ dataframe_split: { columns: ["size"], data: [[1]] } }, named)).toThrow('The feature "__proto__" is absent.');
  });

  it.each([
    [{ dataframe_split: [] }, "BODY_SHAPE_INVALID", "dataframe_split"],
    [{ dataframe_split: { data: [[1]], more: 1 } }, "BODY_SHAPE_INVALID", "dataframe_split"],
    [{ dataframe_split: { columns: ["size"], data: {} } }, "BODY_SHAPE_INVALID", 'dataframe_split["data"]'],
    [{ dataframe_split: { columns: "size", data: [[1]] } }, "BODY_SHAPE_INVALID", 'dataframe_split["columns"]'],
    [{ dataframe_split: { columns: ["age"], data: [[1]] } }, "FEATURE_MISSING", 'dataframe_split["columns"]'],
    [{ dataframe_split: { columns: ["size", "size"], data: [[1, 1]] } }, "FEATURE_REPEATED", 'dataframe_split["columns"]'],
    [{ dataframe_split: { columns: ["age", "size"], data: [[1, 1], [1]] } }, "ROW_WIDTH_INVALID", 'dataframe_split["data"][1]'],
    [{ dataframe_split: { columns: ["age", "size"], data: [] } }, "ROWS_EMPTY", 'dataframe_split["data"]'],
    [{ dataframe_records: {} }, "BODY_SHAPE_INVALID", "dataframe_records"],
    [{ instances: "1" }, "BODY_SHAPE_INVALID", "instances"],
    [{ instances: [] }, "ROWS_EMPTY", "instances"],
    [{ inputs: 5 }, "BODY_SHAPE_INVALID", "inputs"],
    [{ inputs: { size: [1, 2], age: [1] } }, "BODY_SHAPE_INVALID", 'inputs["age"]'],
    [{ inputs: { size: [1, 2], age: 1 } }, "BODY_SHAPE_INVALID", 'inputs["age"]'],
    [{ inputs: { size: [] } }, "ROWS_EMPTY", "inputs"],
    [{ instances: Array(101).fill([1, 2, 3]) }, "ROWS_TOO_MANY", "instances"],
    [{ inputs: { size: Array(101).fill(1) } }, "ROWS_TOO_MANY", "inputs"],
  ])("refuses %j", (body, code, path) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code, path }) as Error);
  });

  it("turns rows by name into columns for a model of tensors", () => {
    const tensors: Signature = { task: { kind: "tensors" }, features: [] };
    expect(
      read(
        {
          instances: [
            { a: [1], b: 2 },
            { a: [3], b: 4 },
          ],
        },
        tensors,
      ),
    ).toEqual({
      kind: "tensors",
      inputs: { a: [[1], [3]], b: [2, 4] },
      path: "instances",
    });
    expect(read({ inputs: [[1]] }, tensors)).toEqual({ kind: "tensors", inputs: [[1]], path: "inputs" });
    expect(() => read({ dataframe_records: [] }, tensors)).toThrow("The model takes tensors");
  });

  it("never fails but with an error of the request", () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: "small" },
        fc.integer(),
        fc.constantFrom("size", "age", null, true),
        fc.array(tie("any"), { maxLength: 3 }),
        tie("object"),
      ),
      object: fc.dictionary(fc.constantFrom("size", "age", "word", "columns", "data", "index", "__proto__", "x"), tie("any"), {
        maxKeys: 4,
      }),
    }));
    fc.assert(
      fc.property(fc.constantFrom("dataframe_split", "dataframe_records", "instances", "inputs"), value.any, (key, body) => {
        try {
          expect(rowsOf({ [key]: body }).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toMatchObject({ name: "SetosaError", code: expect.stringMatching(/^(BODY_SHAPE|ROWS?|FEATURE)_/) });
        }
      }),
      { numRuns: 3000, seed: 4 },
    );
  });
});
