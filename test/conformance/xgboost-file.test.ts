import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadModel } from "../../src/models/load-model.ts";

const folder = fileURLToPath(new URL("../fixtures/boosters/xgboost/", import.meta.url));

describe("XGBoost's JSON", () => {
  const texts = { categorical: readFileSync(`${folder}categorical.json`, "utf8"), dart: readFileSync(`${folder}dart.json`, "utf8") };

  /** The model with the value at a path below `learner` replaced. */
  function changed(name: keyof typeof texts, path: readonly (string | number)[], value: unknown): Uint8Array {
    const model = JSON.parse(texts[name]) as { learner: unknown };
    const owner = path.slice(0, -1).reduce((object, key) => (object as Record<string | number, unknown>)[key], model.learner);
    (owner as Record<string | number, unknown>)[path.at(-1) ?? ""] = value;
    return new TextEncoder().encode(JSON.stringify(model));
  }

  it("gives names, categories and classes", async () => {
    const { signature, engine, graph } = await loadModel(`${folder}pandas.json`);
    expect([graph.name, engine.kind]).toEqual(["xgboost", "compiled"]);
    expect(signature.features.map(({ name, categories }) => [name, categories])).toEqual([
      ..."abcd".split("").map((name) => [name, undefined]),
      ["city", ["Aarhus", "Bern", "Cadiz", "Delft"]],
      ["floor", [3, 7, 20]],
    ]);
    const { task } = (await loadModel(`${folder}multiclass.json`)).signature;
    expect(task).toMatchObject({ kind: "classification", classes: [0, 1, 2], scoreKind: "probability" });
  });

  it("refuses a category that training did not know, as XGBoost does", async () => {
    const model = await loadModel(`${folder}pandas.json`);
    const row = { a: 0.01, b: 0.05, c: 0, d: 0, city: "Bern", floor: 7 };
    expect(model.predict(row)).toMatchObject({ prediction: expect.any(Number) });
    expect(() => model.predict({ ...row, city: "Zug" })).toThrow(expect.objectContaining({ code: "CATEGORY_UNKNOWN" }));
  });

  it("may hold the names that C++ prints for what is no number", async () => {
    const text = texts.dart
      .replace(/"loss_changes":\[[^,]*/, '"loss_changes":[NaN')
      .replace(/"sum_hessian":\[[^,]*/, '"sum_hessian":[-Infinity');
    expect(text).toContain("NaN");
    expect((await loadModel(new TextEncoder().encode(text))).engine.kind).toBe("compiled");
  });

  it("names the first class where a hinge margin is 0, as XGBoost does", async () => {
    const model = JSON.parse(readFileSync(`${folder}hinge.json`, "utf8"));
    model.learner.learner_model_param.base_score = "[0E0]";
    const { trees } = model.learner.gradient_booster.model;
    const zeros = (list: number[], left: number[]): number[] => list.map((value, node) => (left[node] === -1 ? 0 : value));
    for (const tree of trees) tree.split_conditions = zeros(tree.split_conditions, tree.left_children);
    const loaded = await loadModel(new TextEncoder().encode(JSON.stringify(model)));
    expect(loaded.predict(loaded.signature.features.map(() => 1)).prediction).toBe(0);
  });

  const booster = ["gradient_booster", "model"] as const;
  const tree = [...booster, "trees", 1] as const;
  it.each([
    ["another objective", ["objective", "name"], "reg:mystery", "OPERATOR_UNSUPPORTED", "learner.objective.name"],
    ["an objective of the language's own", ["objective", "name"], "constructor", "OPERATOR_UNSUPPORTED", "learner.objective.name"],
    ["another booster", ["gradient_booster", "name"], "gbforest", "MODEL_FILE_INVALID", "learner.gradient_booster.name"],
    [
      "a base score that is no number",
      ["learner_model_param", "base_score"],
      "[x]",
      "MODEL_FILE_INVALID",
      "learner.learner_model_param.base_score",
    ],
    [
      "base scores of other classes",
      ["learner_model_param", "base_score"],
      "[1,2]",
      "MODEL_FILE_INVALID",
      "learner.learner_model_param.base_score",
    ],
    [
      "features without end",
      ["learner_model_param", "num_feature"],
      "1e9",
      "MODEL_FILE_INVALID",
      "learner.learner_model_param.num_feature",
    ],
    ["a feature that is not there", [...tree, "split_indices", 0], 99, "MODEL_FILE_INVALID", "split_indices"],
    ["a list that is too short", [...tree, "split_conditions"], [1], "MODEL_FILE_INVALID", "split_conditions"],
    ["a tree that comes back", [...tree, "left_children", 0], 0, "MODEL_FILE_INVALID", "left_children"],
    ["a child that is not there", [...tree, "right_children", 0], 4000, "MODEL_FILE_INVALID", "left_children"],
    ["an empty tree", [...tree, "left_children"], [], "MODEL_FILE_INVALID", "left_children"],
    ["a group that is not there", [...booster, "tree_info", 0], 3, "MODEL_FILE_INVALID", "tree_info"],
    ["categories outside of the list", [...tree, "categories_sizes", 0], 1e6, "MODEL_FILE_INVALID", "categories_segments"],
    ["no categories where a split asks for some", [...tree, "categories_nodes"], [], "MODEL_FILE_INVALID", ""],
    ["names that are too few", ["feature_names"], ["a"], "MODEL_FILE_INVALID", "learner.feature_names"],
    [
      "an early stop that is not there",
      ["attributes"],
      { scikit_learn: "{}", best_iteration: "500" },
      "MODEL_FILE_INVALID",
      "best_iteration",
    ],
  ] as const)("is refused with %s", async (_, path, value, code, where) => {
    const refusal = await loadModel(changed("categorical", path, value)).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ name: "SetosaError", code, path: expect.stringContaining(where) });
  });

  it("is refused with names that XGBoost cut", async () => {
    const model = JSON.parse(readFileSync(`${folder}pandas.json`, "utf8"));
    model.learner.gradient_booster.model.cats.enc[4].values[2] = -61;
    await expect(loadModel(new TextEncoder().encode(JSON.stringify(model)))).rejects.toMatchObject({ code: "OPERATOR_UNSUPPORTED" });
  });

  it("is refused with weights of other trees", async () => {
    const refusal = await loadModel(changed("dart", ["gradient_booster", "weight_drop"], [1])).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "MODEL_FILE_INVALID", path: "learner.gradient_booster.weight_drop" });
  });
});
