import { describe, expect, it } from "vitest";
import { SetosaError } from "../../errors.ts";
import type { DType } from "../../tensor/dtype.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import { loadModel } from "../load-model.ts";
import type { Model } from "../model.ts";
import { arrangeTensors } from "./arrange-tensors.ts";

const iris = await loadModel("models/iris.onnx");
const loans = await loadModel("models/loans.onnx");

function arranged(model: Model, given: Readonly<Record<string, Tensor>>): readonly Tensor[] {
  const named = Object.entries(given).map(([name, tensor], index) => ({ name, tensor, path: `inputs[${index}]` }));
  return arrangeTensors(model.graph, model.signature, named);
}

function refusal(model: Model, given: Readonly<Record<string, Tensor>>): readonly [string, string | undefined, string] {
  try {
    arranged(model, given);
  } catch (error) {
    if (error instanceof SetosaError) return [error.code, error.path, `${error.message} ${error.hint}`];
    throw error;
  }
  throw new Error("It was taken.");
}

const of = (dtype: DType, shape: readonly number[], values: readonly (number | string)[]): Tensor => {
  const made = tensor(dtype, shape) as Tensor;
  values.forEach((value, index) => {
    made.data[index] = value as never;
  });
  return made;
};
const [input] = iris.graph.inputs;
const name = input?.name ?? "";

describe("arrangeTensors", () => {
  it("takes the graph's input, and rounds float64 to the float32 that the graph has", () => {
    const [given] = arranged(iris, { [name]: of("float64", [1, 4], [5.1, 3.5, 1.4, 0.2]) });
    expect(given).toEqual(of(input?.dtype ?? "float32", [1, 4], [5.1, 3.5, 1.4, 0.2].map(Math.fround)));
    const [whole] = arranged(iris, { [name]: of("int64", [1, 4], [5, 3, 1, 0]) });
    expect(whole?.data).toEqual(Float32Array.of(5, 3, 1, 0));
  });

  it("puts columns by feature name together, in any order, as lists or tables of one column", () => {
    const columns: Record<string, Tensor> = {};
    const reversed = iris.signature.features.toReversed();
    for (const [index, feature] of reversed.entries())
      columns[feature.name] = of("float64", index === 1 ? [2] : [2, 1], [index, index + 0.5]);
    const [given] = arranged(iris, columns);
    expect(given).toEqual(of("float32", [2, 4], [3, 2, 1, 0, 3.5, 2.5, 1.5, 0.5]));
  });

  it("puts columns of several dtypes where they belong", async () => {
    const { features, example = [] } = loans.signature;
    const columns = Object.fromEntries(
      features.map(({ name, dtype }, index) => [
        name,
        of(dtype === "string" ? "string" : "float64", [1, 1], [(example[index] ?? Number.NaN) as never]),
      ]),
    );
    const outputs = await loans.answerGraph(arranged(loans, columns));
    const answers = loans.answerRow(example);
    expect(outputs.some(({ data }) => data.length === 1)).toBe(true);
    expect(answers).toMatchObject({ rows: 1 });
  });

  it("says what does not fit, where, and what was meant", () => {
    const row = of("float32", [1, 4], [5.1, 3.5, 1.4, 0.2]);
    expect(refusal(iris, { [`${name}s`]: row })).toEqual([
      "TENSOR_INVALID",
      "inputs[0]",
      expect.stringContaining(`Did you mean "${name}"`),
    ]);
    expect(refusal(iris, { [name]: of("string", [1, 4], ["a", "b", "c", "d"]) })).toEqual([
      "TENSOR_INVALID",
      "inputs[0]",
      expect.stringContaining("string"),
    ]);
    expect(refusal(iris, { "petal width (cm)": of("float64", [2], [1, 2]), "petal length (cm)": of("float64", [1], [1]) })[0]).toBe(
      "TENSOR_INVALID",
    );
    expect(refusal(iris, { "petal width (cm)": of("float64", [1], [1]), petal: of("float64", [1], [1]) })[2]).toContain(
      'no feature "petal"',
    );
    expect(refusal(iris, {})).toEqual(["TENSOR_INVALID", "inputs", expect.stringContaining("absent")]);
    expect(refusal(iris, { "petal width (cm)": of("float64", [1], [1]) })[2]).toContain("absent");
  });
});

