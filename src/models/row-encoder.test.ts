import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SetosaError } from "../errors.ts";
import type { Feature, FeatureDType } from "../graph/signature.ts";
import { allocate } from "../tensor/dtype.ts";
import { RowEncoder } from "./row-encoder.ts";

function feature(name: string, dtype: FeatureDType = "float32", more: Partial<Feature> = {}): Feature {
  return { name, input: name, column: 0, dtype, missing: false, ...more };
}

/** An encoder with an input for each feature, and what it wrote there. */
function setUp(features: readonly Feature[], vocabulary?: ReadonlyMap<string, number>) {
  const inputs = new Map(
    features.map(({ name, dtype }) => {
      const data = dtype === "string" && vocabulary !== undefined ? new Int32Array(10) : allocate(dtype, 10);
      return [name, { data, width: 1, ...(dtype === "string" && vocabulary !== undefined ? { vocabulary } : {}) }];
    }),
  );
  const encoder = new RowEncoder(features, (name) => {
    const target = inputs.get(name);
    if (target === undefined) throw new Error(name);
    return target;
  });
  return {
    encode: (row: unknown, path = "") => encoder.encode(row, 0, { path, first: undefined }),
    encoder,
    written: () => features.map(({ name }) => inputs.get(name)?.data[0]),
  };
}

/** What the encoder says of a row that it refuses. */
function refusal(features: readonly Feature[], row: unknown, path = ""): Pick<SetosaError, "code" | "path" | "message" | "hint"> {
  try {
    setUp(features).encode(row, path);
  } catch (error) {
    if (error instanceof SetosaError) return { code: error.code, path: error.path, message: error.message, hint: error.hint };
    throw error;
  }
  throw new Error("The row was taken.");
}

const petals = [feature("petal length (cm)"), feature("petal width (cm)")];

describe("RowEncoder with rows that fit", () => {
  it("takes objects in any order of keys, and lists in the features' order", () => {
    const { encode, written } = setUp(petals);
    encode({ "petal width (cm)": 0.2, "petal length (cm)": 1.4 });
    expect(written()).toEqual([Math.fround(1.4), Math.fround(0.2)]);
    encode([5, 6]);
    expect(written()).toEqual([5, 6]);
  });

  it("writes each feature into its column of its row", () => {
    const data = new Float32Array(6);
    const columns = [2, 0, 1].map((column, index) => feature(`f${index}`, "float32", { input: "X", column }));
    new RowEncoder(columns, () => ({ data, width: 3 })).encode([1, 2, 3], 1, { path: "", first: 0 });
    expect([...data]).toEqual([0, 0, 0, 2, 3, 1]);
  });

  it.each<[FeatureDType, unknown, unknown]>([
    ["float64", 0.1, 0.1],
    ["float64", 1e300, 1e300],
    ["float32", -0, -0],
    ["int64", 2 ** 53 - 1, 2 ** 53 - 1],
    ["bool", true, 1],
    ["bool", false, 0],
    ["bool", 1, 1],
    ["string", "car", "car"],
    ["string", "", ""],
  ])("writes a %s %s", (dtype, value, stored) => {
    const { encode, written } = setUp([feature("f", dtype)]);
    encode({ f: value });
    expect(written()).toEqual([stored]);
  });

  it("writes a missing number as NaN and a missing string as the empty string", () => {
    const missing = { missing: true };
    const { encode, written } = setUp([
      feature("a", "float32", missing),
      feature("b", "float64", missing),
      feature("c", "string", missing),
    ]);
    encode({ a: null, b: null, c: null });
    expect(written()).toEqual([Number.NaN, Number.NaN, ""]);
    encode([Number.NaN, null, null]);
    expect(written()).toEqual([Number.NaN, Number.NaN, ""]);
  });

  it("writes strings as positions in a kernel's vocabulary, and others as -1", () => {
    const { encode, written } = setUp([feature("f", "string")], new Map([["own", 7]]));
    encode({ f: "own" });
    expect(written()).toEqual([7]);
    encode({ f: "rent" });
    expect(written()).toEqual([-1]);
  });

  it("takes a lone surrogate as a category that nobody knows", () => {
    const { encode, written } = setUp([feature("f", "string", { categories: ["a"], unknown: "ignore" })], new Map([["a", 0]]));
    encode(JSON.parse('{"f":"\\ud800"}'));
    expect(written()).toEqual([-1]);
  });

  it("takes a boolean for a number that the model was trained on as one", () => {
    const { encode, written } = setUp([feature("f", "float32", { categories: [false, true] })]);
    encode({ f: true });
    expect(written()).toEqual([1]);
  });

  it("takes categories that are numbers, as float32 where the input is", () => {
    const { encode, written } = setUp([feature("f", "float32", { categories: [0.1, 2], unknown: "error" })]);
    encode({ f: 0.1 });
    expect(written()).toEqual([Math.fround(0.1)]);
  });

  it("takes a feature that is called like a member of every object", () => {
    const { encode, written } = setUp([feature("constructor"), feature("__proto__")]);
    encode(JSON.parse('{"constructor":1,"__proto__":2}'));
    expect(written()).toEqual([1, 2]);
  });
});

