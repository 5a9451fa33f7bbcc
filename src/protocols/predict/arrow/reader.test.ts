import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../../test/onnx/random.ts";
import { SetosaError } from "../../../errors.ts";
import type { Feature } from "../../../graph/signature.ts";
import { ArrowReader } from "./reader.ts";

const folder = new URL("../../../../test/fixtures/arrow/", import.meta.url);
const bytesOf = (name: string) => new Uint8Array(readFileSync(new URL(`${name}.arrow`, folder)));

interface Expected {
  readonly batches: readonly number[];
  readonly columns: Readonly<Record<string, readonly unknown[]>>;
}

const expectedOf = (name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as Expected;
const feature = (name: string, rest: Partial<Feature> = {}): Feature => ({
  name,
  input: "x",
  column: 0,
  dtype: "float32",
  missing: true,
  ...rest,
});

/** Everything in a stream that comes cut at these places. */
function read(bytes: Uint8Array, names: readonly (string | Feature)[], cuts: readonly number[] = []): Expected {
  const reader = new ArrowReader(names.map((name) => (typeof name === "string" ? feature(name) : name)));
  const batches: number[] = [];
  const columns: Record<string, unknown[]> = Object.fromEntries(names.map((name) => [typeof name === "string" ? name : name.name, []]));
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let from = 0;
  for (const to of ends) {
    reader.add(bytes.slice(from, to));
    from = to;
    for (let batch = reader.next(); batch !== undefined; batch = reader.next()) {
      batches.push(batch.rows);
      for (const [index, values] of Object.values(columns).entries())
        for (let row = 0; row < batch.rows; row++) {
          const column = batch.columns[index];
          if (column?.numbers !== undefined) expect(column.numbers[row]).toBe(column.at(row));
          values.push(column?.at(row));
        }
    }
  }
  reader.end();
  return { batches, columns };
}

const refused = (run: () => unknown): SetosaError => {
  try {
    run();
  } catch (error) {
    if (error instanceof SetosaError) return error;
    throw error;
  }
  throw new Error("It was taken.");
};

describe("ArrowReader", () => {
  it.each(["every-type", "iris", "iris-float32", "iris-empty-batches", "iris-legacy"])("reads %s as pyarrow wrote it", (name) => {
    const { batches, columns } = expectedOf(name);
    const found = read(bytesOf(name), Object.keys(columns));
    expect(found.batches.filter((rows) => rows > 0)).toEqual(batches.filter((rows) => rows > 0));
    expect(found.columns).toEqual(
      // What is no float32 was written as the nearest.
      Object.fromEntries(
        Object.entries(columns).map(([key, values]) => [
          key,
          name === "iris-float32" && key === "petal width (cm)" ? values.map((value) => Math.fround(value as number)) : values,
        ]),
      ),
    );
  });

  it("reads the same however the stream is cut", () => {
    const bytes = bytesOf("every-type");
    const names = Object.keys(expectedOf("every-type").columns);
    const whole = read(bytes, names);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 40 }), (cuts) => {
        expect(read(bytes, names, cuts)).toEqual(whole);
      }),
      { numRuns: 100, seed: 4 },
    );
    expect(read(bytes, names, [...bytes.keys()])).toEqual(whole);
  });

  it("puts columns into the features' order, and leaves out those that a row need not have", () => {
    const bytes = bytesOf("iris");
    const names = ["sepal length (cm)", "petal width (cm)", "sepal width (cm)", "petal length (cm)"];
    expect(Object.values(read(bytes, names).columns).map(([first]) => first)).toEqual([5.1, 0.2, 3.5, 1.4]);
    const { columns } = read(bytes, [...names, feature("word", { absent: 0 })]);
    expect(columns.word).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("follows dictionaries that grow and that are replaced", () => {
    expect(read(bytesOf("delta"), ["category"]).columns).toEqual({ category: ["a", "b", "a", "b", "c", "x", "y"] });
  });

  it("takes a stream without its mark of the end", () => {
    expect(read(bytesOf("iris").slice(0, -8), Object.keys(expectedOf("iris").columns))).toEqual(expectedOf("iris"));
  });

  it.each([
    ["iris-zstd", "its record batches are compressed", "compression=None"],
    ["iris-lz4", "its record batches are compressed", "compression=None"],
    ["iris-file", "it is an Arrow file", "new_stream"],
    ["dates", 'the column "day" has the type date', "cast it"],
  ])("refuses %s", (name, message, hint) => {
    const columns = name === "dates" ? ["day"] : Object.keys(expectedOf("iris").columns);
    expect(refused(() => read(bytesOf(name), columns))).toMatchObject({
      code: "BODY_SHAPE_INVALID",
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
  });

  it.each<[string, readonly string[], object]>([
    [
      "a column too few",
      ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)", "petals"],
      { code: "FEATURE_MISSING", path: '["petals"]' },
    ],
    [
      "a column too many",
      ["sepal length (cm)", "sepal width (cm)", "petal length (cm)"],
      { code: "FEATURE_UNKNOWN", path: '["petal width (cm)"]' },
    ],
    [
      "a name that is nearly one",
      ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal widht (cm)"],
      { code: "FEATURE_MISSING", hint: 'It has "petal width (cm)": did you mean "petal widht (cm)"?' },
    ],
  ])("refuses %s", (_, names, error) => {
    expect(refused(() => read(bytesOf("iris"), names))).toMatchObject(error);
  });

  it.each([
    ["nothing", new Uint8Array(), "it has no schema"],
    ["what is something else", new TextEncoder().encode("a,b\n1,2\n"), "metadata is too long"],
    ["half of a stream", bytesOf("iris").slice(0, 700), "it ends within a message"],
    ["bytes behind the end", new Uint8Array([...bytesOf("iris"), 1]), "bytes follow its end"],
  ])("refuses %s", (_, bytes, message) => {
    const error = refused(() => read(bytes, Object.keys(expectedOf("iris").columns)));
    expect(error).toMatchObject({ code: "BODY_SHAPE_INVALID", message: expect.stringContaining(message) });
  });

  it("survives every damage: it reads something, or says what is wrong", () => {
    const random = seededRandom(7);
    const names = Object.keys(expectedOf("every-type").columns);
    const good = bytesOf("every-type");
    let refusals = 0;
    for (let round = 0; round < 3000; round++) {
      const bytes = good.slice();
      for (let change = 0; change <= round % 4; change++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      try {
        read(bytes, names);
      } catch (error) {
        if (!(error instanceof SetosaError)) throw error;
        refusals++;
      }
    }
    expect(refusals).toBeGreaterThan(300);
  });
});
