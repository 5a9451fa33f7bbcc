import type { ClassLabel, ScoreKind, Signature, Task } from "../graph/signature.ts";
import { shortFloat32 } from "../tensor/float32-text.ts";
import type { Answers } from "./answers.ts";

/** One row's answer, for people who use the library. */
export interface Prediction {
  /**
   * What the training framework's `predict` answers: the class, or one by output where a row has several; a
   * regression's value, by target where there are several; a transformation's values by column.
   */
  readonly prediction: ClassLabel | number | Readonly<Record<string, ClassLabel | number>>;
  /** Of every class, where the model gives probabilities. */
  readonly probabilities?: Scores;
  /** Of every class, where the model gives the values of a decision function instead. */
  readonly scores?: Scores;
  /** To every cluster's centre. */
  readonly distances?: Scores;
}

/** Numbers by class; by output and class where a row has several labels. */
export type Scores = Readonly<Record<string, number>> | Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What an answer calls its scores. */
export const scoreKeys = { probability: "probabilities", decision: "scores", distance: "distances" } as const satisfies Record<
  ScoreKind,
  keyof Prediction
>;

/** Reads row number `row` of the answers as an object of its own. */
export type ReadPrediction = (answers: Answers, row: number) => Prediction;

export function predictionReader({ task }: Pick<Signature, "task" | "features">): ReadPrediction {
  switch (task.kind) {
    case "classification":
    case "clustering":
    case "outlier_detection": {
      const { classes, scores } = task;
      const classOf = ({ labels }: Answers, row: number): ClassLabel => classes[labels?.[row] ?? -1] ?? "";
      if (scores === undefined) return (answers, row) => ({ prediction: classOf(answers, row) });
      const key = scoreKeys[task.scoreKind];
      const byClass = scoresByName(classes);
      return (answers, row) => ({ prediction: classOf(answers, row), [key]: byClass(answers, row) });
    }
    case "multioutput_classification":
      return severalLabels(task);
    case "regression":
    case "transformation": {
      const byTarget = scoresByName(task.targets);
      if (task.kind === "transformation" || task.targets.length > 1) return (answers, row) => ({ prediction: byTarget(answers, row) });
      return (answers, row) => ({ prediction: score(answers, row * answers.width) });
    }
    case "tensors":
      return (answers, row) => ({ prediction: score(answers, row * answers.width) });
  }
}

function severalLabels({ outputs, scores, scoreKind }: Extract<Task, { kind: "multioutput_classification" }>): ReadPrediction {
  const names = outputs.map(({ name }) => name);
  let columns = 0;
  const readers = outputs.map(({ classes }) => {
    const from = columns;
    columns += classes.length;
    return scoresByName(classes, from);
  });
  const labelled = ({ labels }: Answers, row: number): Record<string, ClassLabel> =>
    Object.fromEntries(outputs.map(({ name, classes }, index) => [name, classes[labels?.[row * outputs.length + index] ?? -1] ?? ""]));
  if (scores === undefined) return (answers, row) => ({ prediction: labelled(answers, row) });
  const key = scoreKeys[scoreKind];
  return (answers, row) => ({
    prediction: labelled(answers, row),
    [key]: Object.fromEntries(readers.map((read, index) => [names[index], read(answers, row)])),
  });
}

/** Reads as many columns as there are labels, from column `from` on. */
function scoresByName(labels: readonly ClassLabel[], from = 0): (answers: Answers, row: number) => Record<string, number> {
  const names = labels.map(String);
  // Its copies all have one shape, which is several times faster than adding the keys one after the other;
  // and a class called __proto__ is a key like any other, as it is the copy's own already.
  const template: Record<string, number> = Object.fromEntries(names.map((name) => [name, 0]));
  return (answers, row) => {
    const scores = { ...template };
    for (let index = 0; index < names.length; index++) scores[names[index] as string] = score(answers, row * answers.width + from + index);
    return scores;
  };
}

/** A float32 as the shortest number that is the same float32: 0.98, and not 0.9799999594688416. */
function score({ scores }: Answers, index: number): number {
  const value = scores?.[index] ?? Number.NaN;
  return scores instanceof Float32Array && Number.isFinite(value) ? shortFloat32(value) : value;
}
