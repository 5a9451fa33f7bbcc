import { describe, expect, it } from "vitest";
import { compiledEngine } from "../../src/engines/compiled.ts";
import { SetosaError } from "../../src/errors.ts";
import { type Tensor, tensor } from "../../src/tensor/tensor.ts";
import { type OperatorCase, type OperatorFamily, operatorCases } from "../fixtures/operators/cases.ts";

const families: readonly OperatorFamily[] = ["elementwise", "encoding", "linear", "matrix", "nn", "node-tests", "preprocessing", "tree"];

/** What the kernel answers; undefined where the compiler leaves the form to onnxruntime. */
async function compiled({ graph, inputs }: OperatorCase): Promise<readonly Tensor[] | undefined> {
  try {
    const engine = await compiledEngine(graph, "a test");
    return await engine.run(inputs);
  } catch (error) {
    if (error instanceof SetosaError && error.code === "OPERATOR_UNSUPPORTED") return undefined;
    throw error;
  }
}

function same(found: number | string, expected: number | string): boolean {
  if (typeof found === "string" || typeof expected === "string" || Number.isNaN(expected)) return Object.is(found, expected);
  return found === expected || Math.abs(found - expected) <= Math.max(1e-6, 1e-5 * Math.abs(expected));
}

describe("the compiler against ONNX Runtime's own answers", () => {
  it.each(families)("answers every form of the %s operators alike, or leaves it to onnxruntime", async (family) => {
    let covered = 0;
    for (const example of operatorCases(family)) {
      if (example.outputs === undefined) continue;
      const outputs = await compiled(example);
      if (outputs === undefined) continue;
      covered++;
      outputs.forEach((output, index) => {
        const expected = example.outputs?.[index] ?? tensor("bool", [0]);
        expect([output.dtype, output.shape], example.name).toEqual([expected.dtype, expected.shape]);
        const wrong = Array.from(output.data as ArrayLike<number | string>).findIndex(
          (value, position) => !same(value, expected.data[position] as number | string),
        );
        expect(wrong, `${example.name}: element ${wrong}`).toBe(-1);
      });
    }
    expect(covered).toBeGreaterThan(0);
  });
});
