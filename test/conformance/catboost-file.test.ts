import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadModel } from "../../src/models/load-model.ts";

const folder = fileURLToPath(new URL("../fixtures/boosters/catboost/", import.meta.url));

describe("CatBoost's JSON", () => {
  const text = readFileSync(`${folder}binary.json`, "utf8");
  /** The model with the value at a path replaced. */
  function changed(path: readonly (string | number)[], value: unknown): Uint8Array {
    const model = JSON.parse(text) as unknown;
    const owner = path.slice(0, -1).reduce((object, key) => (object as Record<string | number, unknown>)[key], model);
    (owner as Record<string | number, unknown>)[path.at(-1) ?? ""] = value;
    return new TextEncoder().encode(JSON.stringify(model));
  }

  it("scales the sums over the trees, and not the bias", async () => {
    const json = JSON.parse(readFileSync(new URL("../fixtures/boosters/catboost/regression.json", import.meta.url), "utf8"));
    const predict = async (scale: number, bias: number): Promise<number> => {
      const bytes = new TextEncoder().encode(JSON.stringify({ ...json, scale_and_bias: [scale, [bias]] }));
      const model = await loadModel(bytes);
      return Number(model.predict(model.signature.features.map(() => 1)).prediction);
    };
    const sum = await predict(1, 0);
    expect(sum).not.toBe(0);
    expect(await predict(2, 3)).toBeCloseTo(2 * sum + 3, 4);
  });

  it("is known by its content, and runs on no other engine", async () => {
    const { engine, signature, graph } = await loadModel(`${folder}missing-min.json`);
    expect([graph.name, engine.kind]).toEqual(["catboost", "compiled"]);
    expect(signature.features.every(({ missing }) => missing)).toBe(true);
    await expect(loadModel(`${folder}binary.json`, { engine: "onnxruntime" })).rejects.toMatchObject({ code: "OPERATOR_UNSUPPORTED" });
  });

  const split = ["oblivious_trees", 0, "splits", 0] as const;
  const floats = [0, 0].map((column, index) => ({ feature_id: "a", feature_index: index, flat_feature_index: column, borders: [] }));
  it.each([
    ["statistics of categories", ["features_info", "ctrs"], [{}], "OPERATOR_UNSUPPORTED", "features_info.ctrs"],
    [
      "a categorical feature without a place",
      ["features_info", "categorical_features"],
      [{}],
      "MODEL_FILE_INVALID",
      "categorical_features[0]",
    ],
    [
      "a category that no feature has",
      split,
      { split_type: "OneHotFeature", cat_feature_index: 0, value: 1 },
      "MODEL_FILE_INVALID",
      "cat_feature_index",
    ],
    ["another kind of split", [...split, "split_type"], "OnlineCtr", "OPERATOR_UNSUPPORTED", "oblivious_trees[0].splits[0]"],
    ["a loss of another kind", ["model_info", "params", "loss_function", "type"], "MultiLogloss", "OPERATOR_UNSUPPORTED", "model_info"],
    ["a leaf too few", ["oblivious_trees", 1, "leaf_values"], [1], "MODEL_FILE_INVALID", "oblivious_trees[1].leaf_values"],
    ["a feature that is not there", [...split, "float_feature_index"], 77, "MODEL_FILE_INVALID", "float_feature_index"],
    ["a border that is no number", [...split, "border"], "1", "MODEL_FILE_INVALID", "oblivious_trees[0].splits[0].border"],
    [
      "too many splits",
      ["oblivious_trees", 0, "splits"],
      new Array(40).fill({ split_type: "FloatFeature", float_feature_index: 0, border: 0 }),
      "MODEL_FILE_INVALID",
      "oblivious_trees[0].splits",
    ],
    ["no trees", ["oblivious_trees"], [], "MODEL_FILE_INVALID", ""],
    ["trees that are no list", ["oblivious_trees"], {}, "MODEL_FILE_INVALID", "oblivious_trees"],
    ["one class", ["model_info", "class_params", "class_names"], ["a"], "MODEL_FILE_INVALID", "class_names"],
    ["classes that are lists", ["model_info", "class_params", "class_names"], [[], []], "MODEL_FILE_INVALID", "class_names"],
    ["two features of one column", ["features_info", "float_features"], floats, "MODEL_FILE_INVALID", "features_info.float_features[1]"],
    ["a column far out", ["features_info", "float_features", 0, "flat_feature_index"], 1e9, "MODEL_FILE_INVALID", "flat_feature_index"],
    ["no bias", ["scale_and_bias"], [1, []], "MODEL_FILE_INVALID", "scale_and_bias[1]"],
  ] as const)("is refused with %s", async (_, path, value, code, where) => {
    const refusal = await loadModel(changed(path, value)).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ name: "SetosaError", code, path: expect.stringContaining(where) });
  });

  it("says how to train without statistics of categories", async () => {
    const refusal = await loadModel(changed([...split, "split_type"], "OnlineCtr")).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ hint: expect.stringContaining("one_hot_max_size") });
  });

  it("is refused when it is cut off", async () => {
    await expect(loadModel(new TextEncoder().encode(text.slice(0, -40)))).rejects.toMatchObject({ code: "MODEL_FILE_INVALID" });
  });
});
