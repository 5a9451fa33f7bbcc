import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { Feature, FeatureDType } from "../../../src/graph/signature.ts";
import { type EncoderTarget, RowEncoder } from "../../../src/models/row-encoder.ts";
import { rowSchema, valuesSchema } from "../../../src/openapi/features.ts";
import { ApiDocument } from "./api-document.ts";
import { hostileNames } from "./hostile-model.ts";

// Each set of features is compiled to a validator.
vi.setConfig({ testTimeout: 240_000 });

/** How the inputs of each dtype are stored. */
const stored: Readonly<Record<FeatureDType, () => EncoderTarget["data"]>> = {
  float32: () => new Float32Array(1),
  float64: () => new Float64Array(1),
  int64: () => new Float64Array(1),
  bool: () => new Uint8Array(1),
  string: () => [],
};

/** What the server takes for a row, without the server: the same encoder reads the rows of every request. */
function taken(features: readonly Feature[], row: unknown): boolean {
  const encoder = new RowEncoder(features, (input) => {
    const dtype = features.find((feature) => feature.input === input)?.dtype ?? "float32";
    return { data: stored[dtype](), width: 1 };
  });
  try {
    encoder.encode(row, 0, { path: "", first: undefined });
    return true;
  } catch {
    return false;
  }
}

function documentOf(features: readonly Feature[]): ApiDocument {
  const signature = { task: { kind: "regression", targets: ["y"], value: "y" }, features } as const;
  const schemas = { Row: rowSchema(signature), Values: valuesSchema(signature) };
  return new ApiDocument({ openapi: "3.1.1", paths: {}, components: { schemas, responses: {} } });
}

const dtypes: readonly FeatureDType[] = ["float32", "float64", "int64", "bool", "string"];
const texts = ["red", "green", "", '"'];
/** Ajv passes over a property of this name (lib/vocabularies/code.ts, allSchemaProperties), whatever the schema says. */
const names = hostileNames.filter((name) => name !== "__proto__");

/** Categories of numbers are whole: of others the server compares float32, which no schema does. */
const categories: Readonly<Record<FeatureDType, fc.Arbitrary<NonNullable<Feature["categories"]>>>> = {
  float32: fc.subarray([0, 1, 2, 7], { minLength: 1 }),
  float64: fc.subarray([0, 1, 2, 7], { minLength: 1 }),
  int64: fc.subarray([0, 1, 2, 7], { minLength: 1 }),
  bool: fc.constant([false, true]),
  string: fc.subarray([...texts], { minLength: 1 }),
};

const feature = (name: string): fc.Arbitrary<Feature> =>
  fc.constantFrom(...dtypes).chain((dtype) =>
    fc
      .record({
        missing: fc.boolean(),
        absent: fc.boolean(),
        known: fc.option(fc.record({ categories: categories[dtype], unknown: fc.constantFrom("error" as const, "ignore" as const) }), {
          nil: undefined,
        }),
      })
      .map(({ missing, absent, known }) => ({
        name,
        input: name,
        column: 0,
        dtype,
        missing,
        ...(absent && dtype !== "string" && known === undefined ? { absent: 0 as const } : {}),
        ...known,
      })),
  );

const features = fc.subarray([...names], { minLength: 1, maxLength: 5 }).chain((chosen) => fc.tuple(...chosen.map(feature)));

const value = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, 1, 2, 7, -0, 0.5, "", "red", "green", '"', [], {}, [1], "1"),
  // Around the largest float32, and the largest whole numbers.
  fc.constantFrom(
    3.4028234663852886e38,
    3.4028235677973362e38,
    3.4028235677973366e38,
    -3.4028235677973366e38,
    1e300,
    -1e300,
    2 ** 53 - 1,
    2 ** 53,
    -(2 ** 53),
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.string(),
);

const rowOf = (list: readonly Feature[]) =>
  fc
    .record({
      values: fc.array(value, { minLength: list.length, maxLength: list.length }),
      keep: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: list.length, maxLength: list.length }),
      stranger: fc.option(fc.constantFrom("other", "toString", "1"), { nil: undefined, freq: 9 }),
    })
    .map(({ values, keep, stranger }) => {
      const entries = list.flatMap(({ name }, index): [string, unknown][] => (keep[index] === 0 ? [] : [[name, values[index]]]));
      return { values, row: Object.fromEntries(stranger === undefined ? entries : [...entries, [stranger, 1]]) };
    });

/** Numbers among categories are compared as the model's input holds them, which no schema can say: 5e-324 is 0 as a float32. */
function isRounded(given: unknown, of: Feature | undefined): boolean {
  return typeof given === "number" && of?.dtype === "float32" && of.unknown === "error" && Math.fround(given) !== given;
}

describe("a row that the schema takes", () => {
  it("is one that the server takes, and the other way round", () => {
    let both = 0;
    let neither = 0;
    fc.assert(
      fc.property(
        features.chain((list) => fc.tuple(fc.constant(list), fc.array(rowOf(list), { minLength: 10, maxLength: 10 }))),
        ([list, rows]) => {
          const document = documentOf(list);
          for (const { row, values } of rows) {
            if (values.some((given, index) => isRounded(given, list[index]))) continue;
            const server = {
              row: taken(list, row),
              values: taken(list, values),
              short: taken(list, values.slice(1)),
              scalar: taken(list, values[0]),
            };
            const schema = {
              row: document.checkSchema("Row", row).length === 0,
              values: document.checkSchema("Values", values).length === 0,
              short: document.checkSchema("Values", values.slice(1)).length === 0,
              scalar: document.checkSchema("Row", values[0]).length === 0 || document.checkSchema("Values", values[0]).length === 0,
            };
            expect([row, values, schema]).toEqual([row, values, server]);
            if (server.values) both++;
            else neither++;
          }
        },
      ),
      { numRuns: 60 },
    );
    // Neither side is right by refusing, or taking, everything.
    expect(both).toBeGreaterThan(10);
    expect(neither).toBeGreaterThan(10);
  });
});
