import { SetosaError } from "../errors.ts";
import { type ClassLabel, labelClasses, type ParityRows, type Signature, type Task } from "../graph/signature.ts";
import type { Answers } from "./answers.ts";

/** Scores may differ by this much, absolutely or relatively: what float32 leaves of the trainer's float64. */
export const absoluteTolerance = 1e-6;
export const relativeTolerance = 1e-5;

export interface ParityResult {
  readonly rows: number;
  readonly passed: number;
}

export function closeEnough(expected: number, found: number): boolean {
  const difference = Math.abs(expected - found);
  return difference <= absoluteTolerance || difference <= relativeTolerance * Math.abs(expected);
}

/**
 * Holds a model's answers to its parity rows against the training framework's.
 * @param answers To all the rows at once
 * @throws SetosaError MODEL_PARITY_FAILED naming the first row that differs, the output and both values
 */
export function checkParity({ task }: Signature, parity: ParityRows, answers: Answers): ParityResult {
  for (let row = 0; row < parity.rows.length; row++) checkParityRow(task, parity, row, answers, row);
  return { rows: parity.rows.length, passed: parity.rows.length };
}

/**
 * The same for parity row number `row`, which was answered as row `place` of `answers`.
 * @throws SetosaError MODEL_PARITY_FAILED
 */
export function checkParityRow(task: Task, parity: ParityRows, row: number, answers: Answers, place: number): void {
  const classes = labelClasses(task);
  for (let output = 0; output < classes.length; output++) {
    const label = parity.labels?.[row * classes.length + output];
    const found = answers.labels?.[place * classes.length + output];
    if (label !== undefined && found !== label)
      throw failed(parity, row, labelName(task, output), className(classes[output], label), className(classes[output], found));
  }
  parity.scores?.[row]?.forEach((score, column) => {
    const found = answers.scores?.[place * answers.width + column] ?? Number.NaN;
    if (!closeEnough(score, found)) throw failed(parity, row, scoreName(task, column), String(score), String(found));
  });
}

function failed(parity: ParityRows, row: number, output: string, expected: string, found: string): SetosaError {
  const values = JSON.stringify(parity.rows[row]);
  return new SetosaError(
    "MODEL_PARITY_FAILED",
    `Parity row ${row} (${parity.kinds[row]}): the training framework's ${output} is ${expected}, and this engine's is ${found}. The row is ${values.length > 300 ? `${values.slice(0, 300)}…` : values}.`,
    { path: `setosa.parity.rows[${row}]`, hint: "Save the model again; if it fails again, report it. --no-parity serves it as it is." },
  );
}

function className(classes: readonly ClassLabel[] | undefined, position: number | undefined): string {
  return JSON.stringify(classes?.[position ?? -1] ?? null);
}

function labelName(task: Task, output: number): string {
  return "outputs" in task ? `label of "${task.outputs[output]?.name}"` : "label";
}

function scoreName(task: Task, column: number): string {
  if ("targets" in task) return `value of "${task.targets[column]}"`;
  if (task.kind === "tensors") return "output";
  return `${task.scoreKind} of ${JSON.stringify(labelClasses(task).flat()[column])}`;
}
