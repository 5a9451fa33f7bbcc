import { describe, expect, it } from "vitest";
import { describePrediction, readPrediction, samePrediction } from "./prediction.ts";

describe("readPrediction", () => {
  it.each([
    ['{"prediction":"Iris-Setosa","probabilities":{}}', "Iris-Setosa"],
    ['{"predictions":[{"prediction":"a"},{"prediction":"b"}]}', ["a", "b"]],
    ['{"predictions":[1]}', 1],
    ['{"outputs":[{"name":"label","data":[2]}]}', 2],
    ["Prediction: Iris-Setosa\n", "Iris-Setosa"],
    ["Iris-Setosa", "Iris-Setosa"],
    ["[0.5]", 0.5],
    ['{"status":"ok"}', { status: "ok" }],
    ["", ""],
  ])("of %s is %j", (body, wanted) => expect(readPrediction(body, {})).toEqual(wanted));

  it("takes a place and names for labels", () => {
    const form = { path: "outputs.0.data.0", labels: { 2: "Iris-Virginica" } };
    expect(readPrediction('{"outputs":[{"data":[2]}]}', form)).toBe("Iris-Virginica");
    expect(readPrediction('{"outputs":[]}', form)).toBeUndefined();
  });

  it("does not follow a path into a prototype", () => expect(readPrediction("{}", { path: "constructor.name" })).toBeUndefined());
});

describe("samePrediction", () => {
  it.each([
    ["a", "a", true],
    ["a", "b", false],
    [0.98165685, 0.9816568493843079, true],
    [0.98, 0.99, false],
    [0, 0, true],
    [0, 1e-3, false],
    [1, "1", false],
    [["a", 1], ["a", 1.000001], true],
    [["a"], ["a", "b"], false],
    [{ a: 1 }, { a: 1 }, true],
    [{ a: 1 }, { b: 1 }, false],
    [undefined, "a", false],
  ])("%j and %j: %s", (a, b, wanted) => {
    expect(samePrediction(a, b)).toBe(wanted);
    expect(samePrediction(b, a)).toBe(wanted);
  });
});

it("describes any prediction in one short line", () => {
  expect(describePrediction("a\nb\x1b[2J")).toBe("a b [2J");
  expect(describePrediction("x".repeat(500)).length).toBeLessThan(110);
  expect(describePrediction(undefined)).toBe("nothing");
});
