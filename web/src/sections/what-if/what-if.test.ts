import { describe, expect, it } from "vitest";
import type { FeatureInfo } from "../../form/fields.ts";
import { type Explanation, firstLabel, labelContributions } from "./contributions.ts";
import { curvesOf } from "./series.ts";
import { sweepOf, sweepRows } from "./sweep.ts";

const age: FeatureInfo = { name: "age", dtype: "float32", missing: true, min: 18, max: 78 };
const purpose: FeatureInfo = { name: "purpose", dtype: "string", missing: false, categories: ["car", "home"], unknown: "ignore" };

describe("sweepOf", () => {
  it("goes over the range of training, and as far as the current value is", () => {
    const inside = sweepOf(age, 41)?.values as number[];
    expect([inside[0], inside.at(-1), inside.length]).toEqual([18, 78, 121]);
    const outside = sweepOf(age, 100)?.values as number[];
    expect([outside[0], outside.at(-1)]).toEqual([18, 100]);
    const unknown = sweepOf({ name: "x", dtype: "float32", missing: false }, 5)?.values as number[];
    expect([unknown[0], unknown.at(-1)]).toEqual([0, 10]);
  });

  it("has whole numbers only for an integer", () => {
    expect(sweepOf({ name: "n", dtype: "int64", missing: false, min: 0, max: 3 }, 1)?.values).toEqual([0, 1, 2, 3]);
    const many = sweepOf({ name: "n", dtype: "int64", missing: false, min: 0, max: 1001 }, 1)?.values as number[];
    expect([many.every(Number.isInteger), many.length <= 122, many.at(-1)]).toEqual([true, true, 1001]);
  });

  it("has the categories, and the current one where it is another; a text has none", () => {
    expect(sweepOf(purpose, "home")?.values).toEqual(["car", "home"]);
    expect(sweepOf(purpose, "boat")?.values).toEqual(["car", "home", "boat"]);
    expect(sweepOf({ name: "text", dtype: "string", missing: false }, "words")).toBeUndefined();
  });

  it("makes a row of each value, and one without where that is allowed", () => {
    const sweep = sweepOf({ ...purpose, missing: true }, "car");
    expect(sweep && sweepRows(sweep, { age: 41, purpose: "car" })).toEqual([
      { age: 41, purpose: "car" },
      { age: 41, purpose: "home" },
      { age: 41, purpose: null },
    ]);
  });
});

describe("curvesOf", () => {
  it("has a curve for each class", () => {
    const answers = [0.2, 0.9].map((a) => ({ prediction: a > 0.5 ? "a" : "b", probabilities: { a, b: 1 - a } }));
    expect(curvesOf("classification", answers)).toEqual([
      {
        output: undefined,
        scores: "probabilities",
        all: 2,
        predictions: ["b", "a"],
        series: [
          { label: "a", values: [0.2, 0.9] },
          { label: "b", values: [0.8, 1 - 0.9] },
        ],
      },
    ]);
  });

  it("draws the six that rise highest, in the order of the classes", () => {
    const probabilities = Object.fromEntries(Array.from({ length: 9 }, (_, label) => [`class ${label}`, label === 0 ? 0.5 : label / 100]));
    const [curves] = curvesOf("classification", [{ prediction: "class 0", probabilities }]);
    expect([curves?.all, curves?.series.map(({ label }) => label)]).toEqual([9, [0, 4, 5, 6, 7, 8].map((label) => `class ${label}`)]);
  });

  it("has one curve of a regression, and none of a class without numbers", () => {
    expect(curvesOf("regression", [{ prediction: 1.5 }, { prediction: 2 }])).toMatchObject([
      { series: [{ label: "value", values: [1.5, 2] }], predictions: undefined },
    ]);
    expect(curvesOf("classification", [{ prediction: "a" }])).toMatchObject([{ series: [], predictions: ["a"] }]);
  });
});

describe("labelContributions", () => {
  const explanation: Explanation = {
    method: "tree-path-dependent",
    output: "probability",
    base_values: { a: 0.5, b: 0.5 },
    explanations: [{ prediction: "b", contributions: { a: { x: 0.125, y: -0.5 }, b: { x: -0.125, y: 0.5 } } }],
  };

  it("has the largest first, with their signs, and comes to the output", () => {
    expect(labelContributions(explanation, "a")).toEqual({
      base: 0.5,
      total: 0.125,
      shown: [
        { feature: "y", value: -0.5, share: -1 },
        { feature: "x", value: 0.125, share: 0.25 },
      ],
      others: { count: 0, value: 0 },
    });
    expect(firstLabel(explanation)).toBe("b");
    expect(firstLabel({ ...explanation, explanations: [{ prediction: 3, contributions: {} }] })).toBe("a");
  });

  it("sums up what is too little to be shown", () => {
    const contributions = { a: Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`f${index}`, 2 ** -index])) };
    const { shown, others } = labelContributions({ ...explanation, explanations: [{ prediction: "a", contributions }] }, "a");
    expect([shown.length, others.count, others.value]).toEqual([12, 3, 2 ** -12 + 2 ** -13 + 2 ** -14]);
  });
});
