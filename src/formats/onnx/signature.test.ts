import { describe, expect, it } from "vitest";
import { classifier, classifierParity, classifierSignature, model, node } from "../../../test/onnx/tiny-models.ts";
import { SetosaError } from "../../errors.ts";
import { readModel } from "../registry.ts";

type Json = Record<string, unknown>;

const { task, features } = classifierSignature;

function refusal(action: () => unknown): SetosaError {
  try {
    action();
  } catch (error) {
    if (error instanceof SetosaError) return error;
    throw error;
  }
  throw new Error("The metadata was accepted.");
}

function feature(changes: Json, position = 0): Json {
  return { features: features.map((one, index) => (index === position ? { ...one, ...changes } : one)) };
}

function file(metadata: Record<string, string>): Uint8Array {
  return model({
    inputs: [{ name: "X", dtype: "float32", shape: ["n", 2] }],
    outputs: [{ name: "y", dtype: "float32", shape: ["n", 2] }],
    nodes: [node("Abs", ["X"], ["y"])],
    metadata,
  });
}

describe("setosa.signature", () => {
  it("is read whole", () => {
    const full = {
      ...classifierSignature,
      task: { ...task, classes: [true, false] },
      features: [
        { ...features[0], missing: true, min: -1.5, max: 2 },
        { ...features[1], categories: [0, 1.5, 2], unknown: "error" },
      ],
      example: [null, 1],
      framework: { name: "scikit-learn", version: "1.9.1", estimator: "SVC" },
      trained_at: "2026-11-01T00:00:00Z",
      something_new: { deep: [] },
    };
    expect(readModel(classifier({ signature: full })).signature).toEqual({
      name: "sides",
      version: "3",
      task: {
        kind: "classification",
        classes: [true, false],
        labels: ["left", "right"],
        label: "label",
        scores: "scores",
        scoreKind: "decision",
      },
      features: [
        { name: "a", input: "X", column: 0, dtype: "float32", missing: true, min: -1.5, max: 2 },
        { name: "b", input: "X", column: 1, dtype: "float32", missing: false, categories: [0, 1.5, 2], unknown: "error" },
      ],
      example: [null, 1],
      framework: { name: "scikit-learn", version: "1.9.1", estimator: "SVC" },
      trainedAt: "2026-11-01T00:00:00Z",
    });
  });

  it("of tensors has no features", () => {
    const tensors = { format: 1, task: { kind: "tensors" }, features: [] };
    expect(readModel(file({ "setosa.signature": JSON.stringify(tensors) })).signature).toEqual({ task: { kind: "tensors" }, features: [] });
    const error = refusal(() => readModel(file({ "setosa.signature": JSON.stringify({ ...tensors, features }) })));
    expect([error.code, error.message]).toEqual(["MODEL_SIGNATURE_INVALID", expect.stringContaining("an empty list")]);
  });

  it("may leave out what is optional, or say null", () => {
    const { signature } = readModel(classifier({ signature: { format: 1, name: null, task: { ...task, scores: null }, features } }));
    expect(signature).toEqual({
      task: { kind: "classification", classes: ["left", "right"], labels: ["left", "right"], label: "label", scoreKind: "decision" },
      features,
    });
  });

  it("may be of a regression", () => {
    const regression = { format: 1, task: { kind: "regression", targets: ["u", "v"], value: "y" }, features };
    const { signature } = readModel(file({ "setosa.signature": JSON.stringify(regression) }));
    expect(signature.task).toEqual({ kind: "regression", targets: ["u", "v"], value: "y" });
  });

  it.each([
    ["another format", { format: 2 }, "format"],
    ["a name that is a number", { name: 7 }, "name"],
    ["a version that is a list", { version: ["1"] }, "version"],
    ["no task", { task: undefined }, "task"],
    ["an unknown task", { task: { ...task, kind: "ranking" } }, "task.kind"],
    ["no classes", { task: { ...task, classes: [], labels: [] } }, "task.labels"],
    ["fewer labels than classes", { task: { ...task, labels: ["left"] } }, "task.labels"],
    ["a label twice", { task: { ...task, labels: ["left", "left"] } }, "task.labels"],
    ["labels of another type than the output", { task: { ...task, labels: [0, 1] } }, "task.labels"],
    ["a class twice", { task: { ...task, classes: ["1", 1] } }, "task.classes"],
    ["a class that is a list", { task: { ...task, classes: [["left"], "right"] } }, "task.classes[0]"],
    ["a label output that does not exist", { task: { ...task, label: "nothing" } }, "task.label"],
    ["a label output of floats", { task: { ...task, label: "scores" } }, "task.label"],
    ["scores that do not exist", { task: { ...task, scores: "nothing" } }, "task.scores"],
    ["scores that are strings", { task: { ...task, scores: "label" } }, "task.scores"],
    ["more classes than scores", { task: { ...task, classes: [1, 2, 3], labels: ["a", "b", "c"] } }, "task.scores"],
    ["an unknown kind of scores", { task: { ...task, score_kind: "odds" } }, "task.score_kind"],
    ["features that are an object", { features: {} }, "features"],
    ["no features", { features: [] }, "features"],
    ["a feature too few", { features: [features[0]] }, "features"],
    ["a feature that is a string", { features: ["a", "b"] }, "features[0]"],
    ["a name twice", feature({ name: "b" }), "features"],
    ["a column twice", feature({ column: 1 }), "features"],
    ["a column outside", feature({ column: 2 }), "features[0].column"],
    ["a column that is no whole number", feature({ column: 0.5 }), "features[0].column"],
    ["a negative column", feature({ column: -1 }), "features[0].column"],
    ["an input that does not exist", feature({ input: "Z" }), "features[0].input"],
    ["a property of every object for an input", feature({ input: "__proto__" }), "features[0].input"],
    ["another dtype than the input's", feature({ dtype: "string" }), "features[0].dtype"],
    ["an unknown dtype", feature({ dtype: "float16" }), "features[0].dtype"],
    ["a name that is missing", feature({ name: undefined }), "features[0].name"],
    ["missing that is a number", feature({ missing: 0 }), "features[0].missing"],
    ["categories that are a string", feature({ categories: "abc" }), "features[0].categories"],
    ["a category that is an object", feature({ categories: [{}] }), "features[0].categories[0]"],
    ["an unknown way with unknown categories", feature({ unknown: "guess" }, 1), "features[1].unknown"],
    ["a range of strings", feature({ min: "0" }), "features[0].min"],
    ["an example too short", { example: [1] }, "example"],
    ["an example with a list", { example: [1, [2]] }, "example[1]"],
    ["a framework without a version", { framework: { name: "scikit-learn", estimator: "SVC" } }, "framework.version"],
    ["a time that is a number", { trained_at: 20261101 }, "trained_at"],
  ])("is refused with %s", (_, changes, path) => {
    const { code, path: where, hint } = refusal(() => readModel(classifier({ signature: { ...classifierSignature, ...changes } })));
    expect([code, where, hint]).toEqual(["MODEL_SIGNATURE_INVALID", `setosa.signature.${path}`, expect.any(String)]);
  });

  it.each([
    ["no JSON", "{"],
    ["a bare NaN", '{"format":NaN}'],
    ["nesting that overflows a stack", "[".repeat(1_000_000)],
    ["a list", "[1]"],
    ["null", "null"],
    ["a number larger than float64", JSON.stringify(classifierSignature).replace('"column":0', '"column":1e999')],
  ])("is refused when it is %s", (_, text) => {
    expect(refusal(() => readModel(file({ "setosa.signature": text }))).code).toBe("MODEL_SIGNATURE_INVALID");
  });

  it("is checked in time that does not grow with inputs times features", () => {
    const inputs = Array.from({ length: 20_000 }, (_, index) => ({ name: `x${index}`, dtype: "float32" as const, shape: ["n", 1] }));
    const many = model({
      inputs,
      outputs: [{ name: "y", dtype: "float32", shape: ["n", 1] }],
      nodes: [node("Abs", ["x0"], ["y"])],
      metadata: {
        "setosa.signature": JSON.stringify({
          format: 1,
          task: { kind: "regression", targets: ["y"], value: "y" },
          features: inputs.map(({ name }) => ({ name, input: name, column: 0, dtype: "float32", missing: false })),
        }),
      },
    });
    const started = performance.now();
    expect(readModel(many).signature.features).toHaveLength(20_000);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe("the kinds of task", () => {
  const severalTask = {
    kind: "multioutput_classification",
    outputs: [
      { name: "colour", classes: ["red", "blue"], labels: [0, 1] },
      { name: "ripe", classes: [false, true], labels: [0, 1] },
    ],
    label: "labels",
    scores: "scores",
    score_kind: "probability",
  };
  const several = (task: Json, parity: Json = {}) =>
    readModel(
      model({
        inputs: [{ name: "X", dtype: "float32", shape: ["n", 2] }],
        outputs: [
          { name: "labels", dtype: "int64", shape: ["n", 2] },
          { name: "scores", dtype: "float32", shape: ["n", 4] },
        ],
        nodes: [
          node("Cast", ["X"], ["labels"], { to: { kind: "int", value: 7 } }),
          node("Concat", ["X", "X"], ["scores"], { axis: { kind: "int", value: 1 } }),
        ],
        metadata: {
          "setosa.signature": JSON.stringify({ format: 1, task: { ...severalTask, ...task }, features }),
          "setosa.parity": JSON.stringify({
            format: 1,
            rows: [[1, 0]],
            kinds: ["typical"],
            labels: [[1, 0]],
            scores: [[1, 0, 1, 0]],
            ...parity,
          }),
        },
      }),
    );

  it.each(["clustering", "outlier_detection"])("%s names classes", (kind) => {
    const { signature } = readModel(classifier({ signature: { ...classifierSignature, task: { ...task, kind } } }));
    expect(signature.task).toMatchObject({ kind, classes: ["left", "right"], scores: "scores" });
  });

  it("several labels have classes each, and parity rows a label for each", () => {
    const { signature, parity } = several({});
    const { score_kind: scoreKind, ...rest } = severalTask;
    expect(signature.task).toEqual({ ...rest, scoreKind });
    expect(parity?.labels).toEqual([1, 0]);
  });

  it.each([
    ["outputs of one name", { outputs: [severalTask.outputs[0], severalTask.outputs[0]] }, {}, "signature.task.outputs"],
    ["no outputs", { outputs: [] }, {}, "signature.task.outputs"],
    ["scores of another width", { outputs: severalTask.outputs.slice(1) }, {}, "signature.task.scores"],
    ["one label for a row", {}, { labels: [1] }, "parity.labels[0]"],
    ["a label beyond its own classes", {}, { labels: [[0, 2]] }, "parity.labels[0]"],
  ])("several labels are refused with %s", (_, changes, parity, path) => {
    const { code, path: where } = refusal(() => several(changes, parity));
    expect([code, where]).toEqual(["MODEL_SIGNATURE_INVALID", `setosa.${path}`]);
  });

  it("a transformation names columns, each once", () => {
    const transformed = (targets: string[]) =>
      readModel(
        file({ "setosa.signature": JSON.stringify({ format: 1, task: { kind: "transformation", targets, value: "y" }, features }) }),
      );
    expect(transformed(["pca0", "pca1"]).signature.task).toEqual({ kind: "transformation", targets: ["pca0", "pca1"], value: "y" });
    expect(refusal(() => transformed(["pca0", "pca0"])).path).toBe("setosa.signature.task.targets");
  });
});

describe("setosa.parity", () => {
  it("is read", () => {
    expect(readModel(classifier({ parity: classifierParity })).parity).toEqual({
      rows: classifierParity.rows,
      kinds: classifierParity.kinds,
      labels: classifierParity.labels,
      scores: classifierParity.scores,
    });
  });

  it("means nothing without a signature", () => {
    expect(readModel(file({ "setosa.parity": "{" })).parity).toBeUndefined();
  });

  it.each([
    ["another format", { format: "1" }, ".format"],
    ["rows that are no lists", { rows: [1, 2] }, ".rows[0]"],
    [
      "a row too wide",
      {
        rows: [
          [1, 2, 3],
          [1, 2],
        ],
      },
      ".rows[0]",
    ],
    ["fewer kinds than rows", { kinds: ["typical"] }, ".kinds"],
    ["an unknown kind", { kinds: ["typical", "odd"] }, ".kinds[1]"],
    ["a label that is no class", { labels: [0, 2] }, ".labels[1]"],
    ["two labels for a row of one", { labels: [[0, 1], 0] }, ".labels[0]"],
    ["a label that is negative", { labels: [0, -1] }, ".labels[1]"],
    ["no labels", { labels: undefined }, ""],
    ["more labels than rows", { labels: [0, 1, 1] }, ".labels"],
    [
      "scores of another width",
      {
        scores: [
          [1, 2, 3],
          [1, 2, 3],
        ],
      },
      ".scores",
    ],
    [
      "scores that are null",
      {
        scores: [
          [1, null],
          [1, 2],
        ],
      },
      ".scores[0][1]",
    ],
  ])("is refused with %s", (_, changes, path) => {
    const { code, path: where } = refusal(() => readModel(classifier({ parity: { ...classifierParity, ...changes } })));
    expect([code, where]).toEqual(["MODEL_SIGNATURE_INVALID", `setosa.parity${path}`]);
  });
});
