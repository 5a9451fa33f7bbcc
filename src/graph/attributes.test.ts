import { describe, expect, it } from "vitest";
import { SetosaError } from "../errors.ts";
import { tensor } from "../tensor/tensor.ts";
import {
  floatAttribute,
  floatsAttribute,
  intAttribute,
  intsAttribute,
  stringAttribute,
  stringsAttribute,
  tensorAttribute,
} from "./attributes.ts";
import type { Attribute, Node } from "./graph.ts";

const attributes: Record<string, Attribute> = {
  int: { kind: "int", value: 3 },
  float: { kind: "float", value: 0.5 },
  string: { kind: "string", value: "SUM" },
  ints: { kind: "ints", value: Float64Array.of(1, 2) },
  floats: { kind: "floats", value: Float32Array.of(1.5) },
  strings: { kind: "strings", value: ["a"] },
  tensor: { kind: "tensor", value: tensor("float64", [1]) },
  opaque: { kind: "opaque", what: "a subgraph" },
};
const node: Node = {
  name: "n1",
  domain: "ai.onnx.ml",
  operator: "Scaler",
  inputs: [],
  outputs: [],
  attributes: new Map(Object.entries(attributes)),
};

describe("attributes", () => {
  it("are read by kind", () => {
    expect(intAttribute(node, "int", 9)).toBe(3);
    expect(floatAttribute(node, "float", 9)).toBe(0.5);
    expect(stringAttribute(node, "string")).toBe("SUM");
    expect(intsAttribute(node, "ints")).toEqual(Float64Array.of(1, 2));
    expect(floatsAttribute(node, "floats")).toEqual(Float32Array.of(1.5));
    expect(stringsAttribute(node, "strings")).toEqual(["a"]);
    expect(tensorAttribute(node, "tensor")?.shape).toEqual([1]);
  });

  it("have a fallback, or are undefined", () => {
    expect(intAttribute(node, "absent", 9)).toBe(9);
    expect(floatAttribute(node, "absent", 9)).toBe(9);
    for (const read of [stringAttribute, intsAttribute, floatsAttribute, stringsAttribute, tensorAttribute])
      expect(read(node, "absent")).toBeUndefined();
  });

  it.each(Object.keys(attributes))("refuse another kind: %s", (name) => {
    const readers = { int: intAttribute, float: floatAttribute, string: stringAttribute, ints: intsAttribute, floats: floatsAttribute };
    for (const [kind, read] of Object.entries(readers)) {
      if (kind === name) continue;
      expect(() => read(node, name, 0)).toThrow(
        expect.objectContaining({ code: "MODEL_GRAPH_INVALID", path: "n1", message: expect.stringContaining(`"${name}"`) }),
      );
    }
  });

  it("name what only onnxruntime reads", () => {
    expect(() => stringsAttribute(node, "opaque")).toThrow(SetosaError);
    expect(() => stringsAttribute(node, "opaque")).toThrow(/a subgraph/);
  });
});
