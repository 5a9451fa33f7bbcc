import { describe, expect, it } from "vitest";
import { node } from "../../test/onnx/tiny-models.ts";
import { SetosaError } from "../errors.ts";
import { buildGraph, type GraphParts } from "../graph/build.ts";
import type { Attribute, Graph, Node } from "../graph/graph.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";
import { interpret } from "./interpret.ts";

function graphOf(nodes: readonly Node[], changes: Partial<GraphParts> = {}): Graph {
  return buildGraph({
    name: "g",
    opsets: { "": 18, "ai.onnx.ml": 3 },
    inputs: [{ name: "x", dtype: "float32", shape: ["n", 2] }],
    outputs: [{ name: "y", dtype: "float32", shape: ["n", 2] }],
    constants: new Map(),
    nodes,
    ...changes,
  });
}

function refusal(action: () => unknown): SetosaError {
  try {
    action();
  } catch (error) {
    if (error instanceof SetosaError) return error;
    throw error;
  }
  throw new Error("It was evaluated.");
}

const x = tensor("float32", [2, 2], Float32Array.of(1, -2, 3, -4));
const int = (value: number): Attribute => ({ kind: "int", value });
const ints = (...values: number[]): Attribute => ({ kind: "ints", value: Float64Array.from(values) });
const floats = (...values: number[]): Attribute => ({ kind: "floats", value: Float32Array.from(values) });
const strings = (...value: string[]): Attribute => ({ kind: "strings", value });

