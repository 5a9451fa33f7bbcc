import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { describe, expect, it } from "vitest";
import { buildGraph } from "../../graph/build.ts";
import { isOpaque, type Node, type Opaque } from "../../graph/graph.ts";
import { interpret } from "../../interpreter/interpret.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import { saturateSliceBounds } from "./slice-bounds.ts";
import { readTensor } from "./tensor.ts";

/** A TensorProto of int64 { dims, data_type, raw_data }. */
function int64s(...values: bigint[]): Opaque | Tensor {
  const raw = new Uint8Array(BigInt64Array.from(values).buffer);
  const writer = new BinaryWriter().tag(1, WireType.Varint).int64(values.length).tag(2, WireType.Varint).int32(7);
  return readTensor(writer.tag(9, WireType.LengthDelimited).bytes(raw).finish()).constant;
}

function node(operator: string, inputs: readonly string[], outputs: readonly string[]): Node {
  return { name: operator, domain: "", operator, inputs, outputs, attributes: new Map() };
}

const list = (...values: number[]): Tensor => tensor("int64", [values.length], Float64Array.from(values));
const largest = 2n ** 63n - 1n;

describe("bounds of a Slice", () => {
  const parts = {
    name: "test",
    inputs: [{ name: "x", dtype: "float32" as const, type: "tensor", shape: ["rows", 4] }],
    outputs: [{ name: "y", dtype: "float32" as const, type: "tensor", shape: ["rows", null] }],
    constants: new Map([
      ["starts", list(1)],
      ["ends", int64s(largest)],
      ["axes", list(1)],
    ]),
    nodes: [node("Slice", ["x", "starts", "ends", "axes"], ["y"])],
  };

  it("may be the largest int64, which means no bound", () => {
    const graph = buildGraph({
      ...saturateSliceBounds(parts),
      inputs: [{ name: "x", dtype: "float32", shape: ["rows", 4] }],
      opsets: { "": 18 },
    } as never);
    const [y] = interpret(graph, [tensor("float32", [1, 4], Float32Array.of(1, 2, 3, 4))]);
    expect(y).toEqual(tensor("float32", [1, 3], Float32Array.of(2, 3, 4)));
  });

  it("stay what they are where something else reads them, too", () => {
    const shared = { ...parts, nodes: [...parts.nodes, node("Neg", ["ends"], ["z"])] };
    const kept = saturateSliceBounds(shared).constants.get("ends");
    expect(kept !== undefined && isOpaque(kept)).toBe(true);
  });

  it("of other numbers beyond 2^53 are not held", () => {
    expect(int64s(2n ** 60n)).toEqual({ kind: "opaque", what: expect.stringContaining("2^53") });
  });
});
