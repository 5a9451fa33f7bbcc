import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compiledEngine } from "../../src/engines/compiled.ts";
import { onnxruntimeEngine } from "../../src/engines/onnxruntime.ts";
import { readModel } from "../../src/formats/registry.ts";
import { interpret } from "../../src/interpreter/interpret.ts";
import { type Tensor, tensor } from "../../src/tensor/tensor.ts";

/** Estimators as skl2onnx exports them, and what scikit-learn answers; see make.py beside them. */
const folder = new URL("../fixtures/other-models/", import.meta.url);
const names = [
  "knn",
  "knn-manhattan",
  "knn-two-targets",
  "knn-two-labels",
  "two-labels",
  "adaboost-rnn",
  "gaussian-process",
  "quadratic-discriminant",
  "isolation-forest",
  "bagging",
];

function expectClose(outputs: readonly Tensor[], expected: readonly (readonly number[])[]): void {
  expect(outputs).toHaveLength(expected.length);
  for (const [index, { data }] of outputs.entries()) {
    const want = expected[index] ?? [];
    expect(data).toHaveLength(want.length);
    // float32 rows and products of them, against float64 in scikit-learn.
    const wrong = want.findIndex((value, at) => !(Math.abs(value - Number(data[at])) <= Math.max(2e-6, 2e-5 * Math.abs(value))));
    expect(wrong, `output ${index}: ${want[wrong]} is ${data[wrong]}`).toBe(-1);
  }
}

describe.each(names)("%s.onnx", (name) => {
  const { graph } = readModel(readFileSync(new URL(`${name}.onnx`, folder)));
  const { rows, outputs } = JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as { rows: number[][]; outputs: number[][] };
  const input = tensor("float32", [rows.length, 4], Float32Array.from(rows.flat()));

  it("answers as scikit-learn does when it is interpreted", () => {
    expectClose(interpret(graph, [input]), outputs);
  });

  it("compiles, and answers as scikit-learn does", async () => {
    expectClose(await (await compiledEngine(graph, "a test")).run([input]), outputs);
  });
});

describe("a list of scores", () => {
  it("is an output for each label, on onnxruntime as well", async () => {
    const file = readModel(readFileSync(new URL("two-labels.onnx", folder)));
    expect(file.graph.outputs.map(({ name, dtype }) => `${name}: ${dtype}`)).toEqual([
      "label: int64",
      "probabilities1: float32",
      "probabilities2: float32",
    ]);
    const { rows, outputs } = JSON.parse(readFileSync(new URL("two-labels.json", folder), "utf8")) as {
      rows: number[][];
      outputs: number[][];
    };
    const engine = await onnxruntimeEngine(file.graph, file.onnx?.() ?? new Uint8Array(), "a test");
    try {
      expectClose(await engine.run([tensor("float32", [rows.length, 4], Float32Array.from(rows.flat()))]), outputs);
    } finally {
      await engine.close();
    }
  });
});
