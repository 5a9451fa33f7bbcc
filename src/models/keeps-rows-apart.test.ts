import { readFile } from "node:fs/promises";
import { afterEach, describe, expect, it } from "vitest";
import { model as file, node, pooling, product } from "../../test/onnx/tiny-models.ts";
import { defaultSettings, forAll } from "../scheduling/settings.ts";
import { loadModel } from "./load-model.ts";
import type { Model } from "./model.ts";

const models: Model[] = [];
afterEach(() => Promise.all(models.splice(0).map((model) => model.close())));

const time = {
  now: () => performance.now(),
  timer: (milliseconds: number, callback: () => void) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

async function batchingOf(bytes: Uint8Array, batchRows = 32): Promise<string | undefined> {
  const settings = { ...defaultSettings, batchRows: forAll(batchRows) };
  const model = await loadModel(bytes, { engine: "onnxruntime", scheduling: { settings, time } });
  models.push(model);
  return model.engine.queue?.batching;
}

const float = (name: string, ...shape: (number | string)[]) => ({ name, dtype: "float32", shape }) as const;
const together = "up to 32 rows together";

describe("whether rows of several requests are run together", () => {
  it.each(["iris.onnx", "iris-forest.onnx", "digits.onnx", "loans.onnx"])("they are for %s", async (name) => {
    expect(await batchingOf(await readFile(new URL(`../../models/${name}`, import.meta.url)))).toBe(together);
  });

  it("they are for models of tensors that say nothing of themselves", async () => {
    expect(await batchingOf(pooling())).toBe(together);
    expect(await batchingOf(product())).toBe(together);
  });

  it("they are where another dimension is open as well", async () => {
    const bytes = file({ inputs: [float("x", "n", "width")], outputs: [float("y", "n", "width")], nodes: [node("Relu", ["x"], ["y"])] });
    expect(await batchingOf(bytes)).toBe(together);
  });

  it("they are not where the user does not want it", async () => {
    expect(await batchingOf(pooling(), 1)).toBe("every request alone, as asked for");
  });

  it.each([
    ["an input", [float("x", 1, 2)], [float("y", "n", 2)], 'the input "x" has a fixed number of rows'],
    ["an output", [float("x", "n", 2)], [float("y", 3, 2)], 'the output "y" has a fixed number of rows'],
  ])("they are not where %s fixes their number", async (_, inputs, outputs, why) => {
    expect(await batchingOf(file({ inputs, outputs, nodes: [node("Relu", ["x"], ["y"])] }))).toBe(`every request alone: ${why}`);
  });

  it("they are not where a row's answer depends on the others", async () => {
    const softmax = node("Softmax", ["x"], ["y"], { axis: { kind: "int", value: 0 } });
    const bytes = file({ inputs: [float("x", "n", 2)], outputs: [float("y", "n", 2)], nodes: [softmax] });
    expect(await batchingOf(bytes)).toBe('every request alone: "y" of a row depends on the rows beside it');
  });

  it("they are not where outputs are not by row", async () => {
    const transpose = node("Transpose", ["x"], ["y"], { perm: { kind: "ints", value: Float64Array.of(1, 0) } });
    const bytes = file({ inputs: [float("x", "n", 3)], outputs: [float("y", "m", "n")], nodes: [transpose] });
    expect(await batchingOf(bytes)).toBe("every request alone: its outputs do not have a row for every row");
  });

  it("they are not where nothing that was made up could be run", async () => {
    const nodes = [node("Gather", ["table", "x"], ["y"], { axis: { kind: "int", value: 0 } })];
    const bytes = file({
      inputs: [{ name: "x", dtype: "int64", shape: ["n"] }],
      outputs: [float("y", "n")],
      constants: new Map([["table", { dtype: "float32", shape: [1], data: Float32Array.of(5) }]]),
      nodes,
    });
    expect(await batchingOf(bytes)).toMatch(/^every request alone: rows to try it with were refused: /);
  });
});
