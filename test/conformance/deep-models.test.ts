import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { chooseEngine } from "../../src/engines/choose.ts";
import { readModel } from "../../src/formats/registry.ts";
import { loadModel } from "../../src/models/load-model.ts";
import type { DType } from "../../src/tensor/dtype.ts";
import { type Tensor, tensor } from "../../src/tensor/tensor.ts";

/** Networks that Keras and PyTorch trained, exported by `setosa.save`, with the frameworks' own answers. */

interface Recorded {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

function fixture(file: string): URL {
  return new URL(`../fixtures/deep/${file}`, import.meta.url);
}

function toTensor({ dtype, shape, data }: Recorded): Tensor {
  const result = tensor(dtype, shape) as Exclude<Tensor, { dtype: "string" }>;
  result.data.set(data);
  return result;
}

/** Against a row's largest value: a float32 sum is as exact as its largest terms. */
function farthest(found: Tensor, expected: Tensor): number {
  const values = Array.from(expected.data as ArrayLike<number>);
  const width = values.length / (expected.shape[0] ?? 1);
  return Math.max(
    ...values.map((value, index) => {
      const row = Math.floor(index / width) * width;
      const largest = Math.max(...values.slice(row, row + width).map(Math.abs));
      return Math.abs(value - (found.data[index] as number)) / Math.max(1e-6, 1e-5 * largest);
    }),
  );
}

describe("networks of Keras and PyTorch", () => {
  it.each(["keras-iris", "torch-iris"])("%s is compiled and passes its 150 parity rows", async (name) => {
    const model = await loadModel(readFileSync(fixture(`${name}.onnx`)), { name });
    expect([model.engine.kind, model.parity]).toEqual(["compiled", { rows: 150, passed: 150 }]);
    expect(model.signature.task).toMatchObject({ kind: "classification", classes: ["Iris-Setosa", "Iris-Versicolor", "Iris-Virginica"] });
    await model.close();
  });

  it.each([
    ["keras-digits", "compiled"],
    ["keras-lstm", "onnxruntime"],
    ["keras-signals", "compiled"],
    ["keras-two-inputs", "compiled"],
    ["torch-digits", "compiled"],
    ["torch-gru", "onnxruntime"],
    ["torch-signals", "compiled"],
    ["torch-transformer", "onnxruntime"],
  ])("%s answers on the %s engine as its framework does", async (name, kind) => {
    const bytes = readFileSync(fixture(`${name}.onnx`));
    const { graph, signature } = readModel(bytes);
    expect(signature.task).toEqual({ kind: "tensors" });
    const recorded = JSON.parse(readFileSync(fixture(`${name}.json`), "utf8")) as { inputs: Recorded[]; outputs: Recorded[] };
    const engine = await chooseEngine({ graph, onnx: () => bytes });
    expect(engine.kind).toBe(kind);
    // A model that is not compiled says which node stopped it, and why.
    if (engine.kind !== "compiled")
      expect(engine.reason).toMatch(/does not cover .+ \(node ".+"\): .+\.$|does not cover the .+put ".+": .+\.$/);
    const outputs = await engine.run(recorded.inputs.map(toTensor));
    await engine.close();
    expect(outputs).toHaveLength(recorded.outputs.length);
    outputs.forEach((output, position) => {
      const expected = toTensor(recorded.outputs[position] as Recorded);
      expect([output.dtype, output.shape]).toEqual([expected.dtype, expected.shape]);
      expect(farthest(output, expected)).toBeLessThanOrEqual(1);
    });
  });
});
