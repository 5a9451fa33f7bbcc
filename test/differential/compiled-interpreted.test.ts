import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile } from "../../src/compiler/compile.ts";
import { evaluateNode, interpret } from "../../src/interpreter/interpret.ts";
import { tensor } from "../../src/tensor/tensor.ts";
import { type Case, cases } from "./graphs.ts";

/** The interpreter is the oracle: whatever graph, a kernel's numbers are its numbers to the last float32 digit. */

function expected({ graph, rows }: Case): number[][] {
  const [input] = graph.inputs;
  if (input === undefined) throw new Error("A case has an input.");
  const dtype = input.dtype === "float64" ? "float64" : "float32";
  const data = dtype === "float64" ? Float64Array.from(rows.flat()) : Float32Array.from(rows.flat());
  return interpret(graph, [tensor(dtype, [rows.length, rows[0]?.length ?? 0], data) as never]).map((output) =>
    Array.from(output.data as ArrayLike<number>),
  );
}

async function found({ graph, rows }: Case, simd: boolean, capacity: number): Promise<number[][]> {
  const { inputs, outputs, run } = await compile(graph, { simd, capacity, evaluate: evaluateNode });
  const results = outputs.map((): number[] => []);
  for (let from = 0; from < rows.length; from += capacity) {
    const block = rows.slice(from, from + capacity);
    block.forEach((row, index) => inputs[0]?.data.set(row, index * row.length));
    run(block.length);
    outputs.forEach(({ data, width }, index) => results[index]?.push(...data.subarray(0, block.length * width)));
  }
  return results;
}

/** Float32 results may round differently at the end of a float64 sum: by one unit in the last place. */
function same(a: number, b: number): boolean {
  return (
    Object.is(a, b) ||
    a === b ||
    (Number.isNaN(a) && Number.isNaN(b)) ||
    Math.abs(a - b) <= 2.4e-7 * Math.max(Math.abs(a), Math.abs(b), 1e-30)
  );
}

describe("a compiled graph answers as the interpreter does", () => {
  it.each(Object.entries(cases))("%s", async (_, arbitrary) => {
    await fc.assert(
      fc.asyncProperty(arbitrary, fc.boolean(), fc.constantFrom(1, 3), async (example, simd, capacity) => {
        const want = expected(example);
        const have = await found(example, simd, capacity);
        expect(have.map(({ length }) => length)).toEqual(want.map(({ length }) => length));
        want.forEach((values, output) =>
          values.forEach((value, index) => {
            const other = have[output]?.[index] as number;
            if (!same(value, other)) expect.fail(`output ${output}[${index}]: interpreted ${value}, compiled ${other}`);
          }),
        );
      }),
      { numRuns: 120, seed: 3 },
    );
  });
});
