import type { Attribute } from "../../../src/graph/graph.ts";
import type { DType } from "../../../src/tensor/dtype.ts";
import type { Dice } from "../../forests/dice.ts";
import { floats, int, ints, type ModelBuilder, postTransforms, type Stage, string, strings, weights } from "./model.ts";

/** What ends a pipeline: a label and scores, or values. */
export type Output = readonly [name: string, dtype: DType, columns: number | "none"];

export interface EstimatorKind {
  readonly name: string;
  readonly compares?: boolean;
  /** Takes no infinite values: a linear machine's weights are summed before they meet a row, and signs cancel otherwise. */
  readonly finite?: boolean;
  readonly add: (dice: Dice, model: ModelBuilder, stage: Stage) => { readonly outputs: readonly Output[]; readonly labelsDiffer?: boolean };
}

function labels(dice: Dice, classes: number, name: string): { attributes: Record<string, Attribute>; dtype: "int64" | "string" } {
  if (dice.chance(0.5)) return { attributes: { [name]: ints(Array.from({ length: classes }, (_, index) => index * 2)) }, dtype: "int64" };
  return { attributes: { classlabels_strings: strings(Array.from({ length: classes }, (_, index) => `k${index}`)) }, dtype: "string" };
}

export const estimatorKinds: readonly EstimatorKind[] = [
  { name: "as it is", add: (_, _model, { value, dtype, columns }) => ({ outputs: [[value, dtype, columns]] }) },
  {
    name: "LinearRegressor",
    add: (dice, model, { value, columns }) => {
      const targets = dice.int(1, 5);
      const result = model.one("ai.onnx.ml.LinearRegressor", [value], {
        coefficients: floats(weights(dice, targets * columns)),
        targets: int(targets),
        ...(dice.chance(0.7) ? { intercepts: floats(weights(dice, targets)) } : {}),
        post_transform: string(dice.chance(0.6) ? "NONE" : dice.pick(postTransforms)),
      });
      return { outputs: [[result, "float32", targets]] };
    },
  },
  {
    name: "LinearClassifier",
    compares: true,
    add: (dice, model, { value, columns }) => {
      const classes = dice.int(2, 6);
      const { attributes, dtype } = labels(dice, classes, "classlabels_ints");
      const post = dice.pick(postTransforms.filter((name) => name !== "PROBIT"));
      const [label = "", scores = ""] = model.add(
        "ai.onnx.ml.LinearClassifier",
        [value],
        {
          ...attributes,
          coefficients: floats(weights(dice, classes * columns)),
          intercepts: floats(weights(dice, classes)),
          multi_class: int(1),
          post_transform: string(post),
        },
        2,
      );
      return {
        outputs: [
          [label, dtype, "none"],
          [scores, "float32", classes],
        ],
      };
    },
  },
  {
    name: "SVMRegressor",
    finite: true,
    add: (dice, model, { value, columns }) => {
      const vectors = dice.int(1, 8);
      const result = model.one("ai.onnx.ml.SVMRegressor", [value], {
        ...svm(dice, vectors, columns),
        coefficients: floats(weights(dice, vectors)),
        rho: floats(weights(dice, 1)),
        n_supports: int(vectors),
        one_class: int(dice.chance(0.2) ? 1 : 0),
      });
      return { outputs: [[result, "float32", 1]] };
    },
  },
  {
    name: "SVMClassifier",
    compares: true,
    finite: true,
    add: (dice, model, { value, columns }) => {
      const perClass = Array.from({ length: dice.int(2, 4) }, () => dice.int(1, 4));
      const vectors = perClass.reduce((sum, count) => sum + count, 0);
      const pairs = (perClass.length * (perClass.length - 1)) / 2;
      const { attributes, dtype } = labels(dice, perClass.length, "classlabels_ints");
      const probabilities = dice.chance(0.5);
      const [label = "", scores = ""] = model.add(
        "ai.onnx.ml.SVMClassifier",
        [value],
        {
          ...attributes,
          ...svm(dice, vectors, columns),
          coefficients: floats(weights(dice, vectors * (perClass.length - 1))),
          rho: floats(weights(dice, pairs)),
          vectors_per_class: ints(perClass),
          ...(probabilities ? { prob_a: floats(weights(dice, pairs)), prob_b: floats(weights(dice, pairs)) } : {}),
        },
        2,
      );
      const columnsOfScores = probabilities || perClass.length === 2 ? perClass.length : pairs;
      return {
        outputs: [
          [label, dtype, "none"],
          [scores, "float32", columnsOfScores],
        ],
      };
    },
  },
  {
    name: "ArgMax",
    compares: true,
    add: (dice, model, { value, dtype, columns }) => {
      const best = model.one(dice.pick(["ArgMax", "ArgMin"]), [value], { axis: int(1), keepdims: int(0) });
      return {
        outputs: [
          [best, "int64", "none"],
          [value, dtype, columns],
        ],
      };
    },
  },
];

function svm(dice: Dice, vectors: number, columns: number): Record<string, Attribute> {
  return {
    kernel_type: string(dice.pick(["LINEAR", "POLY", "RBF", "SIGMOID"])),
    kernel_params: floats([0.25, 0.5, 2]),
    support_vectors: floats(weights(dice, vectors * columns)),
  };
}
