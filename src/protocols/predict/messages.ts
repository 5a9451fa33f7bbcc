import type { ClassLabel } from "../../graph/signature.ts";

/** What a POST body asks for, once its shape is known; values are checked by the model. */
export type PredictRequest =
  /** A named-feature object, or a list of values: answered alone. */
  | { readonly kind: "row"; readonly row: unknown }
  /** A list of such rows: answered as a list. `path` is where the list stands in the body. */
  | { readonly kind: "rows"; readonly rows: readonly unknown[]; readonly path: "" | "instances" }
  /** A tensors model's inputs by name, as nested lists. */
  | { readonly kind: "tensors"; readonly inputs: unknown; readonly path: "inputs" | "instances" };

/** The answer to one row. Classifications name every class's probability, or score where the model has no probabilities. */
export interface PredictAnswer {
  readonly model: string;
  readonly version: string;
  /** The class; the value of a regression, by target where there are several. */
  readonly prediction: ClassLabel | Readonly<Record<string, number | null>>;
  readonly probabilities?: Readonly<Record<string, number | null>>;
  readonly scores?: Readonly<Record<string, number | null>>;
}

/** The answer to a list of rows, in their order. */
export interface PredictAnswers {
  readonly model: string;
  readonly version: string;
  readonly predictions: readonly Omit<PredictAnswer, "model" | "version">[];
}

/** The answer of a tensors model. */
export interface PredictTensors {
  readonly model: string;
  readonly version: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** The body of every error. */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly path?: string; readonly hint?: string };
}
