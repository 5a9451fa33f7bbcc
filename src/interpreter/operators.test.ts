import { describe, expect, it } from "vitest";
import { type OperatorFamily, operatorCases } from "../../test/fixtures/operators/cases.ts";
import { SetosaError } from "../errors.ts";
import { operatorName } from "../graph/graph.ts";
import { operators } from "../graph/operators.ts";
import { isFloat } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { interpret } from "./interpret.ts";

const families: readonly OperatorFamily[] = [
  "elementwise",
  "encoding",
  "matrix",
  "nn",
  "preprocessing",
  "linear",
  "text",
  "control",
  "tree",
  "node-tests",
];

/** Operators whose every float32 result is rounded once, or not at all: ONNX Runtime's to the last bit. */
const exact = new Set([
  ..."Abs Add Cast Concat Div Flatten Identity Mul Neg Relu Reshape Sub".split(" "),
  ..."ArrayFeatureExtractor Imputer OneHotEncoder".split(" ").map((name) => `ai.onnx.ml.${name}`),
]);

/** The published tolerance: ONNX Runtime sums in float32, the interpreter in float64. */
function isClose(value: number, expected: number): boolean {
  return Object.is(value, expected) || value === expected || Math.abs(value - expected) <= Math.max(1e-6, 1e-5 * Math.abs(expected));
}

function expectTensor(actual: Tensor | undefined, expected: Tensor, isExact: boolean): void {
  expect(actual?.dtype).toBe(expected.dtype);
  expect(actual?.shape).toEqual(expected.shape);
  const data = Array.from<string | number>(actual?.data ?? []);
  if (isExact || !isFloat(expected.dtype)) {
    expect(data).toEqual(Array.from<string | number>(expected.data));
    return;
  }
  const wrong = data.filter((value, index) => !isClose(Number(value), Number(expected.data[index])));
  expect(wrong, `expected ${Array.from<string | number>(expected.data).join(", ")}; found ${data.join(", ")}`).toEqual([]);
}

for (const family of families)
  describe(`operators: ${family}`, () => {
    for (const { name, source, graph, inputs, outputs } of operatorCases(family))
      it(`${name} (${source})`, () => {
        if (outputs === undefined) {
          expect(() => interpret(graph, inputs)).toThrow(SetosaError);
          return;
        }
        const results = interpret(graph, inputs);
        expect(results).toHaveLength(outputs.length);
        // Integers that a Scaler reads become float32 in ONNX Runtime, and float64 here.
        const isExact = graph.nodes.every((node) => exact.has(operatorName(node))) || /^Scaler float/.test(name);
        outputs.forEach((expected, position) => {
          expectTensor(results[position], expected, isExact);
        });
      });
  });

describe("operator vectors", () => {
  // Neither ONNX Runtime nor the standard's evaluator has these: CatBoost's own answers and the equations themselves prove them.
  const elsewhere = ["catboost.CategoryHash", "com.microsoft.Solve"];

  it("cover every operator of the closed list that a runtime has", () => {
    const covered = new Set(families.flatMap((family) => operatorCases(family).flatMap(({ graph }) => graph.nodes.map(operatorName))));
    expect(operators.filter((operator) => !covered.has(operator))).toEqual(elsewhere);
  });
});
