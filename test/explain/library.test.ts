import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { loadModel } from "../../src/index.ts";

const forest = new URL("../../models/iris-forest.onnx", import.meta.url);
const row = [5.1, 3.5, 1.4, 0.2];

// The first explanation loads a hundred modules.
vi.setConfig({ testTimeout: 60_000 });

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "setosa-explain-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("model.explain", () => {
  it("explains a row beside its prediction, and no observer hears of it", async () => {
    const model = await loadModel(forest);
    let heard = 0;
    model.observe({ answered: () => heard++ });
    const explanation = await model.explain(row);
    expect(explanation).toMatchObject({ ...model.predict(row), method: "tree-path-dependent", output: "probability" });
    expect(heard).toBe(1);
    expect(await model.explainMany([row, row])).toEqual([explanation, explanation]);
    expect(await model.explainMany([])).toEqual([]);
    await expect(model.explain([1, 2])).rejects.toMatchObject({ code: "ROW_WIDTH_INVALID" });
    await expect(model.explainMany([row, [1, 2, 3, "x"]])).rejects.toMatchObject({
      code: "FEATURE_TYPE_INVALID",
      path: expect.stringContaining("[1]"),
    });
  });

  it("explains what another engine answers", async () => {
    const compiled = await loadModel(forest);
    const interpreted = await loadModel(forest, { engine: "interpreted" });
    const { contributions, baseValues } = await interpreted.explain(row);
    expect(await compiled.explain(row)).toMatchObject({ contributions, baseValues });
  });

  it("needs the bytes of a model that came as bytes", async () => {
    const bytes = readFileSync(forest);
    await expect((await loadModel(bytes)).explain(row)).rejects.toMatchObject({
      code: "EXPLANATION_UNAVAILABLE",
      hint: expect.stringContaining("explain: true"),
    });
    expect(await (await loadModel(bytes, { explain: true })).explain(row)).toMatchObject({ prediction: "Iris-Setosa" });
  });

  it("says that the file was changed, and explains when it is there again", async () => {
    const path = join(folder, "model.onnx");
    copyFileSync(forest, path);
    const model = await loadModel(path);
    copyFileSync(new URL("../../models/wine.onnx", import.meta.url), path);
    await expect(model.explain(row)).rejects.toMatchObject({ code: "EXPLANATION_UNAVAILABLE" });
    writeFileSync(path, "no model");
    await expect(model.explain(row)).rejects.toMatchObject({ code: "EXPLANATION_UNAVAILABLE" });
    rmSync(path);
    await expect(model.explain(row)).rejects.toMatchObject({ code: "EXPLANATION_UNAVAILABLE" });
    copyFileSync(forest, path);
    expect(await model.explain(row)).toMatchObject({ prediction: "Iris-Setosa" });
  });

  it("explains no answer that is not the served model's", async () => {
    // The same file, but for one leaf: the bit of a weight that is 1 in the training rows' classes.
    const bytes = readFileSync(forest);
    const path = join(folder, "other.onnx");
    writeFileSync(path, bytes);
    const model = await loadModel(path);
    const one = Buffer.from(Float32Array.of(0.01).buffer);
    let changed = 0;
    for (let at = bytes.indexOf(one); at >= 0; at = bytes.indexOf(one, at + 4)) {
      bytes.writeFloatLE(0.02, at);
      changed++;
    }
    expect(changed).toBeGreaterThan(100);
    writeFileSync(path, bytes);
    await expect(model.explain(row)).rejects.toMatchObject({ code: "EXPLANATION_UNAVAILABLE" });
  });

  it.each([
    ["iris", /no tree ensemble/],
    ["digits", /no tree ensemble/],
    ["breast-cancer", /no tree ensemble/],
  ])("says why it does not explain %s", async (name, why) => {
    const model = await loadModel(new URL(`../../models/${name}.onnx`, import.meta.url));
    await expect(model.explain(model.signature.example ?? [])).rejects.toMatchObject({
      code: "EXPLANATION_UNSUPPORTED",
      message: expect.stringMatching(why),
    });
  });

  it("says what the trees of a file from before lack", async () => {
    const model = await loadModel(new URL("../fixtures/boosters/saved/catboost-multiclass.onnx", import.meta.url));
    const { example, features } = model.signature;
    await expect(model.explain(example ?? features.map(() => 0))).rejects.toMatchObject({
      code: "EXPLANATION_UNSUPPORTED",
      message: expect.stringContaining("training rows"),
      hint: expect.stringContaining("setosa.save"),
    });
  });

  it.each([
    ["two-labels", /takes tensors/],
    ["knn", /./],
    ["adaboost-rnn", /12 tree ensembles/],
  ])("says why it does not explain %s", async (name, why) => {
    const model = await loadModel(new URL(`../fixtures/other-models/${name}.onnx`, import.meta.url));
    await expect(model.explainer()).rejects.toMatchObject({ code: "EXPLANATION_UNSUPPORTED", message: expect.stringMatching(why) });
  });
});
