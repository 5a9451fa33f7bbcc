import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ErrorBody, PredictTensors } from "../../src/protocols/predict/messages.ts";
import { root, runtimes } from "./process.ts";
import { sharedServer } from "./server.ts";

/** Networks of Keras and PyTorch over HTTP: images, token ids and named inputs as tensors, in any number of rows. */

interface Recorded {
  readonly inputs: readonly Values[];
  readonly outputs: readonly Values[];
}

interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

const folder = `${root}test/fixtures/deep`;
const networks = ["keras-digits", "keras-lstm", "keras-two-inputs", "torch-gru", "torch-transformer"] as const;

function recorded(name: string): Recorded {
  return JSON.parse(readFileSync(`${folder}/${name}.json`, "utf8")) as Recorded;
}

/** Nested lists, of the first rows. */
function nested({ shape, data }: Values, rows = shape[0] ?? 0): unknown[] {
  const build = (axis: number, start: number): unknown => {
    if (axis === shape.length) return data[start];
    const width = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
    return Array.from({ length: axis === 0 ? rows : (shape[axis] ?? 0) }, (_, index) => build(axis + 1, start + index * width));
  };
  return build(0, 0) as unknown[];
}

/** Against the largest value of all: a float32 sum is as exact as its largest terms. */
function farthest(found: unknown, { shape, data }: Values, rows: number): number {
  const expected = data.slice(0, (data.length / (shape[0] ?? 1)) * rows);
  const values = [found].flat(Number.POSITIVE_INFINITY) as number[];
  expect(values).toHaveLength(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(...values.map((value, index) => Math.abs(value - (expected[index] ?? Number.NaN)))) / Math.max(1e-6, 1e-5 * largest);
}

describe.each(runtimes)("networks over HTTP, on %s", (runtime) => {
  const files = networks.map((name) => `${folder}/${name}.onnx`);

  describe.each(["auto", "onnxruntime"])("on the engine %s", (engine) => {
    const server = sharedServer(runtime, [...files, "--default", "keras-digits", "--engine", engine]);

    it("says which node took a network to onnxruntime", () => {
      const output = server().running.output();
      if (engine === "auto") expect(output).toMatch(/torch-transformer.*onnxruntime \(The compiler does not cover/s);
      else expect(output).toContain("onnxruntime (asked for)");
    });

    it.each(networks)("%s answers as its framework did, for all rows and for some", async (name) => {
      const { inputs, outputs } = recorded(name);
      const described = (await (await fetch(`${server().url}/models/${name}`)).json()) as {
        inputs: { name: string }[];
        outputs: { name: string }[];
      };
      const all = inputs[0]?.shape[0] ?? 0;
      for (const rows of [all, 1, 3]) {
        const body = { inputs: Object.fromEntries(inputs.map((values, index) => [described.inputs[index]?.name, nested(values, rows)])) };
        const answer = await server().post(`/models/${name}/predict`, body);
        expect(answer.status).toBe(200);
        const found = ((await answer.json()) as PredictTensors).outputs;
        outputs.forEach((values, index) => {
          expect(farthest(found[described.outputs[index]?.name ?? ""], values, rows)).toBeLessThanOrEqual(1);
        });
      }
    });

    it.each([
      ["one of two inputs", "keras-two-inputs", { inputs: { left: [[1, 2, 3]] } }, "TENSOR_INVALID"],
      ["instances of two inputs", "keras-two-inputs", { instances: [[1, 2, 3]] }, "TENSOR_INVALID"],
      ["inputs of unlike numbers of rows", "keras-two-inputs", { inputs: { left: [[1, 2, 3]], right: [] } }, "TENSOR_INVALID"],
      ["fractions for token ids", "keras-lstm", { instances: [Array.from({ length: 12 }, () => 0.5)] }, "TENSOR_INVALID"],
      ["an image of another size", "keras-digits", { instances: [[[[0]]]] }, "TENSOR_INVALID"],
    ])("refuses %s", async (_, name, body, code) => {
      const answer = await server().post(`/models/${name}/predict`, body);
      const { error } = (await answer.json()) as ErrorBody;
      expect([answer.status, error.code]).toEqual([400, code]);
    });
  });
});
