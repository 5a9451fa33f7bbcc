import { classifierSignature, model, node } from "../../onnx/tiny-models.ts";

/** What breaks documents and generated code where it is taken for more than a name. */
export const hostileNames = [
  '"',
  "'",
  "`",
  "\\",
  "a/b",
  "~1",
  "%2F",
  "{model}",
  "#/components",
  "$ref",
  "__proto__",
  "constructor",
  "instances",
  "1",
  "0",
  "é😀",
  "\u202e",
  "line\nbreak",
  "</script>",
  "*/",
  "a b (cm)",
] as const;

/** A classifier of two classes, of features with such names, and classes with such names. */
export function hostileModel(name: string): Uint8Array<ArrayBuffer> {
  const width = hostileNames.length;
  const classes = ["constructor", "a/b\"'"];
  const signature = {
    ...classifierSignature,
    name,
    version: "1.0-beta",
    task: { ...classifierSignature.task, classes, labels: ["left", "right"] },
    features: hostileNames.map((feature, column) => ({ name: feature, input: "X", column, dtype: "float32", missing: false })),
    example: hostileNames.map((_, index) => index),
  };
  return model({
    inputs: [{ name: "X", dtype: "float32", shape: ["batch", width] }],
    outputs: [
      { name: "label", dtype: "string", shape: ["batch"] },
      { name: "scores", dtype: "float32", shape: ["batch", 2] },
    ],
    nodes: [
      node("ai.onnx.ml.LinearClassifier", ["X"], ["label", "scores"], {
        coefficients: {
          kind: "floats",
          value: Float32Array.from({ length: 2 * width }, (_, index) => (index === 0 || index === width + 1 ? 1 : 0)),
        },
        intercepts: { kind: "floats", value: Float32Array.of(0, 0) },
        classlabels_strings: { kind: "strings", value: ["left", "right"] },
        multi_class: { kind: "int", value: 0 },
        post_transform: { kind: "string", value: "NONE" },
      }),
    ],
    metadata: { "setosa.signature": JSON.stringify(signature) },
  });
}
