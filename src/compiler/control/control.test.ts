import { describe, expect, it } from "vitest";
import type { Attribute, Body, Graph, Node } from "../../graph/graph.ts";
import { evaluateNode, interpret } from "../../interpreter/interpret.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import { compile } from "../compile.ts";

/** What vectors do not hold: why control flow is refused, and that it is bounded. */

const opsets = { "": 18 };

function node(operator: string, inputs: string[], outputs: string[], attributes: Record<string, Attribute> = {}): Node {
  return { name: operator, domain: "", operator, inputs, outputs, attributes: new Map(Object.entries(attributes)) };
}

function body(inputs: string[], outputs: string[], nodes: Node[], captured: string[] = []): Attribute {
  const value: Body = { opsets, inputs, outputs, nodes, constants: new Map(), captured };
  return { kind: "graph", value };
}

function graph(nodes: Node[], constants: Record<string, Tensor> = {}): Graph {
  const shape = ["rows", 2];
  return {
    name: "g",
    opsets,
    inputs: [{ name: "x", dtype: "float32", shape }],
    outputs: [{ name: "y", dtype: "float32", shape }],
    constants: new Map(Object.entries(constants)),
    nodes,
  };
}

const whole = (value: number): Tensor => tensor("int64", [], Float64Array.of(value));
const yes = tensor("bool", [], Uint8Array.of(1));
const twice = body(["i", "c", "s"], ["c", "t"], [node("Add", ["s", "s"], ["t"])]);
const half = body([], ["h"], [node("Neg", ["x"], ["h"])], ["x"]);
const largest = node("ReduceMax", ["x"], ["m"], { keepdims: { kind: "int", value: 0 } });

describe("control flow that is not the same for every row", () => {
  const positive = node("Greater", ["first", "zero"], ["c"]);
  const recurrent = {
    zero64: tensor("int64", [1], Float64Array.of(0)),
    one64: tensor("int64", [1], Float64Array.of(1)),
    w: tensor("float32", [1, 2, 2], Float32Array.of(1, 2, 3, 4)),
    r: tensor("float32", [1, 2, 2], Float32Array.of(1, 2, 3, 4)),
  };
  const constants = { zero: tensor("float32", [], Float32Array.of(0)), one: whole(0), n: whole(3), yes, ...recurrent };
  const first = node("Gather", ["x", "one"], ["first"], { axis: { kind: "int", value: 1 } });

  it.each([
    ["the condition depends on the row", [first, positive, node("If", ["c", "x"], ["y"], { then_branch: half, else_branch: half })]],
    [
      "the number of iterations depends on the row",
      [first, node("Cast", ["first"], ["m"], { to: { kind: "int", value: 7 } }), node("Loop", ["m", "yes", "x"], ["y"], { body: twice })],
    ],
    [
      "the number of iterations depends on the number of rows",
      [
        node("Size", ["x"], ["n2"]),
        node("Shape", ["x"], ["s"]),
        node("Gather", ["s", "one"], ["m"]),
        node("Loop", ["m", "yes", "x"], ["y"], { body: twice }),
      ],
    ],
    [
      "the position depends on the row",
      [
        first,
        node("Cast", ["first"], ["m"], { to: { kind: "int", value: 7 } }),
        node("SequenceConstruct", ["x", "x"], ["list"]),
        node("SequenceAt", ["list", "m"], ["y"]),
      ],
    ],
    ["it goes through the rows one by one", [node("Unsqueeze", ["x", "one64"], ["steps"]), node("RNN", ["steps", "w", "r"], ["y"])]],
    [
      "3 activations for 1 directions",
      [
        node("Unsqueeze", ["x", "zero64"], ["steps"]),
        node("RNN", ["steps", "w", "r"], ["y"], { activations: { kind: "strings", value: ["Tanh", "Relu", "Tanh"] } }),
      ],
    ],
    [
      "ThresholdedRelu without its parameters",
      [
        node("Unsqueeze", ["x", "zero64"], ["steps"]),
        node("RNN", ["steps", "w", "r"], ["y"], { activations: { kind: "strings", value: ["ThresholdedRelu"] } }),
      ],
    ],
    [
      "the number of its steps depends on the row",
      [node("Unsqueeze", ["x", "zero64"], ["steps"]), node("RNN", ["steps", "w", "r", "", "n"], ["y"])],
    ],
    [
      "it goes through the rows one by one",
      [node("Scan", ["x"], ["y"], { num_scan_inputs: { kind: "int", value: 1 }, body: body(["e"], ["f"], [node("Neg", ["e"], ["f"])]) })],
    ],
  ] as [string, Node[]][])("is refused: %s", async (why, nodes) => {
    await expect(compile(graph(nodes, constants), { evaluate: evaluateNode })).rejects.toMatchObject({
      code: "OPERATOR_UNSUPPORTED",
      message: expect.stringContaining(why),
    });
  });
});

describe("loops of many iterations", () => {
  const loop = (count: number): Graph => graph([node("Loop", ["n", "yes", "x"], ["y"], { body: twice })], { n: whole(count), yes });

  it("are refused by the compiler before they fill the memory", async () => {
    await expect(compile(loop(1e9), { evaluate: evaluateNode })).rejects.toMatchObject({
      code: "OPERATOR_UNSUPPORTED",
      message: expect.stringContaining("more than 4096 nodes"),
    });
  });

  it("are refused by the interpreter before they take for ever", () => {
    const x = tensor("float32", [1, 2], Float32Array.of(1, 2));
    expect(() => interpret(loop(1e9), [x])).toThrow(/more than 100000 iterations/);
    expect(interpret(loop(3), [x])[0]?.data).toEqual(Float32Array.of(8, 16));
  });
});

describe("lists", () => {
  const x = tensor("float32", [1, 2], Float32Array.of(1, 2));
  const at = (position: number): Graph =>
    graph([node("SequenceConstruct", ["x", "x"], ["list"]), node("SequenceAt", ["list", "n"], ["y"])], { n: whole(position) });

  it("have no position beyond their end", async () => {
    expect(() => interpret(at(2), [x])).toThrow(/no position 2/);
    expect(() => interpret(at(-3), [x])).toThrow(/no position -3/);
    await expect(compile(at(2), { evaluate: evaluateNode })).rejects.toThrow(/no position 2/);
  });

  it("are no tensors", async () => {
    const nodes = [node("SequenceConstruct", ["x"], ["list"]), node("Neg", ["list"], ["y"])];
    expect(() => interpret(graph(nodes), [x])).toThrow(/an input is a list/);
    await expect(compile(graph(nodes), { evaluate: evaluateNode })).rejects.toThrow(/an input is a list/);
    expect(() => interpret(graph([largest, node("SequenceAt", ["m", "m"], ["y"])]), [x])).toThrow(/its input is no list/);
  });
});
