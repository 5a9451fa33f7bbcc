import { type Tensor, tensor } from "../../../src/tensor/tensor.ts";
import { classifierSignature, model, node } from "../../onnx/tiny-models.ts";

/**
 * A classifier of two features, whose scores are the features: the larger one names the class. On onnxruntime it fails while it runs
 * where `a` is 3 or more, because `a` is also a position in a list of three zeros.
 */
export function failingModel(): Uint8Array<ArrayBuffer> {
  return model({
    inputs: [{ name: "X", dtype: "float32", shape: ["batch", 2] }],
    outputs: [
      { name: "label", dtype: "string", shape: ["batch"] },
      { name: "scores", dtype: "float32", shape: ["batch", 2] },
    ],
    constants: new Map<string, Tensor>([
      ["first", tensor("int64", [1], Float64Array.of(0))],
      ["zeros", tensor("float32", [3], Float32Array.of(0, 0, 0))],
    ]),
    nodes: [
      node("Gather", ["X", "first"], ["a"], { axis: { kind: "int", value: 1 } }),
      node("Cast", ["a"], ["position"], { to: { kind: "int", value: 7 } }),
      node("Gather", ["zeros", "position"], ["zero"]),
      node("Add", ["X", "zero"], ["Y"]),
      node("ai.onnx.ml.LinearClassifier", ["Y"], ["label", "scores"], {
        coefficients: { kind: "floats", value: Float32Array.of(1, 0, 0, 1) },
        intercepts: { kind: "floats", value: Float32Array.of(0, 0) },
        classlabels_strings: { kind: "strings", value: ["left", "right"] },
        multi_class: { kind: "int", value: 0 },
        post_transform: { kind: "string", value: "NONE" },
      }),
    ],
    metadata: { "setosa.signature": JSON.stringify({ ...classifierSignature, version: "1" }) },
  });
}
