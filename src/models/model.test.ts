import { describe, expect, it } from "vitest";
import { classifier, classifierSignature, node, model as onnx, pooling } from "../../test/onnx/tiny-models.ts";
import { SetosaError } from "../errors.ts";
import { loadModel } from "./load-model.ts";

const sides = await loadModel(classifier());

const matrix = await loadModel(
  onnx({
    inputs: [
      { name: "left", dtype: "float32", shape: ["batch", 2, 2] },
      { name: "right", dtype: "float32", shape: ["batch", 2, 2] },
    ],
    outputs: [{ name: "sum", dtype: "float32", shape: ["batch", 2, 2] }],
    nodes: [node("Add", ["left", "right"], ["sum"])],
  }),
);

async function codeOf(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    if (error instanceof SetosaError) return error.code;
    throw error;
  }
  return "none";
}

describe("Model.predict", () => {
  it("takes features by name or in order", () => {
    const expected = { prediction: "left", scores: { left: 3, right: 1.5 } };
    expect(sides.predict({ b: 1.5, a: 3 })).toEqual(expected);
    expect(sides.predict([3, 1.5])).toEqual(expected);
  });

  it("gives predictions that later ones do not change", () => {
    const first = sides.predict([1, 2]);
    const second = sides.predict([4, 3]);
    expect([first, second].map(({ prediction, scores }) => [prediction, scores?.left])).toEqual([
      ["right", 1],
      ["left", 4],
    ]);
  });

  it("names the place of what is wrong", () => {
    expect(() => sides.predict({ a: 1 })).toThrow('The feature "b" is absent.');
    expect(() => sides.predictMany([[1, 2], { a: 1, b: "x" }])).toThrow(expect.objectContaining({ path: '[1]["b"]' }));
  });

  it("is as good as new after a refused row", () => {
    expect(() => sides.predict([9, Number.POSITIVE_INFINITY])).toThrow(SetosaError);
    expect(sides.predict([1, 2]).scores).toEqual({ left: 1, right: 2 });
  });
});

describe("Model.predictMany", () => {
  const { capacity = 0 } = sides.engine.kernel ?? {};

  it.each([1, capacity - 1, capacity, capacity + 1, 3 * capacity + 7])("answers %i rows, block after block", (count) => {
    const rows = Array.from({ length: count }, (_, row) => [row, count / 2]);
    const predictions = sides.predictMany(rows);
    expect(predictions.map(({ scores }) => scores?.left)).toEqual(rows.map(([a]) => a));
    expect(predictions.map(({ prediction }) => prediction)).toEqual(rows.map(([a = 0, b = 0]) => (a >= b ? "left" : "right")));
  });

  it("counts the rows of later blocks on from the first", () => {
    const rows: unknown[][] = Array.from({ length: 2 * capacity }, () => [1, 2]);
    rows[capacity + 3] = [1, "x"];
    expect(() => sides.predictMany(rows as number[][])).toThrow(expect.objectContaining({ path: `[${capacity + 3}][1]` }));
  });

  it("refuses an empty list", async () => {
    expect(await codeOf(() => sides.predictMany([]))).toBe("ROWS_EMPTY");
    expect(await codeOf(() => sides.predictManyAsync([]))).toBe("ROWS_EMPTY");
  });
});

describe("Model.predictRaw", () => {
  it("takes rows × features as typed arrays or plain numbers", () => {
    for (const values of [[1, 2, 4, 3], Float32Array.of(1, 2, 4, 3), Float64Array.of(1, 2, 4, 3)]) {
      const { rows, width, labels, scores } = sides.predictRaw(values);
      expect([rows, width, labels, scores]).toEqual([2, 2, Int32Array.of(1, 0), Float32Array.of(1, 2, 4, 3)]);
    }
  });

  it("answers more rows than a block holds", () => {
    const values = Float32Array.from({ length: 1000 }, (_, index) => index);
    expect(sides.predictRaw(values).scores).toEqual(values);
  });

  it("refuses what is no whole number of rows, and nothing", async () => {
    expect(await codeOf(() => sides.predictRaw([1, 2, 3]))).toBe("ROW_WIDTH_INVALID");
    expect(await codeOf(() => sides.predictRaw([]))).toBe("ROWS_EMPTY");
  });

  it("refuses models whose columns are not the features in order", async () => {
    const [first, second] = classifierSignature.features;
    const swapped = await loadModel(classifier({ signature: { ...classifierSignature, features: [second, first] } }));
    expect(swapped.predict([1, 2]).scores).toEqual({ left: 2, right: 1 });
    expect(await codeOf(() => swapped.predictRaw([1, 2]))).toBe("FEATURE_TYPE_INVALID");
  });
});

