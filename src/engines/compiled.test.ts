import { describe, expect, it } from "vitest";
import { model, node } from "../../test/onnx/tiny-models.ts";
import { compile } from "../compiler/compile.ts";
import { readModel } from "../formats/registry.ts";
import type { Attribute } from "../graph/graph.ts";
import { tensor } from "../tensor/tensor.ts";
import { compiledEngine } from "./compiled.ts";

const equation = (text: string): Record<string, Attribute> => ({ equation: { kind: "string", value: text } });

describe("compiledEngine", () => {
  it("evaluates what moves elements where only the shapes of values tell so", async () => {
    const file = readModel(
      model({
        inputs: [{ name: "x", dtype: "float32", shape: ["n", 2] }],
        outputs: [{ name: "y", dtype: "float32", shape: ["n", 2] }],
        nodes: [
          node("Einsum", ["x"], ["columns"], equation("ij->ji")),
          node("Concat", ["columns"], ["same"], { axis: { kind: "int", value: -1 } }),
          node("Einsum", ["same"], ["y"], equation("ij->ji")),
        ],
      }),
    );
    await expect(compile(file.graph)).rejects.toMatchObject({ code: "OPERATOR_UNSUPPORTED" });
    const engine = await compiledEngine(file.graph, "asked for");
    const [result] = await engine.run([tensor("float32", [2, 2], Float32Array.of(1, 2, 3, 4))]);
    expect([...(result?.data ?? [])]).toEqual([1, 2, 3, 4]);
  });
});
