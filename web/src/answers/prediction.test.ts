import { describe, expect, it } from "vitest";
import { answerGroups, formatNumber, type Prediction, sameAnswer } from "./prediction.ts";

describe("answerGroups", () => {
  it("has a bar for each class, in their order", () => {
    expect(answerGroups("classification", { prediction: "b", probabilities: { a: 0.25, b: 0.75 } })).toEqual([
      {
        name: undefined,
        prediction: "b",
        scores: "probabilities",
        bars: [
          { label: "a", value: 0.25, share: 0.25, predicted: false },
          { label: "b", value: 0.75, share: 0.75, predicted: true },
        ],
      },
    ]);
  });

  it("measures decision values and distances by the largest", () => {
    const [group] = answerGroups("classification", { prediction: 1, scores: { 0: -4, 1: 2 } });
    expect(group?.bars.map(({ share }) => share)).toEqual([1, 0.5]);
    expect(answerGroups("clustering", { prediction: 0, distances: { 0: 0, 1: 0 } })[0]?.bars.map(({ share }) => share)).toEqual([0, 0]);
  });

  it("has a group for each output of several", () => {
    const answer: Prediction = {
      prediction: { colour: "red", size: 2 },
      probabilities: { colour: { red: 0.9, blue: 0.1 }, size: { 1: 0.4, 2: 0.6 } },
    };
    expect(answerGroups("multioutput_classification", answer).map(({ name, prediction, bars }) => [name, prediction, bars.length])).toEqual(
      [
        ["colour", "red", 2],
        ["size", "2", 2],
      ],
    );
  });

  it("shows a regression's value, and several as a list", () => {
    expect(answerGroups("regression", { prediction: 152.5 })).toEqual([
      { name: undefined, prediction: "152.5", scores: undefined, bars: [] },
    ]);
    const [several] = answerGroups("regression", { prediction: { low: -1, high: 4 } });
    expect([several?.prediction, several?.bars.map(({ value, share }) => [value, share])]).toEqual([
      undefined,
      [
        [-1, 0.25],
        [4, 1],
      ],
    ]);
  });
});

describe("sameAnswer", () => {
  it("compares what is predicted, and every bit of it", () => {
    const server = { model: "iris", version: "1", prediction: "a", probabilities: { a: 0.1 } } as Prediction;
    expect(sameAnswer(server, { prediction: "a", probabilities: { a: 0.1 } })).toBe(true);
    expect(sameAnswer(server, { prediction: "a", probabilities: { a: 0.1 + 2 ** -55 } })).toBe(false);
    expect(sameAnswer(server, { prediction: "b", probabilities: { a: 0.1 } })).toBe(false);
  });
});

describe("formatNumber", () => {
  it.each([
    [0.98165685, "probabilities", "98.2 %"],
    [1.4e-8, "probabilities", "<0.1 %"],
    [0.99999, "probabilities", ">99.9 %"],
    [0, "probabilities", "0.0 %"],
    [1, "probabilities", "100.0 %"],
    [152.123456789, undefined, "152.1235"],
    [-1e-9, undefined, "-1.0000e-9"],
  ] as const)("writes %d as %s: %s", (value, scores, text) => {
    expect(formatNumber(value, scores)).toBe(text);
  });
});
