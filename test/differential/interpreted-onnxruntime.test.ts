import fc from "fast-check";
import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import type { Graph } from "../../src/graph/graph.ts";
import { interpret } from "../../src/interpreter/interpret.ts";
import { isFloat } from "../../src/tensor/dtype.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import { writeOnnx } from "../onnx/write.ts";
import { type Case, cases } from "./graphs.ts";

/** The interpreter is the oracle of every other test, and ONNX Runtime is its own. */

function inputOf({ graph, rows }: Case): Tensor {
  const shape = [rows.length, rows[0]?.length ?? 0];
  return graph.inputs[0]?.dtype === "float64"
    ? { dtype: "float64", shape, data: Float64Array.from(rows.flat()) }
    : { dtype: "float32", shape, data: Float32Array.from(rows.flat()) };
}

/** Undefined where ONNX Runtime has no kernel for these types. */
async function runtimeOutputs(graph: Graph, input: Tensor): Promise<ort.Tensor[] | undefined> {
  const options: ort.InferenceSession.SessionOptions = { intraOpNumThreads: 1, logSeverityLevel: 4 };
  let session: ort.InferenceSession;
  try {
    session = await ort.InferenceSession.create(writeOnnx(graph), options);
  } catch (error) {
    if (/Could not find an implementation|invalid type|Type Error|not supported/i.test(String(error))) return undefined;
    throw error;
  }
  const name = graph.inputs[0]?.name ?? "";
  const results = await session.run({ [name]: new ort.Tensor(input.dtype as "float32", input.data as Float32Array, [...input.shape]) });
  await session.release();
  return graph.outputs.map((output) => results[output.name] as ort.Tensor);
}

/** Float32 sums of ONNX Runtime against float64 sums: relative to the largest number of the output. */
function tolerance(dtype: Tensor["dtype"], values: readonly number[]): number {
  const largest = values.reduce((max, value) => (Number.isFinite(value) ? Math.max(max, Math.abs(value)) : max), 0);
  return dtype === "float64" ? 1e-12 * Math.max(largest, 1) : 2e-6 * Math.max(largest, 0.5);
}

describe("a graph is interpreted as ONNX Runtime runs it", () => {
  it.each(Object.entries(cases))("%s", async (_, arbitrary) => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(arbitrary, async (example) => {
        const input = inputOf(example);
        const expected = await runtimeOutputs(example.graph, input);
        if (expected === undefined) return;
        const found = interpret(example.graph, [input]);
        found.forEach(({ dtype, shape, data }, output) => {
          const other = expected[output] as ort.Tensor;
          expect([dtype, shape]).toEqual([other.type, other.dims]);
          const want = Array.from(other.data as ArrayLike<number | bigint>, Number);
          const allowed = isFloat(dtype) ? tolerance(dtype, want) : 0;
          for (const [index, value] of want.entries()) {
            const own = Number(data[index]);
            if (!(own === value || (Number.isNaN(own) && Number.isNaN(value)) || Math.abs(own - value) <= allowed))
              expect.fail(`output ${output}[${index}]: ONNX Runtime ${value}, interpreted ${own}`);
          }
        });
        compared++;
      }),
      { numRuns: 40, seed: 5 },
    );
    expect(compared).toBeGreaterThan(5);
  });
});