describe("interpret", () => {
  it("evaluates nodes over constants and each other's outputs", () => {
    const constants = new Map([["c", tensor("float32", [2], Float32Array.of(10, 20))]]);
    const graph = graphOf([node("Abs", ["x"], ["a"]), node("Add", ["a", "c"], ["y"])], { constants });
    expect(interpret(graph, [x])).toEqual([{ dtype: "float32", shape: [2, 2], data: Float32Array.of(11, 22, 13, 24) }]);
  });

  it("gives inputs and constants that are outputs as they are", () => {
    const outputs = [
      { name: "x", dtype: "float32", shape: [] },
      { name: "c", dtype: "string", shape: [] },
    ] as const;
    const constant: Tensor = tensor("string", [1], ["a"]);
    expect(interpret(graphOf([], { outputs, constants: new Map([["c", constant]]) }), [x])).toEqual([x, constant]);
  });

  it("does not evaluate what no output depends on", () => {
    const graph = graphOf([node("my.domain.Mystery", ["x"], ["z"]), node("Abs", ["z"], ["w"]), node("Abs", ["x"], ["y"])]);
    expect(interpret(graph, [x])[0]?.data).toEqual(Float32Array.of(1, 2, 3, 4));
  });

  it("takes any number of rows where a batch of one is declared", () => {
    const graph = graphOf([node("Abs", ["x"], ["y"])], { inputs: [{ name: "x", dtype: "float32", shape: [1, 2] }] });
    expect(interpret(graph, [x])[0]?.shape).toEqual([2, 2]);
  });

  it("refuses an output of another type than its declaration", () => {
    const outputs = [{ name: "y", dtype: "float64", shape: [] }] as const;
    const { code, path } = refusal(() => interpret(graphOf([node("Abs", ["x"], ["y"])], { outputs }), [x]));
    expect([code, path]).toEqual(["MODEL_GRAPH_INVALID", "y"]);
  });

  it("leaves its inputs as they were", () => {
    const input = tensor("float32", [1, 2], Float32Array.of(-1, 2));
    for (const operator of ["Abs", "Relu", "Identity", "Softmax"]) interpret(graphOf([node(operator, ["x"], ["y"])]), [input]);
    expect(input.data).toEqual(Float32Array.of(-1, 2));
  });

  it.each([
    ["no tensor", []],
    ["a tensor too many", [x, x]],
    ["another type", [tensor("float64", [1, 2])]],
    ["another width", [tensor("float32", [1, 3])]],
    ["another rank", [tensor("float32", [2])]],
    ["less data than its shape says", [{ dtype: "float32", shape: [2, 2], data: new Float32Array(3) } as const]],
  ])("refuses %s", (_, inputs) => {
    expect(refusal(() => interpret(graphOf([node("Abs", ["x"], ["y"])]), inputs)).code).toBe("TENSOR_INVALID");
  });

  it.each([
    ["an operator that it does not know", [node("my.domain.Mystery", ["x"], ["y"])], "my.domain.Mystery"],
    ["an operator of another domain", [node("my.domain.Abs", ["x"], ["y"])], "my.domain.Abs"],
    ["a constant that only onnxruntime reads", [node("Add", ["x", "half"], ["y"])], "a tensor of float16"],
    ["the target of a cast that it does not hold", [node("Cast", ["x"], ["y"], { to: int(10) })], "float16"],
    ["an output that nothing makes", [node("Abs", ["x"], ["z", "y"])], '"y"'],
    [
      "a single class",
      [node("ai.onnx.ml.LinearClassifier", ["x"], ["y"], { coefficients: floats(1, 2), intercepts: floats(0), classlabels_ints: ints(1) })],
      "single class",
    ],
  ])("says that it does not cover %s", (_, nodes, words) => {
    const constants = new Map([["half", { kind: "opaque", what: "a tensor of float16" } as const]]);
    const { code, message } = refusal(() => interpret(graphOf(nodes, { constants }), [x]));
    expect(code).toBe("OPERATOR_UNSUPPORTED");
    expect(message).toContain(words);
  });

  it("refuses forms from before numpy's broadcasting", () => {
    const graph = graphOf([node("Add", ["x", "x"], ["y"])], { opsets: { "": 6 } });
    expect(refusal(() => interpret(graph, [x])).code).toBe("OPERATOR_UNSUPPORTED");
  });

  it.each([
    ["an absent input", node("Add", ["x", ""], ["y"]), "MODEL_GRAPH_INVALID"],
    ["operands of two types", node("Add", ["x", "wide"], ["y"]), "MODEL_GRAPH_INVALID"],
    ["shapes that do not broadcast", node("Add", ["x", "three"], ["y"]), "MODEL_SHAPE_INVALID"],
    ["matrices that do not fit", node("MatMul", ["x", "three"], ["y"]), "MODEL_SHAPE_INVALID"],
    ["an axis outside", node("ArgMax", ["x"], ["y"], { axis: int(2) }), "MODEL_GRAPH_INVALID"],
    ["an attribute of the wrong kind", node("ArgMax", ["x"], ["y"], { axis: floats(1) }), "MODEL_GRAPH_INVALID"],
    ["a negative dimension", node("Reshape", ["x", "negative"], ["y"]), "MODEL_GRAPH_INVALID"],
    [
      "a scaler of another width",
      node("ai.onnx.ml.Scaler", ["x"], ["y"], { offset: floats(1, 2, 3), scale: floats(1) }),
      "MODEL_SHAPE_INVALID",
    ],
    [
      "coefficients of another width",
      node("ai.onnx.ml.LinearRegressor", ["x"], ["y"], { coefficients: floats(1, 2, 3) }),
      "MODEL_SHAPE_INVALID",
    ],
    [
      "a million targets",
      node("ai.onnx.ml.TreeEnsembleRegressor", ["x"], ["y"], { ...leaf(), n_targets: int(1e6) }),
      "MODEL_GRAPH_INVALID",
    ],
    ["an encoder without categories", node("ai.onnx.ml.OneHotEncoder", ["x"], ["y"]), "MODEL_GRAPH_INVALID"],
    ["a division of whole numbers by zero", node("Div", ["whole", "whole"], ["y"]), "ENGINE_FAILED"],
    ["whole numbers beyond 2^53", node("Mul", ["large", "large"], ["y"]), "ENGINE_FAILED"],
    ["infinity as a whole number", node("Cast", ["infinite"], ["y"], { to: int(7) }), "ENGINE_FAILED"],
    ["strings where numbers are read", node("Abs", ["text"], ["y"]), "MODEL_GRAPH_INVALID"],
  ])("refuses %s, naming the node", (_, broken, code) => {
    const constants = new Map<string, Tensor>([
      ["wide", tensor("float64", [2])],
      ["three", tensor("float32", [3, 3])],
      ["negative", tensor("int64", [2], Float64Array.of(-2, 2))],
      ["whole", tensor("int64", [1], Float64Array.of(0))],
      ["large", tensor("int64", [1], Float64Array.of(2 ** 40))],
      ["infinite", tensor("float32", [1], Float32Array.of(Number.POSITIVE_INFINITY))],
      ["text", tensor("string", [1], ["a"])],
    ]);
    const { code: found, path } = refusal(() => interpret(graphOf([broken], { constants }), [x]));
    expect([found, path]).toEqual([code, "y"]);
  });
});

