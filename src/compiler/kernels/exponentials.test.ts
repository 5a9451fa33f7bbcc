import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { node } from "../../../test/onnx/tiny-models.ts";
import { buildGraph } from "../../graph/build.ts";
import type { Graph } from "../../graph/graph.ts";
import { interpret } from "../../interpreter/interpret.ts";
import { tensor } from "../../tensor/tensor.ts";
import { compile } from "../compile.ts";

function softmax(dtype: "float32" | "float64", width: number): Graph {
  return buildGraph({
    name: "softmax",
    opsets: { "": 18 },
    inputs: [{ name: "x", dtype, shape: ["n", width] }],
    outputs: [{ name: "y", dtype, shape: ["n", width] }],
    constants: new Map(),
    nodes: [node("Softmax", ["x"], ["y"])],
  });
}

/** A linear classifier that gives its input to the transform: as many classes as columns, or two of one column. */
function classifier(transform: string, width: number): Graph {
  const floats = (value: Float32Array) => ({ kind: "floats" as const, value });
  const count = Math.max(width, 2);
  return buildGraph({
    name: "classifier",
    opsets: { "": 18, "ai.onnx.ml": 3 },
    inputs: [{ name: "x", dtype: "float32", shape: ["n", width] }],
    outputs: [{ name: "scores", dtype: "float32", shape: ["n", count] }],
    constants: new Map(),
    nodes: [
      node("ai.onnx.ml.LinearClassifier", ["x"], ["label", "scores"], {
        coefficients: floats(Float32Array.from({ length: width * width }, (_, index) => (index % (width + 1) === 0 ? 1 : 0))),
        intercepts: floats(new Float32Array(width)),
        classlabels_ints: { kind: "ints", value: Float64Array.from({ length: count }, (_, index) => index) },
        post_transform: { kind: "string", value: transform },
      }),
    ],
  });
}

async function compiled(graph: Graph, values: readonly number[]): Promise<number[]> {
  const { inputs, outputs, run } = await compile(graph, { simd: true });
  inputs[0]?.data.set(values);
  run(1);
  return Array.from(outputs[0]?.data.slice(0, outputs[0].width) ?? []);
}

function interpreted(graph: Graph, values: readonly number[]): number[] {
  const dtype = graph.inputs[0]?.dtype === "float64" ? "float64" : "float32";
  const data = dtype === "float64" ? Float64Array.from(values) : Float32Array.from(values);
  return Array.from((interpret(graph, [tensor(dtype, [1, values.length], data as never) as never])[0]?.data ?? []) as ArrayLike<number>);
}

function expectClose(found: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, index) => {
    const other = expected[index] as number;
    if (Number.isNaN(other)) expect(value).toBeNaN();
    else expect(Math.abs(value - other), `${value} for ${other}`).toBeLessThanOrEqual(tolerance * Math.abs(other) + 1e-300);
  });
}

const scores = fc.array(fc.oneof(fc.float({ min: -90, max: 90, noNaN: true }), fc.constantFrom(0, -0, 1e30, -1e30, Number.NaN)), {
  minLength: 1,
  maxLength: 21,
});

describe("exponentials of pairs", () => {
  it.each(["float32", "float64"] as const)("give the softmax of %s", async (dtype) => {
    await fc.assert(
      fc.asyncProperty(scores, async (values) => {
        const graph = softmax(dtype, values.length);
        expectClose(await compiled(graph, values), interpreted(graph, values), dtype === "float32" ? 1.2e-7 : 1e-13);
      }),
      { numRuns: 200, seed: 8 },
    );
  });

  it.each(["LOGISTIC", "SOFTMAX"])("give %s scores", async (transform) => {
    await fc.assert(
      fc.asyncProperty(scores, async (values) => {
        const graph = classifier(transform, values.length);
        // The product with an identity of a row with NaN is NaN everywhere.
        expectClose(await compiled(graph, values), interpreted(graph, values), 1.2e-7);
      }),
      { numRuns: 200, seed: 9 },
    );
  });

  it.each(["Exp", "Sigmoid", "Tanh"])("give %s of float32", async (operator) => {
    const number = fc.oneof(
      fc.float({ noNaN: true }),
      fc.float({ min: -100, max: 100, noNaN: true }),
      fc.float({ min: -1, max: 1, noNaN: true }),
      fc.constantFrom(0, -0, Math.fround(0.05), Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(number, { minLength: 1, maxLength: 13 }), async (values) => {
        const graph = buildGraph({ ...softmax("float32", values.length), nodes: [node(operator, ["x"], ["y"])] });
        const expected = interpreted(graph, values);
        const found = await compiled(graph, values);
        found.forEach((value, index) => {
          const other = expected[index] as number;
          // The next float32 at most.
          if (!Object.is(value, other))
            expect(Math.abs(value - other), `${value} for ${other}`).toBeLessThanOrEqual(1.2e-7 * Math.abs(other) + 1.5e-45);
        });
      }),
      { numRuns: 400, seed: 10 },
    );
  });

  it("keep equal scores equal, at every place of a row", async () => {
    for (let width = 2; width < 12; width++)
      for (const score of [0.1, -3.7, 40.3]) {
        const powers = await compiled(softmax("float64", width), [5, ...new Array<number>(width - 1).fill(score)]);
        expect(new Set(powers.slice(1)).size).toBe(1);
      }
  });
});
