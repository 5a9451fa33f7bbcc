import { describe, expect, it } from "vitest";
import { buildGraph } from "../../graph/build.ts";
import type { Graph, Node } from "../../graph/graph.ts";
import { evaluateNode } from "../../interpreter/interpret.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import { compile } from "../compile.ts";
import { foldConstants, hasConstantNodes } from "./constant-folding.ts";

function node(operator: string, inputs: readonly string[], outputs: readonly string[]): Node {
  return { name: operator, domain: "", operator, inputs, outputs, attributes: new Map() };
}

function graphOf(nodes: readonly Node[], constants: Readonly<Record<string, Tensor>>): Graph {
  return buildGraph({
    name: "test",
    opsets: { "": 18 },
    inputs: [{ name: "x", dtype: "float32", shape: ["rows", 2] }],
    outputs: [{ name: "y", dtype: "float32", shape: ["rows", 2] }],
    constants: new Map(Object.entries(constants)),
    nodes,
  });
}

const pair = (a: number, b: number): Tensor => tensor("float32", [2], Float32Array.of(a, b));

describe("foldConstants", () => {
  const chain = graphOf([node("Exp", ["a"], ["b"]), node("Neg", ["b"], ["c"]), node("Add", ["x", "c"], ["y"])], { a: pair(0, 1) });

  it("evaluates a chain that no input reaches", () => {
    const { nodes, constants } = foldConstants(chain, evaluateNode);
    expect(nodes.map(({ operator }) => operator)).toEqual(["Add"]);
    expect(constants.get("c")).toEqual(pair(-1, -Math.E));
  });

  it("is what lets a kernel be made of it", async () => {
    await expect(compile(chain)).rejects.toMatchObject({ code: "OPERATOR_UNSUPPORTED" });
    const kernel = await compile(chain, { evaluate: evaluateNode });
    kernel.inputs[0]?.data.set([1, 2]);
    kernel.run(1);
    expect(Array.from(kernel.outputs[0]?.data.subarray(0, 2) ?? [])).toEqual([0, Math.fround(2 - Math.fround(Math.E))]);
  });

  it("leaves what it cannot evaluate, and what the row reaches", () => {
    const odd = graphOf([node("Exp", ["s"], ["b"]), node("Add", ["x", "a"], ["y"])], { a: pair(1, 1), s: tensor("string", [1], ["a"]) });
    expect(hasConstantNodes(odd)).toBe(true);
    expect(foldConstants(odd, evaluateNode)).toBe(odd);
    const plain = graphOf([node("Add", ["x", "a"], ["y"])], { a: pair(1, 1) });
    expect(hasConstantNodes(plain)).toBe(false);
  });
});
