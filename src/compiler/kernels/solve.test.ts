import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kernelEngine } from "../../engines/kernel-engine.ts";
import type { Graph, Node } from "../../graph/graph.ts";
import { evaluateNode, interpret } from "../../interpreter/interpret.ts";
import { solveLinear } from "../../tensor/solve-linear.ts";
import { tensor } from "../../tensor/tensor.ts";
import { compile } from "../compile.ts";

/** No runtime has com.microsoft's Solve, so that its answers are held to the equations themselves. */

function graphOf(size: number, matrix: Float64Array, transposed: boolean): Graph {
  const transpose = (input: string, output: string): Node => ({
    name: output,
    domain: "",
    operator: "Transpose",
    inputs: [input],
    outputs: [output],
    attributes: new Map(),
  });
  const solve: Node = {
    name: "solve",
    domain: "com.microsoft",
    operator: "Solve",
    inputs: ["a", "t"],
    outputs: ["s"],
    attributes: new Map([["transposed", { kind: "int", value: transposed ? 1 : 0 }]]),
  };
  const info = (name: string) => ({ name, dtype: "float64", shape: ["rows", size] }) as const;
  return {
    name: "equations",
    opsets: { "": 18, "com.microsoft": 1 },
    inputs: [info("x")],
    outputs: [info("y")],
    constants: new Map([["a", tensor("float64", [size, size], matrix)]]),
    nodes: [transpose("x", "t"), solve, transpose("s", "y")],
  };
}

describe("Solve", () => {
  const systems = fc.integer({ min: 1, max: 6 }).chain((size) =>
    fc.record({
      size: fc.constant(size),
      entries: fc.array(fc.integer({ min: -4, max: 4 }), { minLength: size * size, maxLength: size * size }),
      rows: fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: size, maxLength: size }), { minLength: 1, maxLength: 5 }),
      transposed: fc.boolean(),
    }),
  );

  it("gives what A makes the right side of, interpreted and compiled", async () => {
    await fc.assert(
      fc.asyncProperty(systems, async ({ size, entries, rows, transposed }) => {
        // Larger on the diagonal than the rest of a row together: there is one solution.
        const matrix = Float64Array.from(entries, (entry, index) =>
          index % (size + 1) === 0 ? entry + Math.sign(entry + 0.5) * 30 : entry,
        );
        const graph = graphOf(size, matrix, transposed);
        const x = tensor("float64", [rows.length, size], Float64Array.from(rows.flat()));
        const [interpreted] = interpret(graph, [x]);
        const [compiled] = await kernelEngine(await compile(graph, { evaluate: evaluateNode, capacity: 2 }), "a test").run([x]);
        for (const found of [interpreted, compiled])
          rows.forEach((row, index) => {
            for (const [equation, want] of row.entries()) {
              let sum = 0;
              for (let column = 0; column < size; column++) {
                const entry = matrix[transposed ? column * size + equation : equation * size + column] as number;
                sum += entry * (found?.data[index * size + column] as number);
              }
              expect(sum).toBeCloseTo(want, 9);
            }
          });
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it("exchanges equations where the first has no share of the first unknown", () => {
    expect(solveLinear(Float64Array.of(0, 2, 4, 1), 2, Float64Array.of(6, 11))).toEqual(Float64Array.of(2, 3));
  });

  it("is refused for equations that repeat each other", async () => {
    const graph = graphOf(2, Float64Array.of(1, 2, 2, 4), false);
    expect(() => interpret(graph, [tensor("float64", [1, 2])])).toThrow(/contradict or repeat/);
    await expect(compile(graph, { evaluate: evaluateNode })).rejects.toMatchObject({
      code: "OPERATOR_UNSUPPORTED",
      message: expect.stringContaining("its matrix has no inverse"),
    });
  });
});
