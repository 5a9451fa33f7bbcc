import { expect, it } from "vitest";
import { kernelEngine } from "../engines/kernel-engine.ts";
import type { Attribute, Graph, Node } from "../graph/graph.ts";
import { evaluateNode, interpret } from "../interpreter/interpret.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";
import { compile } from "./compile.ts";

/** As skl2onnx writes a QuantileTransformer: all elements of all rows as one list, computed with and looked up. */
function graphOf(nodes: readonly (readonly [string, string[], string, Record<string, number>?])[]): Graph {
  const constants: Record<string, Tensor> = {
    table: tensor("float32", [6], Float32Array.of(0, 10, 20, 30, 40, 50)),
    half: tensor("float32", [], Float32Array.of(0.5)),
    two: tensor("int64", [1], Float64Array.of(2)),
    pair: tensor("float32", [2], Float32Array.of(1, 2)),
  };
  return {
    name: "lists",
    opsets: { "": 18 },
    inputs: [{ name: "x", dtype: "float32", shape: ["rows", 3] }],
    outputs: [{ name: "y", dtype: "float32", shape: ["rows", 3] }],
    constants: new Map(Object.entries(constants)),
    nodes: nodes.map(([operator, inputs, output, attributes = {}]): Node => {
      const pairs = Object.entries(attributes).map(([key, value]): [string, Attribute] => [key, { kind: "int", value }]);
      return { name: output, domain: "", operator, inputs, outputs: [output], attributes: new Map(pairs) };
    }),
  };
}

const flat = ["Flatten", ["x"], "flat", { axis: 0 }] as const;
const shape = ["Shape", ["x"], "shape"] as const;

it("lists of all elements are computed with as the rows that they came from", async () => {
  const graph = graphOf([
    [flat[0], [...flat[1]], flat[2], flat[3]],
    [shape[0], [...shape[1]], shape[2]],
    ["Cast", ["flat"], "whole", { to: 7 }],
    ["Add", ["whole", "two"], "position"],
    ["Gather", ["table", "position"], "found", { axis: 0 }],
    ["GreaterOrEqual", ["flat", "half"], "is"],
    ["Where", ["is", "found", "flat"], "chosen"],
    ["Flatten", ["chosen"], "same"],
    ["Sub", ["same", "flat"], "less"],
    ["Reshape", ["less", "shape"], "y"],
  ]);
  const rows = tensor(
    "float32",
    [5, 3],
    Float32Array.from({ length: 15 }, (_, index) => (index % 7) / 2 - 1),
  );
  const [expected] = interpret(graph, [rows]);
  const [found] = await kernelEngine(await compile(graph, { evaluate: evaluateNode, capacity: 4 }), "a test").run([rows]);
  expect(found).toEqual(expected);
});

it("a list of all elements and a list of some do not fit", async () => {
  const graph = graphOf([
    [flat[0], [...flat[1]], flat[2], flat[3]],
    [shape[0], [...shape[1]], shape[2]],
    ["Add", ["flat", "pair"], "sum"],
    ["Reshape", ["sum", "shape"], "y"],
  ]);
  await expect(compile(graph, { evaluate: evaluateNode })).rejects.toMatchObject({
    code: "OPERATOR_UNSUPPORTED",
    message: expect.stringContaining("all rows as one list"),
  });
});
