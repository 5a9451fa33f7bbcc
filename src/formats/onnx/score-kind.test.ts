import { describe, expect, it } from "vitest";
import { node } from "../../../test/onnx/tiny-models.ts";
import { buildGraph } from "../../graph/build.ts";
import type { Attribute } from "../../graph/graph.ts";
import { tensor } from "../../tensor/tensor.ts";
import { scoreKindOf } from "./score-kind.ts";

const floats = (...values: number[]): Attribute => ({ kind: "floats", value: Float32Array.from(values) });
const transform = (value: string): Record<string, Attribute> => ({ post_transform: { kind: "string", value } });
const doubles: Attribute = { kind: "tensor", value: tensor("float64", [2], Float64Array.of(0.5, -0.5)) };

describe("scoreKindOf", () => {
  it.each([
    ["LinearClassifier", {}, "decision"],
    ["LinearClassifier", transform("NONE"), "decision"],
    ["LinearClassifier", transform("SOFTMAX"), "probability"],
    ["LinearClassifier", transform("LOGISTIC"), "probability"],
    ["SVMClassifier", {}, "decision"],
    ["SVMClassifier", { prob_a: floats() }, "decision"],
    ["SVMClassifier", { prob_a: floats(-1), prob_b: floats(0) }, "probability"],
    ["TreeEnsembleClassifier", { class_weights: floats(0.2, 0.8, 0) }, "probability"],
    ["TreeEnsembleClassifier", { class_weights: floats(0.2, -0.8) }, "decision"],
    ["TreeEnsembleClassifier", { class_weights_as_tensor: doubles }, "decision"],
    ["TreeEnsembleClassifier", { class_weights: floats(0.2, -0.8), ...transform("LOGISTIC") }, "probability"],
    ["Normalizer", {}, "probability"],
  ])("%s %#", (operator, attributes: Record<string, Attribute>, kind) => {
    const graph = buildGraph({
      name: "",
      opsets: { "ai.onnx.ml": 3 },
      inputs: [{ name: "x", dtype: "float32", shape: ["n", 2] }],
      outputs: [{ name: "scores", dtype: "float32", shape: ["n", 2] }],
      constants: new Map(),
      nodes: [node(`ai.onnx.ml.${operator}`, ["x"], ["label", "scores"], attributes)],
    });
    expect(scoreKindOf(graph, "scores")).toBe(kind);
    // Scores that are an input of the graph have no maker.
    expect(scoreKindOf(graph, "x")).toBe("probability");
  });
});
