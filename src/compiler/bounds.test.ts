import { describe, expect, it } from "vitest";
import type { Constant, Graph, Node } from "../graph/graph.ts";
import { evaluateNode } from "../interpreter/interpret.ts";
import { tensor } from "../tensor/tensor.ts";
import { compile } from "./compile.ts";

/** A few nodes can ask for more memory or time than there is. */

function node(operator: string, inputs: string[], output: string, axis?: number): Node {
  const attributes: Node["attributes"] = new Map(axis === undefined ? [] : [["axis", { kind: "int", value: axis }]]);
  return { name: output, domain: "", operator, inputs, outputs: [output], attributes };
}

function graph(nodes: readonly Node[], constants: readonly (readonly [string, Constant])[] = []): Graph {
  return {
    name: "bounds",
    opsets: { "": 18 },
    inputs: [{ name: "X", dtype: "float32", shape: [null, 4] }],
    outputs: [{ name: "Y", dtype: "float32", shape: [null, null] }],
    constants: new Map(constants),
    nodes,
  };
}

const doubled = (start: string, axis: number, times: number): Node[] =>
  Array.from({ length: times }, (_, index) =>
    node("Concat", [index === 0 ? start : `d${index}`, index === 0 ? start : `d${index}`], `d${index + 1}`, axis),
  );

describe("a kernel is refused that would need", () => {
  const large = tensor("float32", [1000, 1000], new Float32Array(1_000_000));
  it.each([
    ["a constant doubled 60 times", graph([...doubled("W", 0, 60), node("Add", ["X", "d60"], "Y")], [["W", tensor("float32", [1, 4])]])],
    ["rows doubled 60 times", graph([...doubled("X", 1, 60), node("Abs", ["d60"], "Y")])],
    ["rows doubled 24 times, a quarter of a gigabyte each", graph([...doubled("X", 1, 24), node("Abs", ["d24"], "Y")])],
    ["rows doubled 30 times, whose bytes are a multiple of 2^32", graph([...doubled("X", 1, 30), node("Abs", ["d30"], "Y")])],
    [
      "a product of a million constants with a million",
      graph([node("MatMul", ["W", "W"], "P"), node("MatMul", ["X", "P"], "Y")], [["W", large]]),
    ],
  ])("%s", async (_, source) => {
    await expect(compile(source, { evaluate: evaluateNode })).rejects.toMatchObject({ code: "OPERATOR_UNSUPPORTED" });
  });

  it.each([
    ["many steps of many weights", 64, 1100],
    ["many steps of many inputs", 3000, 2],
  ])("%s", async (_, steps, hidden) => {
    const inputs = hidden === 2 ? 3000 : 1;
    const rnn: Node = { ...node("RNN", ["X", "W", "R"], "Y"), attributes: new Map([["layout", { kind: "int", value: 1 }]]) };
    const source: Graph = {
      ...graph(
        [rnn],
        [
          ["W", tensor("float32", [1, hidden, inputs])],
          ["R", tensor("float32", [1, hidden, hidden])],
        ],
      ),
      inputs: [{ name: "X", dtype: "float32", shape: [null, steps, inputs] }],
    };
    await expect(compile(source, { evaluate: evaluateNode })).rejects.toMatchObject({
      code: "OPERATOR_UNSUPPORTED",
      message: expect.stringMatching(/\d+ steps (with|of) \d+ (weights|inputs)/),
    });
  });

  it("but not for what models have", async () => {
    const kernel = await compile(graph([...doubled("X", 1, 8), node("Abs", ["d8"], "Y")]), { evaluate: evaluateNode });
    kernel.inputs[0]?.data.set([1, -2, 3, -4]);
    kernel.run(1);
    expect(Array.from(kernel.outputs[0]?.data.subarray(1020, 1024) ?? [])).toEqual([1, 2, 3, 4]);
  });
});
