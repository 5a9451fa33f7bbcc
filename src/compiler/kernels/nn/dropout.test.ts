import { describe, expect, it } from "vitest";
import type { Constant, Graph } from "../../../graph/graph.ts";
import { evaluateNode, interpret } from "../../../interpreter/interpret.ts";
import { tensor } from "../../../tensor/tensor.ts";
import { compile } from "../../compile.ts";

function dropout(training: boolean, opset: number): Graph {
  return {
    name: "g",
    opsets: { "": opset },
    inputs: [{ name: "x", dtype: "float32", shape: ["rows", 2] }],
    outputs: [{ name: "y", dtype: "float32", shape: ["rows", 2] }],
    constants: new Map<string, Constant>([
      ["ratio", tensor("float32", [], Float32Array.of(0.5))],
      ["training", tensor("bool", [], Uint8Array.of(training ? 1 : 0))],
    ]),
    nodes: [{ name: "d", domain: "", operator: "Dropout", inputs: ["x", "ratio", "training"], outputs: ["y"], attributes: new Map() }],
  };
}

describe("Dropout", () => {
  const x = tensor("float32", [1, 2], Float32Array.of(1, 2));

  it("is refused where it trains, and in its oldest form", async () => {
    const refused = { code: "OPERATOR_UNSUPPORTED", message: expect.stringContaining("it trains") as string };
    expect(() => interpret(dropout(true, 13), [x])).toThrow(expect.objectContaining(refused));
    await expect(compile(dropout(true, 13), { evaluate: evaluateNode })).rejects.toMatchObject(refused);
    expect(() => interpret(dropout(false, 6), [x])).toThrow(/before opset 7/);
    await expect(compile(dropout(false, 6), { evaluate: evaluateNode })).rejects.toThrow(/older than 7/);
  });

  it("drops nothing out otherwise", () => {
    expect(interpret(dropout(false, 13), [x])).toEqual([x]);
  });
});
