import { type ClassLabel, labelClasses, type Signature } from "../../../graph/signature.ts";
import { scoreKeys } from "../../../models/prediction.ts";

/** The columns of an answer as a table: named as the JSON answer names them, with a dot where that nests. */
export interface AnswerColumns {
  /** One for each label of a row, with its classes. */
  readonly labels: readonly { readonly name: string; readonly classes: readonly ClassLabel[] }[];
  /** One for each score, in their order. */
  readonly scores: readonly string[];
}

export function answerColumns({ task }: Signature): AnswerColumns {
  switch (task.kind) {
    case "tensors":
      return { labels: [], scores: [] };
    case "regression":
    case "transformation": {
      const { targets } = task;
      const alone = task.kind === "regression" && targets.length === 1;
      return { labels: [], scores: alone ? ["prediction"] : targets.map((target) => `prediction.${target}`) };
    }
    case "multioutput_classification": {
      const { outputs, scores, scoreKind } = task;
      return {
        labels: outputs.map(({ name, classes }) => ({ name: `prediction.${name}`, classes })),
        scores:
          scores === undefined
            ? []
            : outputs.flatMap(({ name, classes }) => classes.map((label) => `${scoreKeys[scoreKind]}.${name}.${String(label)}`)),
      };
    }
    default: {
      const [classes = []] = labelClasses(task);
      return {
        labels: [{ name: "prediction", classes }],
        scores: task.scores === undefined ? [] : classes.map((label) => `${scoreKeys[task.scoreKind]}.${String(label)}`),
      };
    }
  }
}
