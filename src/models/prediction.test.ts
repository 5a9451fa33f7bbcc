import { describe, expect, it } from "vitest";
import type { Task } from "../graph/signature.ts";
import { predictionReader } from "./prediction.ts";

const read = (task: Task) => predictionReader({ task, features: [] });
const classification = {
  kind: "classification",
  classes: ["no", "yes"],
  labels: [0, 1],
  label: "label",
  scores: "scores",
  scoreKind: "probability",
} as const;
const several = {
  kind: "multioutput_classification",
  outputs: [
    { name: "colour", classes: ["red", "blue"], labels: [0, 1] },
    { name: "ripe", classes: [false, true], labels: [0, 1] },
  ],
  label: "labels",
  scores: "scores",
  scoreKind: "probability",
} as const;
const severalAnswers = {
  rows: 2,
  width: 4,
  labels: Int32Array.of(0, 1, 1, 0),
  scores: Float64Array.of(0.9, 0.1, 0.2, 0.8, 0.3, 0.7, 0.6, 0.4),
};

describe("predictionReader", () => {
  it("names the distances to every cluster's centre", () => {
    const task = { ...classification, kind: "clustering", classes: [0, 1], scoreKind: "distance" } as const;
    const answers = { rows: 1, width: 2, labels: Int32Array.of(1), scores: Float64Array.of(3, 0.5) };
    expect(read(task)(answers, 0)).toEqual({ prediction: 1, distances: { "0": 3, "1": 0.5 } });
  });

  it("names each of several labels, and its classes' probabilities", () => {
    expect(read(several)(severalAnswers, 1)).toEqual({
      prediction: { colour: "blue", ripe: false },
      probabilities: { colour: { red: 0.3, blue: 0.7 }, ripe: { false: 0.6, true: 0.4 } },
    });
    const { scores: _, ...labelsOnly } = several;
    expect(read(labelsOnly)(severalAnswers, 0)).toEqual({ prediction: { colour: "red", ripe: true } });
  });

  it("names the columns of a transformation, also a single one", () => {
    const task = { kind: "transformation", targets: ["pca0"], value: "y" } as const;
    expect(read(task)({ rows: 1, width: 1, scores: Float64Array.of(-2.5) }, 0)).toEqual({ prediction: { pca0: -2.5 } });
  });

  it("names the class and every class's probability, float32 in short form", () => {
    const answers = { rows: 2, width: 2, labels: Int32Array.of(0, 1), scores: Float32Array.of(0.98, 0.02, 0.25, 0.75) };
    expect(read(classification)(answers, 0)).toEqual({ prediction: "no", probabilities: { no: 0.98, yes: 0.02 } });
    expect(read(classification)(answers, 1)).toEqual({ prediction: "yes", probabilities: { no: 0.25, yes: 0.75 } });
  });

  it("takes the class from the label, whatever the scores are", () => {
    const answers = { rows: 1, width: 2, labels: Int32Array.of(0), scores: Float32Array.of(0.1, 0.9) };
    expect(read(classification)(answers, 0).prediction).toBe("no");
  });

  it("calls the values of a decision function scores", () => {
    const answers = { rows: 1, width: 2, labels: Int32Array.of(1), scores: Float64Array.of(-1 / 3, 1 / 3) };
    expect(read({ ...classification, scoreKind: "decision" })(answers, 0)).toEqual({
      prediction: "yes",
      scores: { no: -1 / 3, yes: 1 / 3 },
    });
  });

  it("gives the class alone where the model has no scores", () => {
    const { scores: _, ...labelOnly } = classification;
    expect(read(labelOnly)({ rows: 1, width: 0, labels: Int32Array.of(1) }, 0)).toEqual({ prediction: "yes" });
  });

  it("keeps classes that are numbers, booleans, or called like a member of every object", () => {
    const task = { ...classification, classes: [7, true, "__proto__"], labels: [0, 1, 2] };
    const { prediction, probabilities } = read(task)(
      { rows: 1, width: 3, labels: Int32Array.of(0), scores: Float64Array.of(0.5, 0.25, 0.125) },
      0,
    );
    expect(prediction).toBe(7);
    expect(Object.entries(probabilities ?? {})).toEqual([
      ["7", 0.5],
      ["true", 0.25],
      ["__proto__", 0.125],
    ]);
    expect(Object.getPrototypeOf(probabilities)).toBe(Object.prototype);
  });

  it("gives objects of their own, that later answers do not change", () => {
    const reader = read(classification);
    const answers = { rows: 1, width: 2, labels: Int32Array.of(0), scores: Float32Array.of(1, 0) };
    const first = reader(answers, 0);
    answers.scores.set([0, 1]);
    expect(reader(answers, 0).probabilities).toEqual({ no: 0, yes: 1 });
    expect(first.probabilities).toEqual({ no: 1, yes: 0 });
  });

  it("gives one target as a number and several by name", () => {
    const one = { kind: "regression", targets: ["value"], value: "y" } as const;
    const two = { kind: "regression", targets: ["low", "high"], value: "y" } as const;
    expect(read(one)({ rows: 2, width: 1, scores: Float32Array.of(1, 151.2) }, 1)).toEqual({ prediction: 151.2 });
    expect(read(two)({ rows: 2, width: 2, scores: Float64Array.of(1, 2, 3, 4) }, 1)).toEqual({ prediction: { low: 3, high: 4 } });
  });

  it("keeps what is not finite", () => {
    const one = { kind: "regression", targets: ["value"], value: "y" } as const;
    expect(read(one)({ rows: 1, width: 1, scores: Float32Array.of(Number.POSITIVE_INFINITY) }, 0)).toEqual({
      prediction: Number.POSITIVE_INFINITY,
    });
  });
});
