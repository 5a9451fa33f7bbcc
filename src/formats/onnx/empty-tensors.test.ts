import { describe, expect, it } from "vitest";
import { message, nested, text } from "../../../test/onnx/protobuf.ts";
import { model, node } from "../../../test/onnx/tiny-models.ts";
import type { Node } from "../../graph/graph.ts";
import { readOnnx } from "./read.ts";

/** The call, where it can be made. */
function onnxOf(nodes: readonly Node[], functions: readonly Uint8Array[] = []): () => Uint8Array {
  const bytes = model({
    inputs: [{ name: "x", dtype: "float32", shape: ["rows", 4] }],
    outputs: [{ name: "y", dtype: "float32", shape: [] }],
    nodes,
  });
  const parts = [bytes, ...functions.map((one) => nested25(one))];
  return readOnnx(Uint8Array.from(parts.flatMap((part) => [...part]))).onnx;
}

/** A model's field of a function; fields of a message may be appended to it. */
function nested25(content: Uint8Array): Uint8Array {
  return message((writer) => writer.tag(25, 2).bytes(content));
}

function functionOf(name: string, inputs: readonly string[], outputs: readonly string[], nodes: readonly Node[]): Uint8Array {
  return message(
    text(1, name),
    ...inputs.map((input) => text(4, input)),
    ...outputs.map((output) => text(5, output)),
    ...nodes.map((one) =>
      nested(
        7,
        ...one.inputs.map((input) => text(1, input)),
        ...one.outputs.map((output) => text(2, output)),
        text(4, one.operator),
        text(7, one.domain),
      ),
    ),
    text(10, "local"),
  );
}

function call(name: string, inputs: string[], outputs: string[]): Node {
  return { ...node(name, inputs, outputs), domain: "local" };
}

const found = node("NonZero", ["x"], ["found"]);
const picked = node("Compress", ["x", "c"], ["picked"]);
const refused = { code: "OPERATOR_UNSUPPORTED", message: expect.stringContaining("would end the whole process") as string };

describe("what onnxruntime is not given", () => {
  it.each([
    ["a TopK of what is found", [found, node("TopK", ["found", "k"], ["y", "at"])]],
    ["an LSTM behind other operators", [found, node("Neg", ["found"], ["n"]), node("LSTM", ["n", "w", "r"], ["y"])]],
    ["a Unique of what is not known to be there", [node("Unique", ["x"], ["u"]), node("Unique", ["u"], ["y"])]],
  ])("is %s", (_, nodes) => {
    expect(onnxOf([node("Identity", ["x"], ["k"]), node("Identity", ["x"], ["w"]), node("Identity", ["x"], ["r"]), ...nodes])).toThrow(
      expect.objectContaining(refused),
    );
  });

  it("is the same inside of the model's own functions", () => {
    const largest = functionOf("largest", ["a", "b"], ["c"], [node("TopK", ["a", "b"], ["c", "at"])]);
    const find = functionOf("find", ["a"], ["b"], [node("NonZero", ["a"], ["b"])]);
    const wraps = functionOf("wraps", ["a"], ["b"], [call("find", ["a"], ["b"])]);
    const nodes = [call("wraps", ["x"], ["f"]), call("largest", ["f", "x"], ["y"])];
    expect(onnxOf(nodes, [largest, find, wraps])).toThrow(expect.objectContaining(refused));
    // What is found is only the number of the largest.
    expect(onnxOf([call("largest", ["x", "x"], ["y"]), call("wraps", ["y"], ["f"])], [largest, find, wraps])()).toBeInstanceOf(Uint8Array);
  });

  it("is a function that calls itself, or makes too many nodes", () => {
    const itself = functionOf("itself", ["a"], ["b"], [node("NonZero", ["a"], ["n"]), call("itself", ["n"], ["b"])]);
    expect(onnxOf([call("itself", ["x"], ["y"])], [itself])).toThrow(/too often to see through/);
    const twice = Array.from({ length: 15 }, (_, depth) =>
      functionOf(
        `f${depth}`,
        ["a"],
        ["b"],
        [call(`f${depth + 1}`, ["a"], ["n"]), call(`f${depth + 1}`, ["n"], ["m"]), call(`f${depth + 1}`, ["m"], ["b"])],
      ),
    );
    const last = functionOf("f15", ["a"], ["b"], [node("NonZero", ["a"], ["b"])]);
    expect(onnxOf([call("f0", ["x"], ["y"])], [...twice, last])).toThrow(/too often to see through/);
  });

  it("is nothing else", () => {
    expect(onnxOf([node("TopK", ["x", "k"], ["y", "at"]), node("Identity", ["x"], ["k"]), node("NonZero", ["y"], ["f"])])()).toBeInstanceOf(
      Uint8Array,
    );
    expect(onnxOf([node("Identity", ["x"], ["c"]), picked, node("ReduceSum", ["picked"], ["y"])])()).toBeInstanceOf(Uint8Array);
  });
});
