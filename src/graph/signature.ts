import type { DType } from "../tensor/dtype.ts";

/** What a feature may be in a request. */
export type FeatureDType = Extract<DType, "float32" | "float64" | "int64" | "bool" | "string">;

/** A class as the training framework's `predict` names it. */
export type ClassLabel = string | number | boolean;

/** A feature's value in a row: `null` is a missing value. */
export type FeatureValue = number | string | boolean | null;

export interface Feature {
  readonly name: string;
  /** The graph's input that takes the feature, and the column in it. */
  readonly input: string;
  readonly column: number;
  /** The dtype of that input. */
  readonly dtype: FeatureDType;
  /** Whether the model takes a missing value here. */
  readonly missing: boolean;
  /** Categories seen in training, for a feature that has them. */
  readonly categories?: readonly (string | number | boolean)[];
  /** What a category that was not seen in training is: an error, or predicted as the framework would. */
  readonly unknown?: "error" | "ignore";
  /** The range seen in training. */
  readonly min?: number;
  readonly max?: number;
}

/** What the model predicts and under which names its graph says so. */
export type Task =
  | {
      readonly kind: "classification";
      /** In the order of the columns of `scores`. */
      readonly classes: readonly ClassLabel[];
      /** What the graph's label output says for each class, in the same order. */
      readonly labels: readonly (string | number)[];
      /** Name of the graph's output `[rows]` with the label. */
      readonly label: string;
      /** Name of the graph's output `[rows, classes]`; absent where the model gives labels only. */
      readonly scores?: string;
      /** What `scores` are: probabilities, or the values of a decision function. */
      readonly scoreKind: "probability" | "decision";
    }
  | {
      readonly kind: "regression";
      readonly targets: readonly string[];
      /** Name of the graph's output `[rows, targets]` (or `[rows]`). */
      readonly value: string;
    }
  /** Inputs and outputs are the graph's own tensors; there are no features. */
  | { readonly kind: "tensors" };

/** What a client has to know of a model. */
export interface Signature {
  /** From the model file; the loader falls back to the file's name. */
  readonly name?: string;
  readonly version?: string;
  readonly task: Task;
  readonly features: readonly Feature[];
  /** A real row in the order of `features`. */
  readonly example?: readonly FeatureValue[];
  /** Who trained it, such as `{ name: "scikit-learn", version: "1.8.0", estimator: "LogisticRegression" }`. */
  readonly framework?: { readonly name: string; readonly version: string; readonly estimator: string };
  /** ISO 8601. */
  readonly trainedAt?: string;
}

/** Rows with the training framework's own answers, to check an engine against at load. */
export interface ParityRows {
  /** Each in the order of the signature's features. */
  readonly rows: readonly (readonly FeatureValue[])[];
  /** Why each row is there, for messages. */
  readonly kinds: readonly ("typical" | "threshold" | "missing" | "unknown")[];
  /** Index into the classes, for a classification. */
  readonly labels?: readonly number[];
  /** Scores `[rows][classes]` of a classification, values `[rows][targets]` of a regression; float64. */
  readonly scores?: readonly (readonly number[])[];
}
