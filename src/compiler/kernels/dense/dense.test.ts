import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { node } from "../../../../test/onnx/tiny-models.ts";
import { buildGraph } from "../../../graph/build.ts";
import type { Graph } from "../../../graph/graph.ts";
import { interpret } from "../../../interpreter/interpret.ts";
import { tensor } from "../../../tensor/tensor.ts";
import { compile } from "../../compile.ts";

const opsets = { "": 18, "com.microsoft": 1 };
const rowCount = 3;

/** Every width around those of registers, blocks and partial sums. */
const size = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(13, 14, 15, 27, 28, 29, 40, 57, 65, 100));
const float = fc.float({ min: -100, max: 100, noNaN: true });

interface Layer {
  readonly rows: number;
  readonly columns: number;
  readonly weights: readonly number[];
  readonly values: readonly number[];
}

const layer: fc.Arbitrary<Layer> = fc.tuple(size, size).chain(([rows, columns]) =>
  fc.record({
    rows: fc.constant(rows),
    columns: fc.constant(columns),
    weights: fc.array(float, { minLength: rows * columns, maxLength: rows * columns }),
    values: fc.array(float, { minLength: rows * rowCount, maxLength: rows * rowCount }),
  }),
);

async function run(graph: Graph, values: readonly number[], simd: boolean): Promise<number[]> {
  const { inputs, outputs, run } = await compile(graph, { simd, capacity: rowCount });
  const width = inputs[0]?.width ?? 0;
  const [columns, found] = [outputs[0]?.width ?? 0, outputs[0]?.data ?? []];
  inputs[0]?.data.set(values);
  run(rowCount);
  const together = Array.from(found);
  // What one row alone gives is what it gives in a block.
  for (let row = 0; row < rowCount; row++) {
    inputs[0]?.data.set(values.slice(row * width, (row + 1) * width));
    run(1);
    expect(Array.from(found).slice(0, columns)).toEqual(together.slice(row * columns, (row + 1) * columns));
  }
  return together;
}

function product(dtype: "float32" | "float64", { rows, columns, weights }: Layer): Graph {
  const matrix = tensor(dtype, [rows, columns], (dtype === "float32" ? Float32Array : Float64Array).from(weights) as never);
  return buildGraph({
    name: "product",
    opsets,
    inputs: [{ name: "x", dtype, shape: ["n", rows] }],
    outputs: [{ name: "y", dtype, shape: ["n", columns] }],
    constants: new Map([["w", matrix as never]]),
    nodes: [node("MatMul", ["x", "w"], ["y"])],
  });
}