describe("a model that is not compiled", () => {
  it("answers asynchronously only, and says how", async () => {
    const model = await loadModel(classifier(), { engine: "interpreted" });
    expect(model.answersInline).toBe(false);
    expect(() => model.predict([1, 2])).toThrow(
      expect.objectContaining({ code: "ENGINE_ASYNC_ONLY", hint: "Use await model.predictAsync(row)." }),
    );
    expect(() => model.predictMany([[1, 2]])).toThrow(expect.objectContaining({ hint: "Use await model.predictManyAsync(rows)." }));
    expect(() => model.predictRaw([1, 2])).toThrow(expect.objectContaining({ code: "ENGINE_ASYNC_ONLY" }));
    expect(await model.predictAsync({ a: 3, b: 4 })).toEqual({ prediction: "right", scores: { left: 3, right: 4 } });
    expect(await model.predictManyAsync([[1, 2], { a: 2, b: 1 }])).toHaveLength(2);
    await expect(model.predictManyAsync([[1, 2], [1]])).rejects.toMatchObject({ code: "ROW_WIDTH_INVALID", path: "[1]" });
    await expect(model.predictAsync([1, "x"])).rejects.toMatchObject({ path: "[1]" });
  });

  it("keeps asynchronous answers of one model apart, whatever its engine", async () => {
    const interpreted = await loadModel(classifier(), { engine: "interpreted" });
    for (const model of [sides, interpreted]) {
      const [first, second] = await Promise.all([model.predictAsync([1, 2]), model.predictAsync([4, 3])]);
      expect([first, second].map(({ scores }) => scores?.left)).toEqual([1, 4]);
      const [[one] = [], [other] = []] = await Promise.all([model.predictManyAsync([[1, 2]]), model.predictManyAsync([[4, 3]])]);
      expect([one, other].map((prediction) => prediction?.scores?.left)).toEqual([1, 4]);
    }
  });

  it("answers the compiled ones' asynchronous calls too", async () => {
    expect(await sides.predictAsync([1, 2])).toEqual(sides.predict([1, 2]));
    expect(await sides.predictManyAsync([[1, 2]])).toEqual(sides.predictMany([[1, 2]]));
  });
});

describe("a model of tensors", () => {
  const ones = [
    [
      [1, 1],
      [1, 1],
    ],
  ];

  it("takes its inputs by name and gives its outputs by name", async () => {
    const outputs = await matrix.answerTensors({ left: ones, right: ones }, "inputs");
    expect([...outputs]).toEqual([["sum", { dtype: "float32", shape: [1, 2, 2], data: Float32Array.of(2, 2, 2, 2) }]]);
  });

  it.each([
    ["an input that is absent", { left: ones }, "inputs"],
    ["one that it does not have", { left: ones, right: ones, up: ones }, "inputs"],
    ["a bare list where there are two inputs", ones, "inputs"],
    ["nothing", null, "inputs"],
    ["a wrong shape", { left: ones, right: [[1]] }, 'inputs["right"]'],
  ])("refuses %s", async (_, inputs, path) => {
    await expect(matrix.answerTensors(inputs, "inputs")).rejects.toMatchObject({ code: "TENSOR_INVALID", path });
  });

  it("takes one input alone as a bare list", async () => {
    const model = await loadModel(pooling());
    const image = [
      [
        [
          [1, 2, 3],
          [4, 5, 6],
          [7, 8, 9],
        ],
      ],
    ];
    const outputs = await model.answerTensors(image, "instances");
    expect(outputs.get("sums")?.data).toEqual(Float32Array.of(12, 16, 24, 28));
    await expect(model.predictAsync([1])).rejects.toMatchObject({ code: "BODY_SHAPE_INVALID" });
    await model.close();
  });
});
