import { readFileSync } from "node:fs";
import type { Hostile } from "./corpus.ts";
import { Raw, writeJson } from "./json-values.ts";

/** XGBoost's and CatBoost's JSON and LightGBM's text with counts, indices and nesting that are an attack. */

const encoder = new TextEncoder();
const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/boosters/${name}`, import.meta.url), "utf8");

type Path = readonly (string | number)[];

/** The value with what lies at a path replaced. */
function replaced(value: unknown, [key, ...rest]: Path, to: unknown): unknown {
  if (key === undefined) return to;
  if (Array.isArray(value)) return value.with(Number(key), replaced(value[Number(key)], rest, to));
  const object = (value ?? {}) as Record<string, unknown>;
  return { ...object, [key]: replaced(object[key], rest, to) };
}

const counts = [-1, 0, 2 ** 20, 2 ** 31 - 1, 2 ** 31, 2 ** 53, 1e300, 0.5];

export function* jsonCorpus(): Generator<Hostile> {
  yield* variants("xgboost/categorical.json", [
    ...["num_class", "num_feature", "num_target"].flatMap((name) =>
      counts.map((count) => [["learner", "learner_model_param", name], String(count)] as const),
    ),
    ...["[]", "[NaN]", "[1e999]", "[", "1e39", "[5E-1", "[1,1,1,1]", `[${"1,".repeat(100_000)}1]`].map(
      (text) => [["learner", "learner_model_param", "base_score"], text] as const,
    ),
    ...treeLists.flatMap((list) =>
      [-2, 1e6, 2 ** 31 - 1, 2 ** 53, 0.5, new Raw("NaN"), null, "1"].map((entry) => [[...xgboostTree, list, 0], entry] as const),
    ),
    ...treeLists.flatMap((list) => [[], null, {}, new Raw("[".repeat(100_000))].map((entry) => [[...xgboostTree, list], entry] as const)),
    ...["num_nodes", "size_leaf_vector", "num_feature"].flatMap((name) =>
      counts.map((count) => [[...xgboostTree, "tree_param", name], String(count)] as const),
    ),
    [
      [...xgboostTree, "left_children"],
      [1, 0, 0],
    ],
    [[...xgboostModel, "tree_info", 0], 2 ** 31],
    [[...xgboostModel, "trees"], new Array(100_000).fill({})],
    [[...xgboostModel, "gbtree_model_param", "num_trees"], "2147483648"],
    [
      [...xgboostModel, "iteration_indptr"],
      [0, 2 ** 31],
    ],
    [["learner", "feature_names"], new Array(300_000).fill("a")],
    [["learner", "objective", "name"], "__proto__"],
    [["learner", "attributes"], { best_iteration: "2147483647", scikit_learn: "{".repeat(100_000) }],
    [["learner", "gradient_booster", "weight_drop"], [1e308]],
  ]);
  yield* variants("catboost/multiclass.json", [
    ...counts.map((count) => [["features_info", "float_features", 0, "flat_feature_index"], count] as const),
    ...counts.map((count) => [["oblivious_trees", 0, "splits", 0, "float_feature_index"], count] as const),
    [
      ["oblivious_trees", 0, "splits"],
      new Array(64).fill({ border: 1, float_feature_index: 0, split_index: 0, split_type: "FloatFeature" }),
    ],
    [
      ["oblivious_trees", 0, "splits"],
      new Array(40).fill({ border: 1, float_feature_index: 0, split_index: 0, split_type: "FloatFeature" }),
    ],
    [
      ["oblivious_trees", 0, "splits"],
      new Array(1100).fill({ border: 1, float_feature_index: 0, split_index: 0, split_type: "FloatFeature" }),
    ],
    [["oblivious_trees", 0, "splits", 0, "border"], new Raw("NaN")],
    [["oblivious_trees", 0, "leaf_values"], []],
    [["oblivious_trees", 0, "leaf_values"], new Array(1_000_000).fill(0)],
    [["oblivious_trees"], new Array(100_000).fill({})],
    [["scale_and_bias"], [1, new Array(1_000_000).fill(0)]],
    [["scale_and_bias"], [new Raw("Infinity"), [new Raw("NaN")]]],
    [["features_info", "float_features"], new Array(200_000).fill({ flat_feature_index: 0, feature_index: 0 })],
    [["model_info"], new Raw(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`)],
  ]);
  yield* variants("catboost/lossguide.json", [
    [["trees", 0], chainTree(20_000)],
    [["trees", 0], {}],
    [["trees", 0, "left"], null],
    [["trees", 0, "value"], 1],
    [["trees"], new Array(100_000).fill({ value: 1, weight: 1 })],
  ]);
}

const xgboostModel = ["learner", "gradient_booster", "model"] as const;
const xgboostTree = [...xgboostModel, "trees", 0] as const;
const treeLists = [
  "left_children",
  "right_children",
  "split_indices",
  "split_conditions",
  "default_left",
  "split_type",
  "categories",
  "categories_nodes",
  "categories_segments",
  "categories_sizes",
] as const;

