import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadModel } from "../../src/models/load-model.ts";

const folder = fileURLToPath(new URL("../fixtures/boosters/lightgbm/", import.meta.url));

describe("LightGBM's text", () => {
  const text = readFileSync(`${folder}categorical.txt`, "utf8");
  const load = (changed: string) => loadModel(new TextEncoder().encode(changed));

  it("gives names, ranges and classes", async () => {
    const { signature, engine, graph } = await loadModel(`${folder}pandas.txt`);
    expect([graph.name, engine.kind]).toEqual(["lightgbm", "compiled"]);
    expect(signature.features.map(({ name, categories }) => [name, categories])).toEqual([
      ["a", undefined],
      ["b", undefined],
      ["c", undefined],
      ["city", ["Aarhus", "Bern", "Cádiz", "Delft"]],
      ["floor", [3, 7, 20]],
    ]);
    expect(signature.features[0]).toMatchObject({ min: expect.any(Number), max: expect.any(Number), missing: true });
    const { task } = (await load(text)).signature;
    expect(task).toMatchObject({ kind: "classification", classes: [0, 1], scoreKind: "probability" });
  });

  it("squares a sum with its sign where training took roots", async () => {
    const roots = readFileSync(`${folder}regression-sqrt.txt`, "utf8");
    const negated = roots.replace(
      /^(leaf_value=)(.*)$/gm,
      (_, key: string, values: string) =>
        key +
        values
          .split(" ")
          .map((value) => -Number(value))
          .join(" "),
    );
    const [model, opposite] = [await load(roots), await load(negated)];
    const row = model.signature.features.map(({ min }) => min ?? 0);
    const { prediction } = model.predict(row);
    expect(prediction).toBeGreaterThan(1);
    expect(opposite.predict(row).prediction).toBe(-Number(prediction));
  });

  it("takes an unknown category for a missing one, as LightGBM does", async () => {
    const model = await loadModel(`${folder}pandas.txt`);
    const row = { a: 0.01, b: 0.05, c: 0, city: null, floor: 7 };
    expect(model.predict({ ...row, city: "Zürich" })).toEqual(model.predict(row));
  });

  it.each([
    ["no end", "end of trees", "", "MODEL_FILE_INVALID", undefined],
    ["a tree too few for its classes", "num_tree_per_iteration=1", "num_tree_per_iteration=5", "OPERATOR_UNSUPPORTED", "header.objective"],
    ["an unknown objective", "objective=binary sigmoid:1", "objective=mystery", "OPERATOR_UNSUPPORTED", "header.objective"],
    [
      "an objective of the language's own",
      "objective=binary sigmoid:1",
      "objective=constructor",
      "OPERATOR_UNSUPPORTED",
      "header.objective",
    ],
    ["names that are too few", "feature_names=Column_0", "feature_names=", "MODEL_FILE_INVALID", "header.feature_names"],
    ["a feature far out", "max_feature_idx=6", "max_feature_idx=1e12", "MODEL_FILE_INVALID", "header.max_feature_idx"],
    ["more leaves than it lists", "num_leaves=9", "num_leaves=10", "MODEL_FILE_INVALID", "tree 0.leaf_value"],
    ["no leaves", "num_leaves=9", "num_leaves=0", "MODEL_FILE_INVALID", "tree 0.num_leaves"],
    ["a number that is none", "threshold=", "threshold=x", "MODEL_FILE_INVALID", "tree 0.threshold"],
    ["sets out of order", "cat_boundaries=0", "cat_boundaries=9", "MODEL_FILE_INVALID", undefined],
    [
      "pandas' categories of no column",
      "pandas_categorical:null",
      'pandas_categorical:[["a"]]',
      "OPERATOR_UNSUPPORTED",
      "pandas_categorical",
    ],
    ["pandas' categories that are none", "pandas_categorical:null", "pandas_categorical:{}", "MODEL_FILE_INVALID", "pandas_categorical"],
  ])("is refused with %s", async (_, from, to, code, path) => {
    expect(text).toContain(from);
    const refusal = await load(text.replace(from, to)).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ name: "SetosaError", code });
    if (path !== undefined) expect(refusal).toMatchObject({ path });
  });

  it.each([
    ["comes back to its root", "left_child=", "left_child=0 "],
    ["shares a leaf", "right_child=", "right_child=-1 "],
  ])("is refused with a tree that %s", async (_, key, start) => {
    const lines = text.split("\n");
    const at = lines.findIndex((line) => line.startsWith(key));
    lines[at] = start + (lines[at] ?? "").slice(key.length).split(" ").slice(1).join(" ");
    await expect(load(lines.join("\n"))).rejects.toMatchObject({ code: "MODEL_FILE_INVALID" });
  });
});
