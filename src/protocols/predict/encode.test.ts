import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { labelClasses, type Signature, scoreColumns, type Task } from "../../graph/signature.ts";
import { predictionReader } from "../../models/prediction.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { createEncoder } from "./encode.ts";
import { encodeTensors } from "./encode-tensors.ts";

const classes = ["Iris-Setosa", 'a "quoted" one', 7, true];
const classification = (scoreKind: "probability" | "decision", scores: string | undefined = "scores"): Signature => ({
  task: { kind: "classification", classes, labels: [0, 1, 2, 3], label: "label", ...(scores === undefined ? {} : { scores }), scoreKind },
  features: [],
});
const regression = (...targets: string[]): Signature => ({ task: { kind: "regression", targets, value: "value" }, features: [] });
const parse = (text: string): unknown => JSON.parse(text);

describe("createEncoder", () => {
  it("names the label and every class's probability", () => {
    const encoder = createEncoder("iris", "1", classification("probability"));
    const answers = { rows: 2, width: 4, labels: Int32Array.of(1, 3), scores: Float32Array.of(0.02, 0.98, 0, 0, 0.1, 0.2, 0.3, 0.4) };
    expect(encoder.one(answers)).toBe(
      '{"model":"iris","version":"1","prediction":"a \\"quoted\\" one","probabilities":{"Iris-Setosa":0.02,"a \\"quoted\\" one":0.98,"7":0,"true":0}}\n',
    );
    expect(parse(encoder.many(answers))).toEqual({
      model: "iris",
      version: "1",
      predictions: [
        { prediction: 'a "quoted" one', probabilities: { "Iris-Setosa": 0.02, 'a "quoted" one': 0.98, "7": 0, true: 0 } },
        { prediction: true, probabilities: { "Iris-Setosa": 0.1, 'a "quoted" one': 0.2, "7": 0.3, true: 0.4 } },
      ],
    });
    expect(encoder.plain(answers)).toBe('Prediction: a "quoted" one\n');
  });

  it("calls decision values scores, and writes what JSON has no number for as null", () => {
    const encoder = createEncoder("m", "2", classification("decision"));
    const answers = {
      rows: 1,
      width: 4,
      labels: Int32Array.of(2),
      scores: Float64Array.of(-1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e300),
    };
    expect(parse(encoder.one(answers))).toEqual({
      model: "m",
      version: "2",
      prediction: 7,
      scores: { "Iris-Setosa": -1.5, 'a "quoted" one': null, "7": null, true: 1e300 },
    });
  });

  it("answers a label alone where the model has no scores", () => {
    const { task } = classification("probability");
    if (task.kind !== "classification") throw new Error();
    const { scores: _, ...withoutScores } = task;
    const encoder = createEncoder("m", "1", { task: withoutScores, features: [] });
    expect(parse(encoder.one({ rows: 1, width: 0, labels: Int32Array.of(0) }))).toEqual({
      model: "m",
      version: "1",
      prediction: "Iris-Setosa",
    });
  });

  it("answers a number, or an object of several targets", () => {
    const one = { rows: 1, width: 1, scores: Float32Array.of(151.2) };
    expect(createEncoder("d", "1", regression("y")).one(one)).toBe('{"model":"d","version":"1","prediction":151.2}\n');
    expect(createEncoder("d", "1", regression("y")).plain(one)).toBe("Prediction: 151.2\n");
    const two = { rows: 1, width: 2, scores: Float64Array.of(1, 2.5) };
    expect(parse(createEncoder("d", "1", regression("a", "b")).one(two))).toMatchObject({ prediction: { a: 1, b: 2.5 } });
  });

  it("answers what predictions are, for every kind of task", () => {
    const labels = { label: "l", scores: "s" } as const;
    const outputs = [
      { name: "colour", classes: ["red", '"'], labels: [0, 1] },
      { name: "ripe", classes: [false, true], labels: [0, 1] },
    ] as const;
    const tasks: readonly Task[] = [
      { kind: "clustering", classes: [0, 1, 2, 3], labels: [0, 1, 2, 3], ...labels, scoreKind: "distance" },
      { kind: "outlier_detection", classes: [-1, 1], labels: [-1, 1], ...labels, scoreKind: "decision" },
      { kind: "multioutput_classification", outputs, ...labels, scoreKind: "probability" },
      { kind: "multioutput_classification", outputs, label: "l", scoreKind: "probability" },
      { kind: "transformation", targets: ["pca0"], value: "s" },
      { kind: "transformation", targets: ["pca0", "pca1"], value: "s" },
    ];
    for (const task of tasks) {
      const width = scoreColumns(task);
      const several = labelClasses(task).length;
      const answers = {
        rows: 2,
        width,
        ...(several === 0 ? {} : { labels: Int32Array.from({ length: 2 * several }, (_, index) => index % 2) }),
        ...(width === 0 ? {} : { scores: Float64Array.from({ length: 2 * width }, (_, index) => index / 8) }),
      };
      const signature = { task, features: [] };
      const read = predictionReader(signature);
      expect(parse(createEncoder("m", "1", signature).many(answers))).toEqual({
        model: "m",
        version: "1",
        predictions: [read(answers, 0), read(answers, 1)],
      });
      expect(parse(createEncoder("m", "1", signature).one(answers))).toEqual({ model: "m", version: "1", ...read(answers, 0) });
    }
  });

  it("says several labels in words without their probabilities", () => {
    const outputs = [{ name: "ripe", classes: [false, true], labels: [0, 1] }];
    const task = { kind: "multioutput_classification", outputs, label: "l", scores: "s", scoreKind: "probability" } as const;
    const answers = { rows: 1, width: 2, labels: Int32Array.of(1), scores: Float64Array.of(0.25, 0.75) };
    expect(createEncoder("m", "1", { task, features: [] }).plain(answers)).toBe('Prediction: {"ripe":true}\n');
  });

  it("writes JSON whatever classes and numbers are", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 5 }), fc.double(), fc.nat(), (names, value, pick) => {
        const label = pick % names.length;
        const task = { kind: "classification", classes: names, labels: names, label: "l", scores: "s", scoreKind: "probability" } as const;
        const answers = { rows: 1, width: names.length, labels: Int32Array.of(label), scores: Float64Array.from(names, () => value) };
        const answer = parse(createEncoder("m", "1", { task, features: [] }).one(answers)) as { prediction: string; probabilities: object };
        expect(answer.prediction).toBe(names[label]);
        const expected = Number.isFinite(value) ? value + 0 : null;
        expect(Object.entries(answer.probabilities).sort()).toEqual(names.map((name) => [name, expected]).sort());
      }),
    );
  });
});

describe("encodeTensors", () => {
  it("nests by shape", () => {
    const outputs = new Map<string, Tensor>([
      ["a", { dtype: "float32", shape: [2, 2], data: Float32Array.of(0.1, 2, Number.NaN, 4) }],
      ["b", { dtype: "string", shape: [2], data: ['"', "y"] }],
      ["c", { dtype: "bool", shape: [1, 2], data: Uint8Array.of(0, 1) }],
      ["d", { dtype: "int64", shape: [], data: Float64Array.of(9007199254740991) }],
      ["e", { dtype: "float64", shape: [0, 3], data: new Float64Array(0) }],
    ]);
    expect(parse(encodeTensors("m", "1", outputs))).toEqual({
      model: "m",
      version: "1",
      outputs: {
        a: [
          [0.1, 2],
          [null, 4],
        ],
        b: ['"', "y"],
        c: [[false, true]],
        d: 9007199254740991,
        e: [],
      },
    });
  });
});
