import type { ClassLabel, Signature } from "../graph/signature.ts";
import { shortFloat32 } from "../tensor/float32-text.ts";
import type { Answers } from "./answers.ts";

/** One row's answer, for people who use the library. */
export interface Prediction {
  /** The class, as the training framework's `predict` names it; a regression's value, by target where there are several. */
  readonly prediction: ClassLabel | number | Readonly<Record<string, number>>;
  /** Of every class, where the model gives probabilities. */
  readonly probabilities?: Readonly<Record<string, number>>;
  /** Of every class, where the model gives the values of a decision function instead. */
  readonly scores?: Readonly<Record<string, number>>;
}

/** Row number `row` of the answers as an object of its own. */
export function toPrediction({ task }: Signature, answers: Answers, row: number): Prediction {
  const { scores, width } = answers;
  const score = (index: number): number => {
    const value = scores?.[row * width + index] ?? Number.NaN;
    return scores instanceof Float32Array && Number.isFinite(value) ? shortFloat32(value) : value;
  };
  // From entries, so that a class called __proto__ is a key like any other.
  const byName = (names: readonly ClassLabel[]): Record<string, number> =>
    Object.fromEntries(names.map((name, index) => [String(name), score(index)]));
  if (task.kind === "classification") {
    const prediction = task.classes[answers.labels?.[row] ?? -1] ?? "";
    if (task.scores === undefined) return { prediction };
    return task.scoreKind === "probability"
      ? { prediction, probabilities: byName(task.classes) }
      : { prediction, scores: byName(task.classes) };
  }
  const targets = task.kind === "regression" ? task.targets : [];
  return { prediction: targets.length === 1 ? score(0) : byName(targets) };
}
