import type { DType } from "../tensor/dtype.ts";
import type { TrainingDistribution } from "./training.ts";

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
  /** What a row without this feature has instead: features that were the keys of a dictionary. */
  readonly absent?: 0;
  /** Categories seen in training, for a feature that has them. */
  readonly categories?: readonly (string | number | boolean)[];
  /** What a category that was not seen in training is: an error, or predicted as the framework would. */
  readonly unknown?: "error" | "ignore";
  /** The range seen in training. */
  readonly min?: number;
  readonly max?: number;
}

/** What a model's scores are: probabilities, values of a decision function, or distances to centres. */
export type ScoreKind = (typeof scoreKinds)[number];
export const scoreKinds = ["probability", "decision", "distance"] as const;

/** One of the answers of a model that gives several labels to a row. */
export interface LabelledOutput {
  readonly name: string;
  /** In the order of this output's columns of the scores. */
  readonly classes: readonly ClassLabel[];
  /** What the graph's label output says for each class, in the same order. */
  readonly labels: readonly (string | number)[];
}

/** What the model predicts and under which names its graph says so. */
export type Task =
  | {
      /** The classes of a clustering are its clusters; those of an outlier detection are -1, an outlier, and 1. */
      readonly kind: "classification" | "clustering" | "outlier_detection";
      /** In the order of the columns of `scores`. */
      readonly classes: readonly ClassLabel[];
      /** What the graph's label output says for each class, in the same order. */
      readonly labels: readonly (string | number)[];
      /** Name of the graph's output `[rows]` with the label. */
      readonly label: string;
      /** Name of the graph's output `[rows, classes]`; absent where the model gives labels only. */
      readonly scores?: string;
      readonly scoreKind: ScoreKind;
    }
  /** Several labels for each row: several questions at once, or labels of which any number applies. */
  | {
      readonly kind: "multioutput_classification";
      readonly outputs: readonly LabelledOutput[];
      /** Name of the graph's output `[rows, outputs]` with the labels. */
      readonly label: string;
      /** Name of the graph's output `[rows, classes]` with the classes of all outputs, one output after the other. */
      readonly scores?: string;
      readonly scoreKind: ScoreKind;
    }
  | {
      /** The targets of a transformation are the names of its columns. */
      readonly kind: "regression" | "transformation";
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
  /** How the training rows were distributed. */
  readonly training?: TrainingDistribution;
}

/** Rows with the training framework's own answers, to check an engine against at load. */
export interface ParityRows {
  /** Each in the order of the signature's features. */
  readonly rows: readonly (readonly FeatureValue[])[];
  /** Why each row is there, for messages. */
  readonly kinds: readonly ("typical" | "threshold" | "missing" | "unknown")[];
  /** Positions in the classes, `[rows][labels of a row]` one after the other, where the model gives labels. */
  readonly labels?: readonly number[];
  /** Scores `[rows][classes]`, or values `[rows][targets]`; float64. */
  readonly scores?: readonly (readonly number[])[];
}

/** The classes of each label that a row is given: none for numbers, one list for most classifiers. */
export function labelClasses(task: Task): readonly (readonly ClassLabel[])[] {
  if ("outputs" in task) return task.outputs.map(({ classes }) => classes);
  return "classes" in task ? [task.classes] : [];
}

/** How many numbers a row is answered with: one per class where there are scores, or one per target. */
export function scoreColumns(task: Task): number {
  if ("targets" in task) return task.targets.length;
  return task.kind === "tensors" || task.scores === undefined ? 0 : labelClasses(task).flat().length;
}
