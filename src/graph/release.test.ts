import { expect, test } from "vitest";
import { tensor } from "../tensor/tensor.ts";
import type { Attribute, Graph } from "./graph.ts";
import { printGraph } from "./print.ts";
import { withoutWeights } from "./release.ts";

const long = 1000;
const attributes = new Map<string, Attribute>([
  ["axis", { kind: "int", value: 1 }],
  ["few", { kind: "ints", value: Float64Array.of(1, 2) }],
  ["ids", { kind: "ints", value: new Float64Array(long) }],
  ["modes", { kind: "strings", value: new Array<string>(long).fill("LEAF") }],
  ["values", { kind: "tensor", value: tensor("float32", [long], new Float32Array(long)) }],
]);
const graph: Graph = {
  name: "trees",
  opsets: { "": 18 },
  inputs: [{ name: "X", dtype: "float32", shape: [null, 3] }],
  outputs: [{ name: "Y", dtype: "float32", shape: [null, 1] }],
  constants: new Map([
    ["short", tensor("float32", [2], Float32Array.of(1, 2))],
    ["weights", tensor("float32", [10, 100], new Float32Array(long))],
  ]),
  nodes: [{ name: "n", domain: "", operator: "Foo", inputs: ["X"], outputs: ["Y"], attributes }],
};

test("long lists and tensors are gone, and everything else prints as before", () => {
  const released = withoutWeights(graph);
  expect(printGraph(released)).toBe(
    [
      'graph "trees" (ai.onnx 18)',
      "  input X: float32[?, 3]",
      "  constant short: float32[2] {1, 2}",
      "  constant weights: float32[10, 100] …",
      "  Y = Foo(X, axis=1, few={1, 2}, ids=<ints[1000]>, modes=<strings[1000]>, values=<float32[1000] …>)",
      "  output Y: float32[?, 1]",
      "",
    ].join("\n"),
  );
  expect(JSON.stringify([...(released.nodes[0]?.attributes ?? [])]).length).toBeLessThan(400);
});
