import { describe, expect, it } from "vitest";
import { bytes, type Field, float, message, nested, text, varint } from "../../../test/onnx/protobuf.ts";
import type { Attribute } from "../../graph/graph.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { readNode } from "./node.ts";

function attribute(...fields: readonly Field[]): Attribute | undefined {
  return readNode(message(text(4, "Add"), nested(5, text(1, "a"), ...fields))).attributes.get("a");
}

describe("readNode", () => {
  it("reads names, inputs left out, and the two spellings of the default domain", () => {
    const inputs = [text(1, "x"), text(1, ""), text(1, "z")];
    const node = readNode(message(...inputs, text(2, "y"), text(3, "n"), text(4, "Add"), text(7, "ai.onnx"), text(6, "a doc string")));
    expect(node).toEqual({ name: "n", domain: "", operator: "Add", inputs: ["x", "", "z"], outputs: ["y"], attributes: new Map() });
  });

  it.each([
    ["a float", [varint(20, 1), float(2, 0.5)], { kind: "float", value: 0.5 }],
    ["an integer", [varint(20, 2), varint(3, -7)], { kind: "int", value: -7 }],
    ["a string", [varint(20, 3), text(4, "ä")], { kind: "string", value: "ä" }],
    [
      "a tensor",
      [varint(20, 4), nested(5, varint(2, 1), float(4, 2))],
      { kind: "tensor", value: { dtype: "float32", shape: [], data: Float32Array.of(2) } },
    ],
    ["floats", [varint(20, 6), float(7, 1), float(7, 2)], { kind: "floats", value: Float32Array.of(1, 2) }],
    [
      "packed floats",
      [varint(20, 6), bytes(7, new Uint8Array(Float32Array.of(1, 2).buffer))],
      { kind: "floats", value: Float32Array.of(1, 2) },
    ],
    ["integers", [varint(20, 7), varint(8, 1), varint(8, 2 ** 40)], { kind: "ints", value: Float64Array.of(1, 2 ** 40) }],
    [
      "integers of every length",
      [varint(20, 7), ...[0, 127, 128, 2 ** 14, 2 ** 21 - 1, 2 ** 28 - 1, 2 ** 28, 2 ** 35, -1].map((value) => varint(8, value))],
      { kind: "ints", value: Float64Array.of(0, 127, 128, 2 ** 14, 2 ** 21 - 1, 2 ** 28 - 1, 2 ** 28, 2 ** 35, -1) },
    ],
    ["packed integers", [varint(20, 7), bytes(8, Uint8Array.of(5, 0xac, 2))], { kind: "ints", value: Float64Array.of(5, 300) }],
    ["strings", [varint(20, 8), text(9, "LEAF"), text(9, ""), text(9, "LEAF")], { kind: "strings", value: ["LEAF", "", "LEAF"] }],
    ["an empty list", [varint(20, 7)], { kind: "ints", value: new Float64Array() }],
    ["an old file's float", [float(2, 0.5)], { kind: "float", value: 0.5 }],
    ["an old file's integer", [varint(3, 4)], { kind: "int", value: 4 }],
    ["an old file's string", [text(4, "s")], { kind: "string", value: "s" }],
    ["an old file's lists", [varint(8, 4)], { kind: "ints", value: Float64Array.of(4) }],
    ["a subgraph", [varint(20, 5), nested(6)], { kind: "opaque", what: "a subgraph", subgraph: new Uint8Array() }],
    ["a sparse tensor", [varint(20, 11)], { kind: "opaque", what: "an attribute of ONNX type 11" }],
    [
      "a float16 tensor",
      [varint(20, 4), nested(5, varint(2, 10))],
      { kind: "opaque", what: "a tensor of float16", widened: expect.any(Function) as () => Tensor },
    ],
    ["an integer beyond 2^53", [varint(20, 2), varint(3, 2n ** 60n)], { kind: "opaque", what: "an integer beyond 2^53" }],
    ["integers beyond 2^53", [varint(20, 7), varint(8, 1), varint(8, -(2n ** 53n))], { kind: "opaque", what: "an integer beyond 2^53" }],
    ["nothing at all", [], { kind: "opaque", what: "an attribute of ONNX type 0" }],
  ])("reads %s", (_, fields, expected) => {
    expect(attribute(...fields)).toEqual(expected);
  });

  it.each([
    ["no operator", message(text(1, "x"))],
    ["an attribute twice", message(text(4, "Add"), nested(5, text(1, "a")), nested(5, text(1, "a")))],
    ["an operator that is a number", message(varint(4, 1))],
    ["a float attribute that is a varint", message(text(4, "Add"), nested(5, text(1, "a"), varint(20, 1), varint(2, 1)))],
    ["an integer attribute that is a text", message(text(4, "Add"), nested(5, text(1, "a"), text(3, "1")))],
    [
      "a string attribute that is not UTF-8",
      message(text(4, "Add"), nested(5, text(1, "a"), varint(20, 3), bytes(4, Uint8Array.of(0xc3)))),
    ],
    ["a name that moves the cursor", message(text(4, "Add"), text(3, "\u001b[2J"))],
    ["a name of a megabyte", message(text(4, "Add"), text(3, "n".repeat(2 ** 20)))],
  ])("refuses %s", (_, file) => {
    expect(() => readNode(file)).toThrow(expect.objectContaining({ code: "MODEL_FILE_INVALID" }));
  });
});
