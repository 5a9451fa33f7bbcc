import { describe, expect, it } from "vitest";
import { classifier, model, node, pooling } from "../../test/onnx/tiny-models.ts";
import { readModel } from "../formats/registry.ts";
import { tensor } from "../tensor/tensor.ts";
import { chooseEngine } from "./choose.ts";

describe("chooseEngine", () => {
  it("compiles what it can", async () => {
    const engine = await chooseEngine(readModel(classifier()));
    expect([engine.kind, engine.reason]).toEqual(["compiled", "every operator has a kernel"]);
    expect(engine.kernel?.capacity).toBeGreaterThan(1);
  });

  it("falls back to onnxruntime, and names the node that made it", async () => {
    const engine = await chooseEngine(readModel(pooling()));
    expect(engine.kind).toBe("onnxruntime");
    expect(engine.reason).toMatch(/LpPool \(node "sums"\)/);
    await engine.close();
  });

  it("names the node where onnxruntime refuses the model, too", async () => {
    const bytes = model({
      inputs: [{ name: "x", dtype: "float32", shape: ["n"] }],
      outputs: [{ name: "y", dtype: "float32", shape: ["n"] }],
      nodes: [{ ...node("NoSuchOperator", ["x"], ["y"]), name: "strange" }],
    });
    await expect(chooseEngine(readModel(bytes))).rejects.toMatchObject({
      code: "OPERATOR_UNSUPPORTED",
      message: expect.stringMatching(/onnxruntime refuses the model \(.*NoSuchOperator \(node "strange"\): there is no kernel/),
    });
  });

  it("leaves a large network to onnxruntime, unless it is told otherwise", async () => {
    const network = (width: number): Uint8Array =>
      model({
        inputs: [{ name: "x", dtype: "float32", shape: ["n", width] }],
        outputs: [{ name: "y", dtype: "float32", shape: ["n", width] }],
        constants: new Map([["w", tensor("float32", [width, width])]]),
        nodes: [node("MatMul", ["x", "w"], ["y"])],
      });
    const kinds: string[] = [];
    for (const [width, choice] of [
      [1440, "auto"],
      [1450, "auto"],
      [1450, "compiled"],
    ] as const) {
      const engine = await chooseEngine(readModel(network(width)), choice);
      kinds.push(`${engine.kind}: ${engine.reason}`);
      await engine.close();
    }
    expect(kinds).toEqual([
      "compiled: every operator has a kernel",
      "onnxruntime: every operator has a kernel, but a row takes 2.1 million multiplications, for which onnxruntime has a thread of its own",
      "compiled: asked for",
    ]);
  });

  it("does what it is asked for, or says why not", async () => {
    await expect(chooseEngine(readModel(pooling()), "compiled")).rejects.toMatchObject({ code: "OPERATOR_UNSUPPORTED" });
    for (const kind of ["compiled", "interpreted", "onnxruntime"] as const) {
      const engine = await chooseEngine(readModel(classifier()), kind);
      expect([engine.kind, engine.reason]).toEqual([kind, "asked for"]);
      await engine.close();
    }
  });

  it("refuses an engine that there is not", async () => {
    await expect(chooseEngine(readModel(classifier()), "wasm" as never)).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      path: "engine",
    });
  });

  it("gives engines that agree on whole tensors, however many rows they have", async () => {
    const input = tensor(
      "float32",
      [1000, 2],
      Float32Array.from({ length: 2000 }, (_, index) => Math.sin(index)),
    );
    const [compiled, ...others] = await Promise.all(
      (["compiled", "interpreted", "onnxruntime"] as const).map(async (kind) => {
        const engine = await chooseEngine(readModel(classifier()), kind);
        const outputs = await engine.run([input]);
        await engine.close();
        return outputs;
      }),
    );
    expect(compiled?.map(({ shape }) => shape)).toEqual([[1000], [1000, 2]]);
    for (const other of others) expect(other).toEqual(compiled);
  });

  it("refuses tensors that are not the compiled model's", async () => {
    const engine = await chooseEngine(readModel(classifier()));
    for (const wrong of [[], [tensor("float64", [1, 2])], [tensor("float32", [1, 3])]])
      await expect(engine.run(wrong)).rejects.toMatchObject({ code: "TENSOR_INVALID", path: "X" });
  });
});
