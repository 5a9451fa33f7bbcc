import { describe, expect, it } from "vitest";
import { node } from "../../test/onnx/tiny-models.ts";
import { buildGraph } from "../graph/build.ts";
import type { Node } from "../graph/graph.ts";
import { tensor } from "../tensor/tensor.ts";
import { hiddenLayers } from "./hidden-layers.ts";

function hidden(nodes: readonly Node[], outputs: readonly string[]): string[] {
  const info = (name: string) => ({ name, dtype: "float32" as const, shape: ["n", 2] });
  const graph = buildGraph({
    name: "network",
    opsets: { "": 18 },
    inputs: [info("x"), info("z")],
    outputs: outputs.map(info),
    constants: new Map([
      ["w", tensor("float32", [2, 2], Float32Array.of(1, 2, 3, 4))],
      ["b", tensor("float32", [2], Float32Array.of(1, 2))],
    ]),
    nodes,
  });
  return [...hiddenLayers(graph)].map(({ name }) => name);
}

describe("hidden layers", () => {
  it("are all products but a network's last", () => {
    const nodes = [
      node("Gemm", ["x", "w", "b"], ["first"]),
      node("Relu", ["first"], ["r"]),
      node("MatMul", ["r", "w"], ["second"]),
      node("Add", ["second", "b"], ["a"]),
      node("Tanh", ["a"], ["t"]),
      node("MatMul", ["t", "w"], ["last"]),
      node("Softmax", ["last"], ["y"]),
    ];
    expect(hidden(nodes, ["y"])).toEqual(["first", "second"]);
    // What is also an output has to be as exact as any.
    expect(hidden(nodes, ["y", "second"])).toEqual(["first"]);
    expect(hidden(nodes, ["y", "a"])).toEqual(["first"]);
    expect(hidden(nodes, ["y", "r"])).toEqual(["second"]);
  });

  it("are no products without an activation, before something else, or that are added to what a row holds", () => {
    expect(hidden([node("MatMul", ["x", "w"], ["m"]), node("MatMul", ["m", "w"], ["y"])], ["y"])).toEqual([]);
    expect(hidden([node("MatMul", ["x", "w"], ["m"]), node("Relu", ["m"], ["r"]), node("Exp", ["r"], ["y"])], ["y"])).toEqual([]);
    const residual = [
      node("MatMul", ["x", "w"], ["m"]),
      node("Add", ["m", "z"], ["a"]),
      node("Relu", ["a"], ["r"]),
      node("MatMul", ["r", "w"], ["y"]),
    ];
    expect(hidden(residual, ["y"])).toEqual([]);
  });
});
