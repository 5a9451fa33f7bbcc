import { type CompileOptions, compile } from "../../src/compiler/compile.ts";
import type { Graph } from "../../src/graph/graph.ts";

/** Rows through a kernel in batches of several sizes. */

export const batches = [1, 2, 7, 63, 64, 65, 200] as const;

export interface Difference {
  readonly row: readonly number[];
  readonly expected: readonly number[];
  readonly found: readonly number[];
  readonly how: string;
}

export interface Comparison {
  /** Rows compared, once for every batch size. */
  readonly cases: number;
  readonly difference?: Difference;
}

/**
 * Compares every row's first float output to what it should be, to the last bit (0 and -0 are the same).
 * @param expected all outputs of a row, one after the other
 */
export async function compareKernel(
  graph: Graph,
  rows: readonly (readonly number[])[],
  expected: readonly (readonly number[])[],
  { batches: sizes = batches, ...options }: CompileOptions & { readonly batches?: readonly number[] },
): Promise<Comparison> {
  const kernel = await compile(graph, options);
  const [input] = kernel.inputs;
  if (input === undefined) throw new Error("The kernel has an input.");
  let cases = 0;
  for (const size of sizes) {
    if (size > kernel.capacity) continue;
    for (let from = 0; from < rows.length; from += size) {
      const part = rows.slice(from, from + size);
      part.forEach((row, index) => input.data.set(row, index * input.width));
      kernel.run(part.length);
      for (const [index, row] of part.entries()) {
        cases++;
        const want = expected[from + index] ?? [];
        const found = kernel.outputs.flatMap(({ data, width }) => Array.from(data.subarray(index * width, (index + 1) * width)));
        if (found.length === want.length && found.every((value, at) => value === want[at])) continue;
        return { cases, difference: { row, expected: want, found, how: `row ${index} of a block of ${part.length}` } };
      }
    }
  }
  return { cases };
}