describe("RowEncoder with rows that do not fit", () => {
  const cases: [string, readonly Feature[], unknown, string, string, string | RegExp | undefined][] = [
    ["an absent feature", petals, { "petal length (cm)": 1 }, "FEATURE_MISSING", '["petal width (cm)"]', /The model takes "petal length/],
    [
      "a mistyped name",
      petals,
      { "petal length (cm)": 1, petal_widht: 2 },
      "FEATURE_MISSING",
      '["petal width (cm)"]',
      /did you mean "petal width \(cm\)"\?/,
    ],
    [
      "a name that is one too many",
      petals,
      { "petal length (cm)": 1, "petal width (cm)": 2, "petal width": 3 },
      "FEATURE_UNKNOWN",
      '["petal width"]',
      'Did you mean "petal width (cm)"?',
    ],
    [
      "a name like no other",
      petals,
      { "petal length (cm)": 1, "petal width (cm)": 2, id: 3 },
      "FEATURE_UNKNOWN",
      '["id"]',
      /^The model takes/,
    ],
    [
      "an own __proto__",
      petals,
      JSON.parse('{"petal length (cm)":1,"petal width (cm)":2,"__proto__":{}}'),
      "FEATURE_UNKNOWN",
      '["__proto__"]',
      /^The model takes/,
    ],
    ["a feature that only Object.prototype has", [feature("toString")], {}, "FEATURE_MISSING", '["toString"]', undefined],
    ["__proto__ as a feature that is absent", [feature("__proto__")], {}, "FEATURE_MISSING", '["__proto__"]', undefined],
    ["a number as text", petals, ["5.1", 1], "FEATURE_TYPE_INVALID", "[0]", "Send 5.1 without quotes."],
    ["NaN as text", petals, [1, "NaN"], "FEATURE_TYPE_INVALID", "[1]", "Send a number."],
    ["a boolean for a number", petals, [true, 1], "FEATURE_TYPE_INVALID", "[0]", undefined],
    ["an object for a number", petals, [{}, 1], "FEATURE_TYPE_INVALID", "[0]", undefined],
    ["a list for a number", petals, [[1], 1], "FEATURE_TYPE_INVALID", "[0]", undefined],
    [
      "undefined",
      petals,
      { "petal length (cm)": undefined, "petal width (cm)": 1 },
      "FEATURE_TYPE_INVALID",
      '["petal length (cm)"]',
      undefined,
    ],
    ["a number for a string", [feature("f", "string")], [1], "FEATURE_TYPE_INVALID", "[0]", undefined],
    ["two for a boolean", [feature("f", "bool")], [2], "FEATURE_TYPE_INVALID", "[0]", "Send true or false."],
    ["text for a boolean", [feature("f", "bool")], ["true"], "FEATURE_TYPE_INVALID", "[0]", undefined],
    ["a fraction for an integer", [feature("f", "int64")], [1.5], "FEATURE_TYPE_INVALID", "[0]", undefined],
    ["an integer that is not exact", [feature("f", "int64")], [2 ** 53], "FEATURE_TYPE_INVALID", "[0]", undefined],
    ["1e400", petals, JSON.parse("[1e400,1]"), "FEATURE_NOT_FINITE", "[0]", undefined],
    ["-1e400", petals, JSON.parse("[1,-1e400]"), "FEATURE_NOT_FINITE", "[1]", undefined],
    ["1e300 for a float32", petals, [1e300, 1], "FEATURE_NOT_FINITE", "[0]", undefined],
    ["1e400 for a float64", [feature("f", "float64")], JSON.parse("[1e400]"), "FEATURE_NOT_FINITE", "[0]", undefined],
    ["null where nothing may be missing", petals, [null, 1], "FEATURE_NULL", "[0]", "Send a number."],
    ["NaN where nothing may be missing", petals, [Number.NaN, 1], "FEATURE_NULL", "[0]", undefined],
    ["a null string", [feature("f", "string")], [null], "FEATURE_NULL", "[0]", undefined],
    [
      "a category that is unknown",
      [feature("f", "string", { categories: ["home", "car"], unknown: "error" })],
      ["hme"],
      "CATEGORY_UNKNOWN",
      "[0]",
      'Did you mean "home"?',
    ],
    [
      "a lone surrogate as category",
      [feature("f", "string", { categories: ["home", "car"], unknown: "error" })],
      ["\ud800"],
      "CATEGORY_UNKNOWN",
      "[0]",
      'Send one of "home", "car".',
    ],
    [
      "a number that is no category",
      [feature("f", "int64", { categories: [1, 2], unknown: "error" })],
      [3],
      "CATEGORY_UNKNOWN",
      "[0]",
      "Send one of 1, 2.",
    ],
    ["a row that is too short", petals, [1], "ROW_WIDTH_INVALID", "", /"petal length \(cm\)", "petal width \(cm\)", in this order/],
    ["a row that is too long", petals, [1, 2, 3], "ROW_WIDTH_INVALID", "", undefined],
    ["a number as a row", petals, 5, "BODY_SHAPE_INVALID", "", /petal length/],
    ["null as a row", petals, null, "BODY_SHAPE_INVALID", "", undefined],
    ["text as a row", petals, "1,2", "BODY_SHAPE_INVALID", "", undefined],
  ];

  it.each(cases)("refuses %s", (_, features, row, code, path, hint) => {
    const found = refusal(features, row);
    expect([found.code, found.path]).toEqual([code, path]);
    if (hint !== undefined) expect(found.hint).toMatch(hint);
  });

  it("says what a float32 holds", () => {
    expect(refusal(petals, [1e300, 1]).message).toBe('The feature "petal length (cm)" is larger than a float32 (3.4e38) holds.');
  });

  it("puts the request's path before its own", () => {
    expect(refusal(petals, ["x", 1], "instances[7]").path).toBe("instances[7][0]");
    const { encoder } = setUp(petals);
    const path = (first: number) => {
      try {
        encoder.encode({ "petal length (cm)": 1, "petal width (cm)": "x" }, 3, { path: "instances", first });
      } catch (error) {
        return (error as SetosaError).path;
      }
      return undefined;
    };
    expect(path(0)).toBe('instances[3]["petal width (cm)"]');
    expect(path(64)).toBe('instances[67]["petal width (cm)"]');
  });

  it("cuts long names and values short", () => {
    const long = "x".repeat(1_000_000);
    const unknown = refusal(petals, { "petal length (cm)": 1, "petal width (cm)": 2, [long]: 3 });
    expect(unknown.message.length + (unknown.path?.length ?? 0) + (unknown.hint?.length ?? 0)).toBeLessThan(600);
    expect(refusal(petals, [long, 1]).message.length).toBeLessThan(300);
  });

  it("refuses an object of very many keys as any other", () => {
    const row = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`key ${index}`, index]));
    expect(refusal(petals, row).code).toBe("FEATURE_MISSING");
    expect(refusal(petals, { ...row, "petal length (cm)": 1, "petal width (cm)": 2 }).code).toBe("FEATURE_UNKNOWN");
  });

  it("throws nothing but its own errors, whatever JSON it is given", () => {
    const features = [
      feature("a"),
      feature("b", "int64", { missing: true }),
      feature("c", "bool"),
      feature("d", "string", { categories: ["x", "y"], unknown: "error", missing: true }),
    ];
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom(0, 1, true, "x", null, 1e39));
    const row = fc.oneof(
      fc.jsonValue(),
      fc.array(value, { minLength: 4, maxLength: 4 }),
      fc.record({ a: value, b: value, c: value, d: value }),
    );
    fc.assert(
      fc.property(row, (given) => {
        const { encode } = setUp(features);
        try {
          encode(given);
        } catch (error) {
          expect(error).toBeInstanceOf(SetosaError);
          expect((error as SetosaError).path).toBeTypeOf("string");
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
