import { describe, expect, it } from "vitest";
import { SetosaError } from "../errors.ts";
import type { ParityRows, Signature } from "../graph/signature.ts";
import type { Answers } from "./answers.ts";
import { checkParity, closeEnough } from "./parity.ts";

const classes = {
  task: { kind: "classification", classes: ["no", "yes"], labels: [0, 1], label: "l", scores: "s", scoreKind: "probability" },
  features: [],
} as const;
const parity: ParityRows = {
  rows: [[1], [null]],
  kinds: ["typical", "missing"],
  labels: [0, 1],
  scores: [
    [0.9, 0.1],
    [0.2, 0.8],
  ],
};
const right: Answers = { rows: 2, width: 2, labels: Int32Array.of(0, 1), scores: Float32Array.of(0.9, 0.1, 0.2, 0.8) };

function failure(signature: Signature, rows: ParityRows, answers: Answers): SetosaError {
  try {
    checkParity(signature, rows, answers);
  } catch (error) {
    if (error instanceof SetosaError) return error;
  }
  throw new Error("The answers passed.");
}

describe("checkParity", () => {
  it("passes answers that differ by what float32 leaves", () => {
    expect(checkParity(classes, parity, right)).toEqual({ rows: 2, passed: 2 });
  });

  it("names row, output and both values of a label that differs", () => {
    const error = failure(classes, parity, { ...right, labels: Int32Array.of(0, 0) });
    expect([error.code, error.path]).toEqual(["MODEL_PARITY_FAILED", "setosa.parity.rows[1]"]);
    expect(error.message).toBe(
      'Parity row 1 (missing): the training framework\'s label is "yes", and this engine\'s is "no". The row is [null].',
    );
  });

  it("names row, class and both values of a score that differs", () => {
    const error = failure(classes, parity, { ...right, scores: Float64Array.of(0.9, 0.1001, 0.2, 0.8) });
    expect(error.path).toBe("setosa.parity.rows[0]");
    expect(error.message).toContain('probability of "yes" is 0.1, and this engine\'s is 0.1001');
  });

  it("fails where the engine gives no label, no scores or NaN", () => {
    expect(failure(classes, parity, { rows: 2, width: 2, scores: Float64Array.of(0.9, 0.1, 0.2, 0.8) }).message).toContain("label");
    expect(failure(classes, parity, { rows: 2, width: 2, labels: Int32Array.of(0, 1) }).message).toContain("NaN");
    expect(failure(classes, parity, { ...right, scores: new Float64Array(4).fill(Number.NaN) }).message).toContain("NaN");
  });

  it("names the label that differs of several, and its score", () => {
    const outputs = [
      { name: "colour", classes: ["red", "blue"], labels: [0, 1] },
      { name: "ripe", classes: [false, true], labels: [0, 1] },
    ];
    const several: Signature = {
      task: { kind: "multioutput_classification", outputs, label: "l", scores: "s", scoreKind: "probability" },
      features: [],
    };
    const rows: ParityRows = { rows: [[1]], kinds: ["typical"], labels: [0, 1], scores: [[0.9, 0.1, 0.2, 0.8]] };
    const answers = { rows: 1, width: 4, labels: Int32Array.of(0, 1), scores: Float64Array.of(0.9, 0.1, 0.2, 0.8) };
    expect(checkParity(several, rows, answers).passed).toBe(1);
    const wrongLabel = failure(several, rows, { ...answers, labels: Int32Array.of(0, 0) });
    expect(wrongLabel.message).toContain('label of "ripe" is true, and this engine\'s is false');
    const wrongScore = failure(several, rows, { ...answers, scores: Float64Array.of(0.9, 0.1, 0.2, 0.7) });
    expect(wrongScore.message).toContain("probability of true is 0.8");
  });

  it("checks a regression by target", () => {
    const regression: Signature = { task: { kind: "regression", targets: ["low", "high"], value: "y" }, features: [] };
    const rows: ParityRows = { rows: [[1]], kinds: ["typical"], scores: [[1000, 2000]] };
    expect(checkParity(regression, rows, { rows: 1, width: 2, scores: Float32Array.of(1000.009, 2000) }).passed).toBe(1);
    expect(failure(regression, rows, { rows: 1, width: 2, scores: Float32Array.of(1000, 2000.03) }).message).toContain(
      'value of "high" is 2000',
    );
  });

  it("cuts long rows short", () => {
    const rows: ParityRows = { rows: [Array.from({ length: 10_000 }, () => 1)], kinds: ["typical"], labels: [1] };
    expect(failure(classes, rows, right).message.length).toBeLessThan(500);
  });
});

describe("closeEnough", () => {
  it.each([
    [0, 1e-6, true],
    [0, 1.1e-6, false],
    [1, 1.000009, true],
    [1, 1.000011, false],
    [-1e6, -1e6 - 9, true],
    [-1e6, -1e6 - 11, false],
    [1, Number.NaN, false],
    [1, Number.POSITIVE_INFINITY, false],
  ])("%s and %s: %s", (expected, found, close) => {
    expect(closeEnough(expected, found)).toBe(close);
  });
});
