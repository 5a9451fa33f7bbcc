import { SetosaError } from "../errors.ts";
import { type ClassLabel, labelClasses, type Signature } from "../graph/signature.ts";
import type { Answers } from "../models/answers.ts";
import { shortFloat32 } from "../tensor/float32-text.ts";
import type { PredictMethod } from "./predict-method.ts";

/** Writes one row of answers: its label or value alone, or all its scores. */
export type RowText = (answers: Answers, row: number) => string;

/** How values are written. */
export interface ValueText {
  label(label: ClassLabel): string;
  /** A number that is finite comes as JSON has it. */
  notFinite(value: number): string;
  list(values: readonly string[]): string;
}

/** JSON, which has no NaN. */
export const jsonValues: ValueText = {
  label: (label) => JSON.stringify(label),
  notFinite: () => "null",
  list: (values) => `[${values.join(",")}]`,
};

/** JSON as Python's `json` writes and reads it: NaN and the infinities by their names. */
export const pythonValues: ValueText = { ...jsonValues, notFinite: String };

/** A line of CSV (RFC 4180), with the numbers that are none as NumPy writes them. */
export const csvValues: ValueText = {
  label: (label) => csvField(String(label)),
  notFinite: (value) => (Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf"),
  list: (values) => values.join(","),
};

function csvField(text: string): string {
  return /[",\r\n]/.test(text) || text === "" ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Writes what a method of the trainer answers for a row: `predict` the label, the value or the list of them; the others the list of
 * scores in the order of the classes, a list for each label where a row has several.
 */
export function rowText({ task }: Signature, method: PredictMethod, values: ValueText): RowText {
  if (task.kind === "tensors") throw new SetosaError("INTERNAL", "A tensors model has no rows to write.");
  if ("targets" in task) {
    const width = task.targets.length;
    return width === 1 && task.kind === "regression" ? (answers, row) => numberText(answers, row, values) : scoreList(0, width, values);
  }
  const classes = labelClasses(task);
  if (method !== "predict") return scoreLists(classes, values);
  const texts = classes.map((labels) => labels.map((label) => values.label(label)));
  const [only = []] = texts;
  if (texts.length === 1 && !("outputs" in task)) return ({ labels }, row) => only[labels?.[row] ?? -1] ?? values.notFinite(Number.NaN);
  return ({ labels }, row) =>
    values.list(texts.map((own, index) => own[labels?.[row * texts.length + index] ?? -1] ?? values.notFinite(Number.NaN)));
}

function scoreLists(classes: readonly (readonly ClassLabel[])[], values: ValueText): RowText {
  let from = 0;
  const lists = classes.map(({ length }) => {
    const list = scoreList(from, length, values);
    from += length;
    return list;
  });
  const [only] = lists;
  if (only !== undefined && lists.length === 1) return only;
  return (answers, row) => values.list(lists.map((list) => list(answers, row)));
}

function scoreList(from: number, count: number, values: ValueText): RowText {
  return (answers, row) => {
    const texts = new Array<string>(count);
    const start = row * answers.width + from;
    for (let index = 0; index < count; index++) texts[index] = numberText(answers, start + index, values);
    return values.list(texts);
  };
}

function numberText({ scores }: Answers, index: number, values: ValueText): string {
  const value = scores?.[index] ?? Number.NaN;
  if (!Number.isFinite(value)) return values.notFinite(value);
  return String(scores instanceof Float32Array ? shortFloat32(value) : value);
}