describe("tensors of rows", () => {
  const answered = (model: Model, given: Readonly<Record<string, Tensor>>) => () => model.answerGraph(arranged(model, given));

  it("are checked as rows of JSON are", () => {
    expect(answered(iris, { [name]: of("float32", [1, 3], [1, 2, 3]) })).toThrow(expect.objectContaining({ code: "TENSOR_INVALID" }));
    expect(answered(iris, { [name]: of("float32", [4], [1, 2, 3, 4]) })).toThrow(expect.objectContaining({ code: "TENSOR_INVALID" }));
    expect(answered(iris, { [name]: of("float32", [1, 4, 1], [1, 2, 3, 4]) })).toThrow(expect.objectContaining({ code: "TENSOR_INVALID" }));
    expect(answered(iris, { [name]: of("float32", [0, 4], []) })).toThrow(expect.objectContaining({ code: "ROWS_EMPTY" }));
    const row = of("float32", [2, 4], [1, 2, 3, 4, 5, 6, Number.NaN, 8]);
    expect(answered(iris, { [name]: row })).toThrow(expect.objectContaining({ code: "FEATURE_NULL", path: `${name}[1][2]` }));
    const huge = of("float64", [1, 4], [1, 2, 1e300, 4]);
    expect(answered(iris, { [name]: huge })).toThrow(expect.objectContaining({ code: "FEATURE_NOT_FINITE", path: `${name}[0][2]` }));
  });

  it("tell observers what rows tell them", () => {
    const heard: unknown[] = [];
    const end = iris.observe({
      encoded: (inputs, count) => heard.push([inputs.length, count]),
      answered: (rows, { rows: answeredRows, labels }) => heard.push([rows.length, rows.at(1), rows.at(2), answeredRows, labels?.length]),
      failed: (error) => heard.push((error as SetosaError).code),
    });
    answered(iris, { [name]: of("float32", [2, 4], [5.1, 3.5, 1.4, 0.2, 6.5, 3, 5.5, 1.75]) })();
    expect(answered(iris, { [name]: of("float32", [0, 4], []) })).toThrow();
    end();
    expect(heard).toEqual([[1, 2], [2, [6.5, 3, 5.5, 1.75], undefined, 2, 2], "ROWS_EMPTY"]);
  });
});

describe.each(["models/iris.onnx", "models/iris-forest.onnx", "models/loans.onnx", "models/wine.onnx", "models/diabetes.onnx"])(
  "the outputs of %s",
  (path) => {
    it.each(["compiled", "onnxruntime"] as const)("are those of the same rows as JSON, on %s", async (engine) => {
      const model = await loadModel(path, { engine });
      const { features, example = [], task } = model.signature;
      // More rows than a kernel takes at a time.
      const rows = Array.from({ length: 700 }, (_, row) =>
        features.map(({ dtype, categories, min = 0, max = 1 }, index) =>
          dtype === "string" || categories !== undefined
            ? example[index]
            : Math.fround(min + ((max - min) * ((row * 7 + index * 3) % 11)) / 10),
        ),
      );
      const columns = Object.fromEntries(
        features.map(({ name, dtype }, index) => [
          name,
          of(
            dtype === "string" ? "string" : "float64",
            [rows.length],
            rows.map((row) => (row[index] ?? Number.NaN) as number),
          ),
        ]),
      );
      const outputs = await model.answerGraph(arranged(model, columns));
      const answers = await model.answerRows(rows);
      const scores = "value" in task ? task.value : "scores" in task ? task.scores : undefined;
      const position = model.graph.outputs.findIndex((output) => output.name === scores);
      expect(outputs[position]?.data).toEqual(answers.scores);
      await model.close();
    });
  },
);
