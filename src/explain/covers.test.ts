import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readModel } from "../formats/registry.ts";
import type { Graph } from "../graph/graph.ts";
import { tensor } from "../tensor/tensor.ts";
import { createExplainer } from "./explainer.ts";

const file = readModel(readFileSync(new URL("../../models/iris-forest.onnx", import.meta.url)), { covers: true });
const rows = tensor("float32", [2, 4], Float32Array.of(5.1, 3.5, 1.4, 0.2, 5.1, 3.5, 1.4, 0.2));

/** The forest with other weights. */
function weighted(change: (weights: Float32Array) => Float32Array | undefined): Graph {
  const { graph } = file;
  const nodes = graph.nodes.map((node) => {
    const rates = node.attributes.get("nodes_hitrates");
    const attributes = new Map(node.attributes);
    attributes.delete("nodes_hitrates");
    const value = rates?.kind === "floats" ? change(rates.value) : undefined;
    if (value !== undefined) attributes.set("nodes_hitrates", { kind: "floats", value });
    return { ...node, attributes };
  });
  return { ...graph, nodes };
}

const explainer = (graph: Graph) => createExplainer(graph, file.signature, [rows]);

it("takes weights that add up", async () => {
  const { baseValues } = await explainer(weighted((weights) => weights));
  const other = await explainer(weighted((weights) => weights.map((weight) => weight * 3)));
  expect(Array.from(other.baseValues)).toEqual(Array.from(baseValues, (value) => expect.closeTo(value, 12)));
});

it.each([
  ["are not there", () => undefined],
  ["are 1 for every node, as converters write them", (weights: Float32Array) => weights.map(() => 1)],
  ["are negative", (weights: Float32Array) => weights.map((weight) => -weight)],
  ["are no numbers", (weights: Float32Array) => weights.map(() => Number.NaN)],
  ["are too few", (weights: Float32Array) => weights.slice(1)],
])("takes no weights that %s", async (_, change) => {
  await expect(explainer(weighted(change))).rejects.toMatchObject({
    code: "EXPLANATION_UNSUPPORTED",
    message: expect.stringContaining("training rows"),
    hint: expect.stringContaining("setosa.save"),
  });
});
