/** A defect put into the sources on purpose, and the tests that have to notice it. */
export interface Mutant {
  readonly what: string;
  readonly file: string;
  /** Occurs in the file exactly once. */
  readonly from: string;
  readonly to: string;
  readonly tests: readonly string[];
}

const trees = ["src/compiler/kernels/tree-ensemble", "test/conformance/boosters.test.ts", "test/vectors"];
const boosters = ["test/conformance/boosters.test.ts"];
const kernels = ["test/vectors", "test/differential", "test/conformance"];
const canonicalize = "src/compiler/kernels/tree-ensemble/canonicalize.ts";

export const mutants: readonly Mutant[] = [
  {
    what: "< for <= in a tree's step",
    file: "src/compiler/kernels/tree-ensemble/step.ts",
    from: "}.le`",
    to: "}.lt`",
    tests: trees,
  },
  {
    what: "x < t not moved to the number below",
    file: canonicalize,
    from: "code === mode.leq || code === mode.gt ? value : this.#below(value)",
    to: "value",
    tests: trees,
  },
  {
    what: "missing values the other way in > and >=",
    file: canonicalize,
    from: "upper: yes, missingLower: !tracksTrue",
    to: "upper: yes, missingLower: tracksTrue",
    tests: trees,
  },
  {
    what: "a set's polarity",
    file: "src/compiler/kernels/tree-ensemble/category-tests.ts",
    from: '(test.holdsFor === "listed") ? 0 : 1',
    to: '(test.holdsFor === "listed") ? 1 : 0',
    tests: trees,
  },
  {
    what: "a set's missing value",
    file: "src/compiler/kernels/tree-ensemble/category-tests.ts",
    from: "test.missing ? 0 : 1",
    to: "test.missing ? 1 : 0",
    tests: trees,
  },
  {
    what: "XGBoost: <= for <",
    file: "src/formats/xgboost/trees.ts",
    from: "mode: splitMode.lt",
    to: "mode: splitMode.leq",
    tests: boosters,
  },
  {
    what: "XGBoost: default direction",
    file: "src/formats/xgboost/trees.ts",
    from: "threshold: condition[node] as number, missingIsTrue: goesLeft",
    to: "threshold: condition[node] as number, missingIsTrue: !goesLeft",
    tests: boosters,
  },
  {
    what: "XGBoost: categories go left",
    file: "src/formats/xgboost/trees.ts",
    from: "if (categories.has(node)) builder.link(split, rightChild, leftChild)",
    to: "if (categories.has(node)) builder.link(split, leftChild, rightChild)",
    tests: boosters,
  },
  {
    what: "XGBoost: base score without its link",
    file: "src/formats/xgboost/objective.ts",
    from: 'if (link === "logit")',
    to: 'if (link !== "logit" && score > 2)',
    tests: boosters,
  },
  {
    what: "XGBoost: DART's weights",
    file: "src/formats/xgboost/trees.ts",
    from: "leafValue(node) * weight",
    to: "leafValue(node)",
    tests: boosters,
  },
  {
    what: "XGBoost: all trees of a model that stopped early",
    file: "src/formats/xgboost/trees.ts",
    from: "trees.slice(0, treesUsed(learner, model, trees.length))",
    to: "trees.slice(0, Math.max(treesUsed(learner, model, trees.length), trees.length))",
    tests: boosters,
  },
  {
    what: "LightGBM: default direction",
    file: "src/formats/lightgbm/trees.ts",
    from: 'missing === "none" ? 0 <= threshold : isLeft',
    to: "isLeft",
    tests: boosters,
  },
  {
    what: "LightGBM: values near zero",
    file: "src/formats/lightgbm/trees.ts",
    from: "threshold: outsideZero(threshold)",
    to: "threshold",
    tests: boosters,
  },
  {
    what: "LightGBM: categories rounded down",
    file: "src/formats/lightgbm/columns.ts",
    from: '"Mul", [parts.node("Sign", [rows], "signs"), whole], "codes"',
    to: '"Floor", [rows], "codes"',
    tests: boosters,
  },
  {
    what: "LightGBM: no average",
    file: "src/formats/lightgbm/read.ts",
    from: 'header.has("average_output")',
    to: 'header.has("average_outputs")',
    tests: boosters,
  },
  {
    what: "CatBoost: bits of a leaf the other way round",
    file: "src/formats/catboost/trees.ts",
    from: "readSplit(split, features)).reverse()",
    to: "readSplit(split, features))",
    tests: boosters,
  },
  {
    what: "CatBoost: missing values above",
    file: "src/formats/catboost/trees.ts",
    from: '?.missing === "above"',
    to: '?.missing === "below"',
    tests: boosters,
  },
  {
    what: "softmax without its largest score",
    file: "src/compiler/kernels/post-transform.ts",
    from: 'fn.get(largest).op("f64.sub").call(lowering.math.exp).set(power);',
    to: "fn.call(lowering.math.exp).set(power);",
    tests: kernels,
  },
  {
    what: "argmax takes the last of equals",
    file: "src/compiler/kernels/reduction/arg-best.ts",
    from: "const comparison: Instruction = last ?",
    to: "const comparison: Instruction = !last ?",
    tests: kernels,
  },
  {
    what: "labels take the last of equals",
    file: "src/compiler/kernels/classes.ts",
    from: 'op("f64.gt")',
    to: 'op("f64.ge")',
    tests: kernels,
  },
  {
    what: "a scaler scales before it moves",
    file: "src/compiler/kernels/preprocessing/scaler.ts",
    from: "}.sub`",
    to: "}.add`",
    tests: kernels,
  },
  {
    what: "an imputer that takes 0 for NaN",
    file: "src/compiler/kernels/preprocessing/imputer.ts",
    from: "if (Number.isNaN(missing))",
    to: "if (!Number.isNaN(missing))",
    tests: kernels,
  },
  {
    what: "a missing category is the first",
    file: "src/compiler/kernels/lookup.ts",
    from: 'fn.const("i32", count + 1)',
    to: 'fn.const("i32", 0)',
    tests: kernels,
  },
  {
    what: "the next float below is above",
    file: "src/tensor/next-down.ts",
    from: "bits32[0] = (bits32[0] as number) + (value > 0 ? -1 : 1)",
    to: "bits32[0] = (bits32[0] as number) + (value > 0 ? 1 : -1)",
    tests: trees,
  },
  {
    what: "a product that adds one lane twice",
    file: "src/compiler/kernels/dense/dots.ts",
    from: 'op("f64x2.extract_lane_1", "f64.add")',
    to: 'op("f64x2.extract_lane_0", "f64.add")',
    tests: kernels,
  },
  {
    what: "a hidden layer without the rows behind whole sixteens",
    file: "src/compiler/kernels/dense/single.ts",
    from: "if (even < rows) pass(",
    to: "if (even > rows) pass(",
    tests: ["src/compiler/kernels"],
  },
  {
    what: "softmax of pairs without its largest score",
    file: "src/compiler/kernels/exponentials.ts",
    from: 'fn.get(largest).op("f64x2.sub").const(',
    to: "fn.const(",
    tests: ["src/compiler/kernels"],
  },
  {
    what: "an expanded square with the product once",
    file: "src/compiler/kernels/svm/rbf.ts",
    from: "-2 * value",
    to: "-value",
    tests: ["src/compiler/kernels"],
  },
  {
    what: "a row whose last features are absent is taken",
    file: "src/models/row-encoder.ts",
    from: "return position === slots.length;",
    to: "return true;",
    tests: ["src/models"],
  },
  {
    what: "a forest without its last tree",
    file: "src/compiler/passes/tree-merging.ts",
    from: "const ensembles = parts.flat();",
    to: "const ensembles = parts.flat().slice(0, -1);",
    tests: ["src/compiler/passes", "test/conformance"],
  },
];
