import { describe, expect, it } from "vitest";
import { errorFeature } from "./error-feature.ts";
import { type FeatureInfo, fieldKind, isOutside, readField, readForm, sliderOf, startForm, takesOthers } from "./fields.ts";

const number: FeatureInfo = { name: "age", dtype: "float32", missing: false, min: 18, max: 79 };
const purpose: FeatureInfo = { name: "purpose", dtype: "string", missing: true, categories: ["car", "home"], unknown: "ignore" };
const typed = (text: string) => ({ text, missing: false });

describe("fields", () => {
  it("go by the feature's type", () => {
    expect(fieldKind(number)).toBe("number");
    expect(fieldKind(purpose)).toBe("choice");
    expect(fieldKind({ name: "paid", dtype: "bool", missing: false })).toBe("choice");
    expect(fieldKind({ name: "note", dtype: "string", missing: false })).toBe("text");
    expect([takesOthers(purpose), takesOthers({ ...purpose, unknown: "error" })]).toEqual([true, false]);
  });

  it.each([
    [number, "41", { value: 41 }],
    [number, " -1e3 ", { value: -1000 }],
    [number, "2,5", { value: 2.5 }],
    [number, "", { problem: "Type a number." }],
    [{ ...number, missing: true }, "", { problem: "Type a number, or mark it as missing." }],
    [number, "0x10", { problem: "This is not a number." }],
    [number, "Infinity", { problem: "This is not a number." }],
    [{ ...number, dtype: "int64" as const }, "1.5", { problem: "This has to be a whole number." }],
    [purpose, "car", { value: "car" }],
    [purpose, "boat", { value: "boat" }],
    [{ ...purpose, unknown: "error" as const }, "boat", { problem: "Choose one of the list." }],
    [{ ...purpose, dtype: "int64" as const, categories: [1, 2] }, "2", { value: 2 }],
    [{ name: "paid", dtype: "bool" as const, missing: false }, "true", { value: true }],
  ] as const)("read %o from %j", (feature, text, reading) => {
    expect(readField(feature as FeatureInfo, typed(text))).toEqual(reading);
  });

  it("are missing only where that is allowed", () => {
    expect(readField(purpose, { text: "car", missing: true })).toEqual({ value: null });
    expect(readField(number, { text: "41", missing: true })).toEqual({ value: 41 });
  });

  it("make a row, or name the first that has no value", () => {
    const features = [number, purpose, { name: "__proto__", dtype: "float32", missing: false } as const];
    const { row } = readForm(features, [typed("41"), { text: "", missing: true }, typed("1")]) as { row: object };
    expect(Object.entries(row)).toEqual([
      ["age", 41],
      ["purpose", null],
      ["__proto__", 1],
    ]);
    expect(readForm(features, [typed("x"), typed("car"), typed("")])).toEqual({ broken: number });
  });

  it("start with the example row, else with the middle", () => {
    expect(startForm([number, purpose], { age: 25, purpose: null })).toEqual([typed("25"), { text: "car", missing: true }]);
    expect(startForm([number, purpose], undefined)).toEqual([typed("48.5"), typed("car")]);
    expect(startForm([{ name: "x0", dtype: "float32", missing: false }], undefined)).toEqual([typed("0")]);
  });

  it("say what lies outside of the training range", () => {
    expect([isOutside(number, 17.9), isOutside(number, 18), isOutside(number, 80), isOutside(number, null)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});

describe("sliderOf", () => {
  it("has steps that are read easily, and reaches both ends of the range", () => {
    const slider = sliderOf({ name: "petal", dtype: "float32", missing: false, min: 0.1, max: 2.5 });
    expect([slider?.step, slider?.format(0), slider?.format(1.2345), slider?.format(9)]).toEqual([0.01, "0.1", "1.23", "2.5"]);
    const income = sliderOf({ name: "income", dtype: "float32", missing: false, min: 8727.91, max: 160465.53 });
    expect([income?.step, income?.format(8728), income?.format(50_321.7), income?.format(160_465.53)]).toEqual([
      1000,
      "9000",
      "50000",
      "160465.53",
    ]);
    const whole = sliderOf({ name: "n", dtype: "int64", missing: false, min: 0, max: 5 });
    expect([whole?.step, whole?.format(2.6)]).toEqual([1, "3"]);
  });

  it("is none without a range", () => {
    expect(sliderOf({ name: "x", dtype: "float32", missing: false })).toBeUndefined();
    expect(sliderOf({ name: "x", dtype: "float32", missing: false, min: 1, max: 1 })).toBeUndefined();
  });
});

describe("errorFeature", () => {
  it.each([
    ['["petal width (cm)"]', "petal width (cm)"],
    ['[3]["a \\"b\\""]', 'a "b"'],
    ['["instances"][3]["age"]', "age"],
    ["[3]", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("reads %s", (path, feature) => {
    expect(errorFeature(path)).toBe(feature);
  });
});
