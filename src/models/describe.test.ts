import { describe, expect, it } from "vitest";
import { classifier, classifierParity, classifierSignature, pooling } from "../../test/onnx/tiny-models.ts";
import { describeModel } from "./describe.ts";
import { loadModel } from "./load-model.ts";

describe("describeModel", () => {
  it("says what a client has to know, as plain data", async () => {
    const signature = {
      ...classifierSignature,
      framework: { name: "scikit-learn", version: "1.9.1", estimator: "LinearSVC" },
      trained_at: "2026-11-01T00:00:00Z",
    };
    const bytes = classifier({ signature, parity: classifierParity });
    let now = 0;
    const model = await loadModel(bytes, { clock: () => (now += 12.34) });
    const description = describeModel(model);
    expect(description).toEqual({
      name: "sides",
      version: "3",
      task: "classification",
      classes: ["left", "right"],
      features: [
        { name: "a", dtype: "float32", missing: false },
        { name: "b", dtype: "float32", missing: false },
      ],
      inputs: [{ name: "X", dtype: "float32", shape: ["batch", 2] }],
      outputs: [
        { name: "label", dtype: "string", shape: ["batch"] },
        { name: "scores", dtype: "float32", shape: ["batch", 2] },
      ],
      example: { a: 2, b: 1 },
      engine: "compiled",
      reason: "every operator has a kernel",
      parity: { rows: 2, passed: 2 },
      bytes: bytes.length,
      loadMilliseconds: 12.3,
      operators: ["ai.onnx.ml.LinearClassifier"],
      framework: signature.framework,
      trainedAt: "2026-11-01T00:00:00Z",
    });
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
  });

  it("says why a model is not compiled, and leaves out what it does not have", async () => {
    const model = await loadModel(pooling());
    const description = describeModel(model);
    await model.close();
    expect(description).toMatchObject({ name: "model", task: "tensors", engine: "onnxruntime", features: [], operators: ["LpPool"] });
    expect(description.reason).toMatch(/LpPool/);
    for (const key of ["classes", "targets", "example", "parity", "framework"]) expect(description).not.toHaveProperty(key);
  });
});
