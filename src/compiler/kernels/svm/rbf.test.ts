import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { node } from "../../../../test/onnx/tiny-models.ts";
import { buildGraph } from "../../../graph/build.ts";
import type { Graph } from "../../../graph/graph.ts";
import { compile } from "../../compile.ts";

interface Machine {
  readonly width: number;
  readonly gamma: number;
  readonly vectors: readonly number[];
  readonly coefficients: readonly number[];
  readonly values: readonly number[];
}

/** Around every number of vectors that fits registers and blocks; near to 0, where squares are expanded, and far from it. */
const machine: fc.Arbitrary<Machine> = fc
  .tuple(
    fc.constantFrom(1, 2, 3, 7, 8, 9, 16, 17, 40, 67),
    fc.constantFrom(2, 3, 8, 9, 33),
    fc.constantFrom(0, 3, 1e4),
    fc.constantFrom(0.01, 0.3, 1),
  )
  .chain(([count, width, far, gamma]) => {
    const number = fc.float({ min: -2, max: 2, noNaN: true }).map((value) => Math.fround(far + value));
    return fc.record({
      width: fc.constant(width),
      gamma: fc.constant(Math.fround(gamma)),
      vectors: fc.array(number, { minLength: count * width, maxLength: count * width }),
      coefficients: fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: count, maxLength: count }),
      values: fc.array(number, { minLength: width * 3, maxLength: width * 3 }),
    });
  });

function graph({ width, gamma, vectors, coefficients }: Machine): Graph {
  const floats = (list: readonly number[]) => ({ kind: "floats" as const, value: Float32Array.from(list) });
  return buildGraph({
    name: "machine",
    opsets: { "": 18, "ai.onnx.ml": 3 },
    inputs: [{ name: "x", dtype: "float32", shape: ["n", width] }],
    outputs: [{ name: "y", dtype: "float32", shape: ["n", 1] }],
    constants: new Map(),
    nodes: [
      node("ai.onnx.ml.SVMRegressor", ["x"], ["y"], {
        kernel_type: { kind: "string", value: "RBF" },
        kernel_params: floats([gamma, 0, 3]),
        support_vectors: floats(vectors),
        coefficients: floats(coefficients),
        n_supports: { kind: "int", value: coefficients.length },
        rho: floats([0]),
      }),
    ],
  });
}

async function answers(example: Machine, simd: boolean, values: readonly number[]): Promise<number[]> {
  const { inputs, outputs, run } = await compile(graph(example), { simd, capacity: 3 });
  inputs[0]?.data.set(values);
  run(3);
  return Array.from(outputs[0]?.data ?? []);
}

describe.each([true, false])("a machine with the RBF kernel (SIMD %s)", (simd) => {
  it("is the sum over its vectors", async () => {
    await fc.assert(
      fc.asyncProperty(machine, async (example) => {
        const { width, gamma, vectors, coefficients, values } = example;
        const found = await answers(example, simd, values);
        found.forEach((value, row) => {
          const terms = coefficients.map((coefficient, vector) => {
            const square = Array.from(
              { length: width },
              (_, column) => ((values[row * width + column] as number) - (vectors[vector * width + column] as number)) ** 2,
            ).reduce((sum, term) => sum + term, 0);
            return coefficient * Math.exp(-gamma * square);
          });
          const exact = terms.reduce((sum, term) => sum + term, 0);
          const sizes = terms.reduce((sum, term) => sum + Math.abs(term), 0);
          expect(Math.abs(value - exact)).toBeLessThanOrEqual(2 ** -24 * Math.abs(exact) + 1.1e-9 * sizes + 1e-44);
        });
      }),
      { numRuns: 200, seed: 4 },
    );
  });

  it("sees an infinite row far from everything, and has no answer to NaN", async () => {
    const example = { width: 9, gamma: 0.5, vectors: new Array<number>(90).fill(0.5), coefficients: new Array<number>(10).fill(1) };
    const row = new Array<number>(9).fill(0.5);
    const values = [...row.with(8, Number.POSITIVE_INFINITY), ...row.with(0, Number.NaN), ...row];
    expect(await answers({ ...example, values }, simd, values)).toEqual([0, Number.NaN, 10]);
  });
});
