import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Attribute, Node, ValueInfo } from "../../src/graph/graph.ts";
import { tensor } from "../../src/tensor/tensor.ts";
import { type OnnxParts, writeOnnx } from "./write.ts";

/** Models whose answers can be worked out in the head. */

const opsets = { "": 18, "ai.onnx.ml": 3 };

export function node(operator: string, inputs: string[], outputs: string[], attributes: Record<string, Attribute> = {}): Node {
  const cut = operator.lastIndexOf(".");
  return {
    name: outputs[0] ?? "",
    domain: operator.slice(0, Math.max(cut, 0)),
    operator: operator.slice(cut + 1),
    inputs,
    outputs,
    attributes: new Map(Object.entries(attributes)),
  };
}

export function model(parts: Partial<OnnxParts> & Pick<OnnxParts, "inputs" | "outputs" | "nodes">): Uint8Array<ArrayBuffer> {
  return writeOnnx({ name: "tiny", opsets, constants: new Map(), ...parts });
}

/** The features `a` and `b` are the scores of the classes `left` and `right`; the larger one is the label. */
export const classifierSignature = {
  format: 1,
  name: "sides",
  version: "3",
  task: {
    kind: "classification",
    classes: ["left", "right"],
    labels: ["left", "right"],
    label: "label",
    scores: "scores",
    score_kind: "decision",
  },
  features: [
    { name: "a", input: "X", column: 0, dtype: "float32", missing: false },
    { name: "b", input: "X", column: 1, dtype: "float32", missing: false },
  ],
  example: [2, 1],
};

export const classifierParity = {
  format: 1,
  rows: [
    [2, 1],
    [1, 3],
  ],
  kinds: ["typical", "threshold"],
  labels: [0, 1],
  scores: [
    [2, 1],
    [1, 3],
  ],
};

export function classifier(metadata: { signature?: unknown; parity?: unknown; training?: unknown } = {}): Uint8Array<ArrayBuffer> {
  const { signature = classifierSignature, parity, training } = metadata;
  return model({
    inputs: [{ name: "X", dtype: "float32", shape: ["batch", 2] }],
    outputs: [
      { name: "label", dtype: "string", shape: ["batch"] },
      { name: "scores", dtype: "float32", shape: ["batch", 2] },
    ],
    nodes: [
      node("ai.onnx.ml.LinearClassifier", ["X"], ["label", "scores"], {
        coefficients: { kind: "floats", value: Float32Array.of(1, 0, 0, 1) },
        intercepts: { kind: "floats", value: Float32Array.of(0, 0) },
        classlabels_strings: { kind: "strings", value: ["left", "right"] },
        multi_class: { kind: "int", value: 0 },
        post_transform: { kind: "string", value: "NONE" },
      }),
    ],
    metadata: {
      "setosa.signature": JSON.stringify(signature),
      ...(parity === undefined ? {} : { "setosa.parity": JSON.stringify(parity) }),
      ...(training === undefined ? {} : { "setosa.training": JSON.stringify(training) }),
    },
  });
}

/** Every 2 × 2 window of a 3 × 3 image, summed: an operator that only onnxruntime runs. */
export function pooling(): Uint8Array<ArrayBuffer> {
  return model({
    inputs: [{ name: "image", dtype: "float32", shape: ["batch", 1, 3, 3] }],
    outputs: [{ name: "sums", dtype: "float32", shape: ["batch", 1, 2, 2] }],
    nodes: [
      node("LpPool", ["image"], ["sums"], {
        kernel_shape: { kind: "ints", value: Float64Array.of(2, 2) },
        p: { kind: "int", value: 1 },
      }),
    ],
  });
}

/** Rows of 512 numbers times the identity matrix, six times over: a thousand rows take tens of milliseconds. */
export function product(): Uint8Array<ArrayBuffer> {
  const identity = Float32Array.from({ length: 512 * 512 }, (_, index) => (index % 513 === 0 ? 1 : 0));
  return model({
    inputs: [{ name: "x0", dtype: "float32", shape: ["n", 512] }],
    outputs: [{ name: "x6", dtype: "float32", shape: ["n", 512] }],
    constants: new Map([["identity", tensor("float32", [512, 512], identity)]]),
    nodes: Array.from({ length: 6 }, (_, index) => node("MatMul", [`x${index}`, "identity"], [`x${index + 1}`])),
  });
}

/** One operator on one input of the same dtype and shape, such as `Identity` of strings. */
export function unary(operator: string, dtype: ValueInfo["dtype"]): Uint8Array<ArrayBuffer> {
  return model({
    inputs: [{ name: "x", dtype, shape: ["n"] }],
    outputs: [{ name: "y", dtype, shape: ["n"] }],
    nodes: [node(operator, ["x"], ["y"])],
  });
}

/** The file with one more metadata entry; a later entry of a key replaces an earlier one. A `written` value is a text already. */
export function withMetadata(bytes: Uint8Array, key: string, value: unknown, written = false): Uint8Array<ArrayBuffer> {
  const entry = new BinaryWriter().tag(14, WireType.LengthDelimited).fork();
  entry
    .tag(1, WireType.LengthDelimited)
    .string(key)
    .tag(2, WireType.LengthDelimited)
    .string(written ? String(value) : JSON.stringify(value));
  return new Uint8Array([...bytes, ...entry.join().finish()]);
}
