import { describe, expect, it } from "vitest";
import { buildGraph } from "../graph/build.ts";
import type { Graph } from "../graph/graph.ts";
import { tensor } from "../tensor/tensor.ts";
import { compile } from "./compile.ts";

/** Squared distances of rows of two columns to points `(index, 1)`. */
function distances(points: number): Graph {
  return buildGraph({
    name: "distances",
    opsets: { "": 18, "com.microsoft": 1 },
    inputs: [{ name: "x", dtype: "float32", shape: ["rows", 2] }],
    outputs: [{ name: "y", dtype: "float32", shape: ["rows", points] }],
    constants: new Map([
      [
        "points",
        tensor(
          "float32",
          [points, 2],
          Float32Array.from({ length: 2 * points }, (_, index) => (index % 2 === 0 ? index / 2 : 1)),
        ),
      ],
    ]),
    nodes: [{ name: "", domain: "com.microsoft", operator: "CDist", inputs: ["x", "points"], outputs: ["y"], attributes: new Map() }],
  });
}

describe("the rows of a block", () => {
  it("are fewer the wider a value is, and one at least", async () => {
    const capacities = await Promise.all([10, 1000, 10_000, 150_000].map(async (points) => (await compile(distances(points))).capacity));
    expect(capacities).toEqual([64, 64, 13, 1]);
  });

  it("are what is asked for", async () => {
    expect((await compile(distances(10_000), { capacity: 20 })).capacity).toBe(20);
  });

  it("take memory that does not grow with them times the width", async () => {
    const bytes = (await compile(distances(50_000))).outputs[0]?.data.buffer.byteLength ?? 0;
    // The points, a sum and a distance to each for at most as many rows as fit 1 MiB.
    expect(bytes).toBeLessThan(4 * 2 ** 20);
  });

  it.each([true, false])("all get their values (SIMD %s)", async (simd) => {
    const points = 10_000;
    const { capacity, inputs, outputs, run } = await compile(distances(points), { simd });
    for (let row = 0; row < capacity; row++) inputs[0]?.data.set([row, row + 2], row * 2);
    run(capacity);
    const found = outputs[0]?.data ?? [];
    expect(found).toHaveLength(capacity * points);
    const wrong = Array.from(found).findIndex((value, index) => {
      const row = Math.floor(index / points);
      return value !== Math.fround((row - (index % points)) ** 2 + (row + 1) ** 2);
    });
    expect(wrong).toBe(-1);
  });
});