/** A tree of one leaf. */
function leaf(): Record<string, Attribute> {
  return tree([{ mode: "LEAF", whenTrue: 0, whenFalse: 0 }]);
}

function tree(nodes: readonly { mode: string; whenTrue: number; whenFalse: number }[]): Record<string, Attribute> {
  const zeros = nodes.map(() => 0);
  return {
    nodes_treeids: ints(...zeros),
    nodes_nodeids: ints(...nodes.map((_, index) => index)),
    nodes_featureids: ints(...zeros),
    nodes_modes: strings(...nodes.map(({ mode }) => mode)),
    nodes_values: floats(...zeros),
    nodes_truenodeids: ints(...nodes.map(({ whenTrue }) => whenTrue)),
    nodes_falsenodeids: ints(...nodes.map(({ whenFalse }) => whenFalse)),
    target_treeids: ints(0),
    target_nodeids: ints(nodes.length - 1),
    target_ids: ints(0),
    target_weights: floats(7),
    n_targets: int(1),
  };
}

function evaluateTree(attributes: Record<string, Attribute>): readonly Tensor[] {
  return interpret(graphOf([node("ai.onnx.ml.TreeEnsembleRegressor", ["x"], ["y"], attributes)]), [x]);
}

describe("hostile trees", () => {
  const split = { mode: "BRANCH_LEQ", whenTrue: 1, whenFalse: 2 };
  const end = { mode: "LEAF", whenTrue: 0, whenFalse: 0 };

  it.each([
    ["a split that is its own child", [{ ...split, whenTrue: 0, whenFalse: 1 }, end]],
    ["two splits in a circle", [{ ...split, whenFalse: 1 }, { ...split, whenTrue: 0, whenFalse: 2 }, end]],
    ["a circle that the rows do not reach", [{ ...split, whenFalse: 3 }, { ...split, whenTrue: 1, whenFalse: 1 }, end, end]],
    ["a child that does not exist", [{ ...split, whenFalse: 9 }, end, end]],
    ["an unknown mode", [{ ...split, mode: "BRANCH_MAYBE" }, end, end]],
  ])("refuses %s", (_, nodes) => {
    expect(refusal(() => evaluateTree(tree(nodes))).code).toBe("MODEL_GRAPH_INVALID");
  });

  it("walks a tree of a hundred thousand levels without recursion", () => {
    const levels = 100_000;
    const nodes = Array.from({ length: levels }, (_, level) => ({ mode: "BRANCH_LEQ", whenTrue: levels, whenFalse: level + 1 }));
    expect(evaluateTree(tree([...nodes, end]))[0]?.data).toEqual(Float32Array.of(7, 7));
  });

  it("lets two splits share a child, as set membership is written", () => {
    const nodes = [{ ...split, whenTrue: 2, whenFalse: 1 }, { ...split, whenTrue: 2, whenFalse: 2 }, end];
    expect(evaluateTree(tree(nodes))[0]?.data).toEqual(Float32Array.of(7, 7));
  });

  it.each([
    ["tables of different lengths", { nodes_modes: strings("LEAF", "LEAF") }],
    ["weights without a target", { target_ids: ints() }],
    ["a weight of a node that does not exist", { target_nodeids: ints(5) }],
    ["no nodes", { ...tree([]), target_weights: floats(), target_treeids: ints(), target_nodeids: ints(), target_ids: ints() }],
    ["a target outside", { n_targets: int(2), target_ids: ints(2) }],
    ["base values of another number", { base_values: floats(1, 2) }],
  ])("refuses %s", (_, changes) => {
    expect(refusal(() => evaluateTree({ ...leaf(), ...changes })).code).toBe("MODEL_GRAPH_INVALID");
  });
});
