import { describe, expect, it } from "vitest";
import { message, varint } from "../../../test/onnx/protobuf.ts";
import { type Attribute, isOpaque, type Node } from "../../graph/graph.ts";
import { tensor } from "../../tensor/tensor.ts";
import { widenHalves } from "./half-constants.ts";
import type { OnnxGraph } from "./model.ts";
import { readTensor } from "./tensor.ts";

function node(operator: string, inputs: readonly string[], outputs: readonly string[], attributes: Record<string, Attribute> = {}): Node {
  return { name: operator, domain: "", operator, inputs, outputs, attributes: new Map(Object.entries(attributes)) };
}

const to = (value: number): Record<string, Attribute> => ({ to: { kind: "int", value } });
/** One and a half as a float16. */
const half = readTensor(message(varint(1, 1), varint(2, 10), varint(5, 0x3e00))).constant;
const wide = tensor("float32", [1], Float32Array.of(1.5));

function graph(nodes: readonly Node[], outputs = ["y"]): OnnxGraph {
  const declared = outputs.map((name) => ({ name, dtype: "float32" as const, type: "tensor", shape: [] }));
  return { name: "g", inputs: [], outputs: declared, constants: new Map([["h", half]]), nodes };
}

describe("constants of 16 bits", () => {
  it("are float32 where they are only cast", () => {
    expect(widenHalves(graph([node("Cast", ["h"], ["y"], to(1)), node("Cast", ["h"], ["z"], to(7))])).constants.get("h")).toEqual(wide);
    expect(isOpaque(half)).toBe(true);
    const made = node("Constant", [], ["c"], isOpaque(half) ? { value: half } : {});
    const { nodes } = widenHalves(graph([made, node("Cast", ["c"], ["y"], to(1))]));
    expect(nodes[0]?.attributes.get("value")).toEqual({ kind: "tensor", value: wide });
  });

  it("are nothing but data in the end, also as attributes", () => {
    const { nodes } = widenHalves(graph([node("ConstantOfShape", ["s"], ["y"], isOpaque(half) ? { value: half } : {})]));
    expect(structuredClone(nodes[0]?.attributes.get("value"))).toEqual({ kind: "opaque", what: "a tensor of float16" });
  });

  it.each([
    ["something computes with them", [node("Cast", ["h"], ["y"], to(1)), node("Add", ["h", "h"], ["z"])], ["y"]],
    ["they become texts", [node("Cast", ["h"], ["y"], to(8))], ["y"]],
    ["they are an answer", [node("Cast", ["h"], ["y"], to(1))], ["y", "h"]],
    ["nothing reads them", [], ["y"]],
    ["the cast is of an old form", [node("Cast", ["h"], ["y"], { to: { kind: "string", value: "FLOAT" } })], ["y"]],
  ])("stay what they are where %s", (_, nodes, outputs) => {
    expect(widenHalves(graph(nodes, outputs)).constants.get("h")).toEqual({ kind: "opaque", what: "a tensor of float16" });
  });
});