/** A tree of CatBoost whose right side goes on and on. */
function chainTree(depth: number): Raw {
  const start =
    '{"split":{"border":1,"float_feature_index":0,"split_index":0,"split_type":"FloatFeature"},"left":{"value":1,"weight":1},"right":';
  return new Raw(`${start.repeat(depth)}{"value":1,"weight":1}${"}".repeat(depth)}`);
}

function* variants(name: string, changes: readonly (readonly [Path, unknown])[]): Generator<Hostile> {
  const text = fixture(name);
  const value: unknown = JSON.parse(text);
  for (const [path, to] of changes) {
    const written = writeJson(to);
    yield [
      `${name}: ${path.join(".")} is ${written.slice(0, 30)} (${written.length})`,
      encoder.encode(writeJson(replaced(value, path, to))),
    ];
  }
  const [first = ""] = Object.keys(value as object);
  const around = (more: string): Uint8Array => encoder.encode(`{${more}${text.trim().slice(1)}`);
  yield [`${name}: 100,000 lists`, around(`"deep":${"[".repeat(100_000)}${"]".repeat(100_000)},`)];
  yield [`${name}: 100,000 objects`, around(`"deep":${'{"a":'.repeat(100_000)}0${"}".repeat(100_000)},`)];
  yield [`${name}: a key twice`, around(`"${first}":null,`)];
  yield [`${name}: keys of the language's own`, around('"__proto__":{"a":1},"constructor":{"prototype":1},"toString":2,')];
  yield [`${name}: a byte order mark`, encoder.encode(`\ufeff${text}`)];
  yield [`${name}: not UTF-8`, Uint8Array.of(...encoder.encode(`{"x":"`), 0xff, ...encoder.encode(`",${text.slice(1)}`))];
  yield [`${name}: 10 MB of spaces`, encoder.encode(`${text}${" ".repeat(1e7)}`)];
  yield [`${name}: half`, encoder.encode(text.slice(0, text.length / 2))];
}

export function* textCorpus(): Generator<Hostile> {
  const text = fixture("lightgbm/categorical.txt");
  const set = (key: string, value: string): Uint8Array =>
    encoder.encode(text.replace(new RegExp(`^${key}=.*$`, "m"), () => `${key}=${value}`));
  const keys = ["num_class", "num_tree_per_iteration", "max_feature_idx", "num_leaves", "num_cat"];
  for (const key of keys)
    for (const count of [...counts, Number.NaN, "", "1e5", "0x7fffffff"]) yield [`lightgbm: ${key} is ${count}`, set(key, String(count))];
  const lists = [
    "split_feature",
    "threshold",
    "decision_type",
    "left_child",
    "right_child",
    "leaf_value",
    "cat_boundaries",
    "cat_threshold",
  ];
  for (const key of lists)
    for (const value of [
      "",
      "-1",
      "nan",
      "2147483648 ".repeat(8).trim(),
      "-2147483649 ".repeat(9).trim(),
      "0 ".repeat(8).trim(),
      "1 ".repeat(1_000_000).trim(),
    ])
      yield [`lightgbm: ${key} is ${value.slice(0, 20)} (${value.length})`, set(key, value)];
  yield ["lightgbm: a cycle", set("left_child", "0 0 0 0 0 0 0 0")];
  yield ["lightgbm: leaves that are there twice", set("left_child", "-1 -1 -1 -1 -1 -1 -1 -1")];
  yield ["lightgbm: 300,000 names", set("feature_names", "a ".repeat(300_000).trim())];
  yield ["lightgbm: a category of 2^53", set("feature_infos", "9007199254740993:1 none none none none none none")];
  yield [
    "lightgbm: 1,000,000 categories",
    set("feature_infos", `${Array.from({ length: 1_000_000 }, (_, index) => index).join(":")} none none none none none none`),
  ];
  yield ["lightgbm: an objective of the language's own", set("objective", "constructor __proto__:1")];
  yield ["lightgbm: 100,000 lists of categories", encoder.encode(`${text}\npandas_categorical:${"[".repeat(100_000)}`)];
  yield ["lightgbm: 100,000 trees that are empty", encoder.encode(text.replace("Tree=0", () => "Tree=0\n\n".repeat(100_000)))];
  yield ["lightgbm: a line of 20 MB", encoder.encode(text.replace("objective=", () => `objective=${"x".repeat(2e7)}`))];
  yield ["lightgbm: 1,000,000 empty lines", encoder.encode(text.replace("Tree=0", () => `${"\n".repeat(1e6)}Tree=0`))];
  yield ["lightgbm: no trees", encoder.encode(text.slice(0, text.indexOf("Tree=0")))];
  yield ["lightgbm: not UTF-8", Uint8Array.from(encoder.encode(text), (byte, index) => (index === 700 ? 0xff : byte))];
}
