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

/** Reads row number `row` of the answers as an object of its own. */
export type ReadPrediction = (answers: Answers, row: number) => Prediction;

export function predictionReader({ task }: Signature): ReadPrediction {
  if (task.kind === "classification") {
    const { classes, scoreKind } = task;
    const classOf = ({ labels }: Answers, row: number): ClassLabel => classes[labels?.[row] ?? -1] ?? "";
    if (task.scores === undefined) return (answers, row) => ({ prediction: classOf(answers, row) });
    const byClass = scoresByName(classes);
    return scoreKind === "probability"
      ? (answers, row) => ({ prediction: classOf(answers, row), probabilities: byClass(answers, row) })
      : (answers, row) => ({ prediction: classOf(answers, row), scores: byClass(answers, row) });
  }
  const targets = task.kind === "regression" ? task.targets : [];
  if (targets.length === 1) return (answers, row) => ({ prediction: score(answers, row * answers.width) });
  const byTarget = scoresByName(targets);
  return (answers, row) => ({ prediction: byTarget(answers, row) });
}

function scoresByName(labels: readonly ClassLabel[]): (answers: Answers, row: number) => Record<string, number> {
  const names = labels.map(String);
  // Its copies all have one shape, which is several times faster than adding the keys one after the other;
  // and a class called __proto__ is a key like any other, as it is the copy's own already.
  const template: Record<string, number> = Object.fromEntries(names.map((name) => [name, 0]));
  return (answers, row) => {
    const scores = { ...template };
    for (let index = 0; index < names.length; index++) scores[names[index] as string] = score(answers, row * answers.width + index);
    return scores;
  };
}

/** A float32 as the shortest number that is the same float32: 0.98, and not 0.9799999594688416. */
function score({ scores }: Answers, index: number): number {
  const value = scores?.[index] ?? Number.NaN;
  return scores instanceof Float32Array && Number.isFinite(value) ? shortFloat32(value) : value;
}