describe.each([true, false])("a row times a matrix (SIMD %s)", (simd) => {
  it.each(["float32", "float64"] as const)("is the sum of %s products, to float64", async (dtype) => {
    await fc.assert(
      fc.asyncProperty(layer, async (example) => {
        const found = await run(product(dtype, example), example.values, simd);
        const { rows, columns, weights, values } = example;
        found.forEach((value, index) => {
          const [row, column] = [Math.floor(index / columns), index % columns];
          const terms = Array.from(
            { length: rows },
            (_, k) => (values[row * rows + k] as number) * (weights[k * columns + column] as number),
          );
          const exact = terms.reduce((sum, term) => sum + term, 0);
          const sizes = terms.reduce((sum, term) => sum + Math.abs(term), 0);
          const rounding = dtype === "float32" ? 2 ** -24 * Math.abs(exact) : 0;
          expect(Math.abs(value - exact)).toBeLessThanOrEqual(rounding * 1.01 + rows * 2 ** -52 * sizes + 1e-44);
        });
      }),
      { numRuns: 150, seed: 5 },
    );
  });

  it.each([1, 2, 3, 4, 5, 40])("keeps infinities and NaN in the columns where they belong, of %i", async (columns) => {
    for (const rows of [17, 30, 33]) {
      const weights = Array.from({ length: rows * columns }, (_, index) => (index % 7) - 3);
      const values = Array.from({ length: rows * rowCount }, (_, index) => index % 5);
      // At the end of a row, where what lies behind it must not be read into it.
      values[rows - 1] = Number.POSITIVE_INFINITY;
      values[rows * 2 - 1] = Number.NaN;
      const example = { rows, columns, weights, values };
      const graph = product("float32", example);
      const [expected] = interpret(graph, [tensor("float32", [rowCount, rows], Float32Array.from(values))]);
      expect(await run(graph, values, simd)).toEqual(Array.from(expected?.data as Float32Array));
    }
  });

  it.each(["sqeuclidean", "euclidean", "cityblock"])("measures the %s distances to points", async (metric) => {
    await fc.assert(
      fc.asyncProperty(layer, async ({ rows, columns, weights, values }) => {
        const graph = buildGraph({
          name: "distances",
          opsets,
          inputs: [{ name: "x", dtype: "float32", shape: ["n", rows] }],
          outputs: [{ name: "y", dtype: "float32", shape: ["n", columns] }],
          constants: new Map([["points", tensor("float32", [columns, rows], Float32Array.from(weights))]]),
          nodes: [node("com.microsoft.CDist", ["x", "points"], ["y"], { metric: { kind: "string", value: metric } })],
        });
        const [expected] = interpret(graph, [tensor("float32", [rowCount, rows], Float32Array.from(values))]);
        const found = await run(graph, values, simd);
        found.forEach((value, index) => {
          const other = expected?.data[index] as number;
          expect(Math.abs(value - other)).toBeLessThanOrEqual(2.4e-7 * other);
        });
      }),
      { numRuns: 60, seed: 6 },
    );
  });
});

describe("a hidden layer", () => {
  /** The layer, then a product with the identity, behind Relu: what comes out is what the layer gives above 0. */
  function network({ rows, columns, weights }: Layer, bias: "none" | "Add" | "Gemm"): Graph {
    const identity = Float32Array.from({ length: columns * columns }, (_, index) => (index % (columns + 1) === 0 ? 1 : 0));
    return buildGraph({
      name: "network",
      opsets,
      inputs: [{ name: "x", dtype: "float32", shape: ["n", rows] }],
      outputs: [{ name: "y", dtype: "float32", shape: ["n", columns] }],
      constants: new Map([
        ["w", tensor("float32", [rows, columns], Float32Array.from(weights))],
        ["b", tensor("float32", [columns], new Float32Array(columns).fill(2 ** 10))],
        ["identity", tensor("float32", [columns, columns], identity)],
      ]),
      nodes: [
        bias === "Gemm" ? node("Gemm", ["x", "w", "b"], ["m"]) : node("MatMul", ["x", "w"], ["m"]),
        ...(bias === "Add" ? [node("Add", ["m", "b"], ["a"])] : []),
        node("Relu", [bias === "Add" ? "a" : "m"], ["h"]),
        node("MatMul", ["h", "identity"], ["y"]),
      ],
    });
  }

  it.each(["none", "Add", "Gemm"] as const)("stays within its bound (bias: %s)", async (bias) => {
    await fc.assert(
      fc.asyncProperty(layer, async (example) => {
        const { rows, columns, weights, values } = example;
        const found = await run(network(example, bias), values, true);
        const added = bias === "none" ? 0 : 2 ** 10;
        found.forEach((value, index) => {
          const [row, column] = [Math.floor(index / columns), index % columns];
          const terms = Array.from(
            { length: rows },
            (_, k) => (values[row * rows + k] as number) * (weights[k * columns + column] as number),
          );
          const exact = terms.reduce((sum, term) => sum + term, 0) + added;
          const sizes = terms.reduce((sum, term) => sum + Math.abs(term), 0);
          const bound = (17 + rows / 16) * 2 ** -24 * sizes + 2 ** -24 * Math.abs(exact) * (added === 0 ? 0 : 1);
          expect(Math.abs(value - Math.max(exact, 0))).toBeLessThanOrEqual(bound * 1.01 + 1e-40);
        });
      }),
      { numRuns: 100, seed: 7 },
    );
  });
});
