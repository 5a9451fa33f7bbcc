import { SetosaError } from "../../errors.ts";
import { type ClassLabel, labelClasses, type Task } from "../../graph/signature.ts";
import type { Model } from "../../models/model.ts";
import type { RowText } from "../row-text.ts";
import { labelText, scoresText, valueText } from "./encode.ts";

/** What one of a model's signatures answers to a row, by name. */
export interface OutputForm {
  readonly name: string;
  /** Of `tensorflow.DataType`. */
  readonly dtype: string;
  /** Of one row. */
  readonly shape: readonly number[];
  readonly text: RowText;
}

/** What the scores of a model are called in scikit-learn. */
const scoreMethods = { probability: "predict_proba", decision: "decision_function", distance: "transform" } as const;

export const defaultSignature = "serving_default";

/**
 * The outputs of a model of rows by signature; the default is first. A request without a signature gets what the `predict` of the model's own
 * framework answers: of scikit-learn and of trees the label or the value, of a network what its last layer gives, as TensorFlow Serving did.
 */
export function rowSignatures({ signature, graph }: Model): ReadonlyMap<string, readonly OutputForm[]> {
  const { task, framework } = signature;
  const network = framework?.name === "keras" || framework?.name === "torch";
  if (task.kind === "tensors") return new Map();
  if ("targets" in task) {
    const rank = graph.outputs.find(({ name }) => name === task.value)?.shape.length ?? 1;
    const value = targetsOutput(task, network && rank > 1);
    return new Map([defaultSignature, "predict", "outputs"].map((name) => [name, [value]]));
  }
  const label = labelOutput(task);
  const scores = scoresOutput(task);
  const signatures = new Map<string, readonly OutputForm[]>();
  signatures.set(defaultSignature, [network && scores !== undefined ? scores : label]);
  signatures.set("predict", [label]);
  if (scores !== undefined) signatures.set(scoreMethods[task.scoreKind], [scores]);
  signatures.set("outputs", scores === undefined ? [label] : [label, scores]);
  return signatures;
}

/** @throws SetosaError ARGUMENT_INVALID */
export function findSignature<T>(signatures: ReadonlyMap<string, T>, name = defaultSignature): T {
  const found = signatures.get(name);
  if (found !== undefined) return found;
  // The words are TensorFlow Serving's: clients look for them.
  throw new SetosaError("ARGUMENT_INVALID", `Serving signature name: "${name.slice(0, 80)}" not found in signature def.`, {
    path: "signature_name",
    hint: `The model has ${[...signatures.keys()].join(", ")}.`,
  });
}

type Labelled = Extract<Task, { scoreKind: unknown }>;
type Valued = Extract<Task, { targets: unknown }>;

function targetsOutput(task: Valued, asList: boolean): OutputForm {
  const width = task.targets.length;
  const isScalar = task.kind === "regression" && width === 1 && !asList;
  return { name: task.value, dtype: "DT_FLOAT", shape: isScalar ? [] : [width], text: isScalar ? valueText : scoresText([width]) };
}

function labelOutput(task: Labelled): OutputForm {
  const classes = labelClasses(task);
  const several = "outputs" in task;
  return {
    name: task.label,
    dtype: labelDtype(classes.flat()),
    shape: several ? [classes.length] : [],
    text: labelText(classes, several),
  };
}

function scoresOutput(task: Labelled): OutputForm | undefined {
  if (task.scores === undefined) return undefined;
  const widths = labelClasses(task).map(({ length }) => length);
  const several = "outputs" in task;
  return {
    name: task.scores,
    dtype: "DT_FLOAT",
    shape: several ? [widths.length, -1] : widths,
    text: scoresText(widths, several),
  };
}

function labelDtype(classes: readonly ClassLabel[]): string {
  if (classes.every((label) => typeof label === "string")) return "DT_STRING";
  if (classes.every((label) => typeof label === "boolean")) return "DT_BOOL";
  return classes.every((label) => Number.isInteger(label)) ? "DT_INT64" : "DT_DOUBLE";
}
