import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Tensor, tensor } from "../tensor/tensor.ts";
import { buildGraph } from "./build.ts";
import type { Attribute, Constant } from "./graph.ts";
import { printGraph } from "./print.ts";

describe("printGraph", () => {
  it("prints inputs, constants, nodes with attributes, and outputs", () => {
    const attributes = new Map<string, Attribute>([
      ["nodes_values", { kind: "floats", value: new Float32Array(1664) }],
      ["axis", { kind: "int", value: -1 }],
      ["names", { kind: "strings", value: ["a", 'say "b"'] }],
      ["alpha", { kind: "float", value: 0.5 }],
      ["mode", { kind: "string", value: "SUM" }],
      ["base", { kind: "tensor", value: tensor("float64", [2], Float64Array.of(1.5, -2)) }],
      ["body", { kind: "opaque", what: "an attribute of ONNX type 5" }],
    ]);
    const constants = new Map<string, Constant>([
      ["shape", tensor("int64", [2], Float64Array.of(-1, 3))],
      ["weights", tensor("float32", [64, 100])],
      ["half", { kind: "opaque", what: "a tensor of float16" }],
    ]);
    const graph = buildGraph({
      name: "iris",
      opsets: { "": 18, "ai.onnx.ml": 3 },
      inputs: [{ name: "X", dtype: "float32", shape: ["rows", 4, null] }],
      outputs: [{ name: "label", dtype: "string", shape: [null] }],
      constants,
      nodes: [
        { name: "one", domain: "ai.onnx.ml", operator: "Scaler", inputs: ["X", "", "weights"], outputs: ["s"], attributes },
        { name: "two", domain: "", operator: "Reshape", inputs: ["s", "shape"], outputs: ["label"], attributes: new Map() },
      ],
    });
    expect(printGraph(graph)).toBe(
      `graph "iris" (ai.onnx 18, ai.onnx.ml 3)
  input X: float32[rows, 4, ?]
  constant shape: int64[2] {-1, 3}
  constant weights: float32[64, 100] …
  constant half: a tensor of float16
  s = ai.onnx.ml.Scaler(X, _, weights, alpha=0.5, axis=-1, base=float64[2] {1.5, -2}, body=<an attribute of ONNX type 5>, mode="SUM", names={"a", "say \\"b\\""}, nodes_values=floats[1664])
  label = Reshape(s, shape)
  output label: string[?]
`,
    );
  });

  it("prints equal graphs equal and graphs with another constant differently", () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 8 });
    const graphOf = (constant: Tensor): string =>
      printGraph(
        buildGraph({
          name: "",
          opsets: { "": 18 },
          inputs: [],
          outputs: [{ name: "y", dtype: "float64", shape: [] }],
          constants: new Map([["c", constant]]),
          nodes: [{ name: "", domain: "", operator: "Abs", inputs: ["c"], outputs: ["y"], attributes: new Map() }],
        }),
      );
    const constantOf = (list: readonly number[]): Tensor => tensor("float64", [list.length], Float64Array.from(list));
    fc.assert(
      fc.property(values, values, (a, b) => {
        const equal = a.length === b.length && a.every((value, index) => value === b[index]);
        expect(graphOf(constantOf(a)) === graphOf(constantOf(b))).toBe(equal);
      }),
      { seed: 3 },
    );
  });
});
