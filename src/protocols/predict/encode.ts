import { SetosaError } from "../../errors.ts";
import type { ClassLabel, Signature, Task } from "../../graph/signature.ts";
import type { Answers } from "../../models/answers.ts";
import { scoreKeys } from "../../models/prediction.ts";
import { Moments, type Turns } from "../../models/turns.ts";
import { float32Text } from "../../tensor/float32-text.ts";

/** Writes a model's answers. Everything that does not change from answer to answer is text already. */
export interface AnswerEncoder {
  /** The first row alone, as an object. */
  one(answers: Answers): string;
  /** All rows, as a list. */
  many(answers: Answers): string;
  /** As `many`, for many rows in a thread that has others to serve as well. */
  manyInTurns(answers: Answers, turns: Turns): Promise<string>;
  /** What `many` writes before the rows, of some of the rows, with commas between them, and behind the rows. */
  readonly opening: string;
  rows(answers: Answers, from: number, to: number): string;
  /** One of the rows, as an object. */
  row(answers: Answers, row: number): string;
  readonly closing: string;
  /** The first row for people: `Prediction: Iris-Setosa`. */
  plain(answers: Answers): string;
}

/** Rows that are written between two looks at the clock. */
const rowsBetween = 64;

/** Writes what follows `"prediction":` of one row, without the bracket that closes the object. */
type RowWriter = (answers: Answers, row: number) => string;

export function createEncoder(name: string, version: string, { task }: Signature): AnswerEncoder {
  const opening = modelFields(name, version);
  const write = rowWriter(task);
  const words = plainWriter(task);
  return {
    opening: `${opening},"predictions":[`,
    closing: "]}\n",
    rows: (answers, from, to) => {
      let text = "";
      for (let row = from; row < to; row++) text += `${row === from ? "" : ","}{"prediction":${write(answers, row)}}`;
      return text;
    },
    row: (answers, row) => `{"prediction":${write(answers, row)}}`,
    one: (answers) => `${opening},"prediction":${write(answers, 0)}}\n`,
    many: (answers) => {
      let text = `${opening},"predictions":[`;
      for (let row = 0; row < answers.rows; row++) text += `${row === 0 ? "" : ","}{"prediction":${write(answers, row)}}`;
      return `${text}]}\n`;
    },
    manyInTurns: async (answers, turns) => {
      const moments = new Moments(turns);
      const parts = [`${opening},"predictions":[`];
      for (let from = 0; from < answers.rows; from += rowsBetween) {
        let text = "";
        const to = Math.min(answers.rows, from + rowsBetween);
        for (let row = from; row < to; row++) text += `${row === 0 ? "" : ","}{"prediction":${write(answers, row)}}`;
        // Makes one text of the many that it was put together from, which would all be left to the join.
        text.charCodeAt(0);
        parts.push(text);
        const pause = moments.pause();
        if (pause !== undefined) await pause;
      }
      parts.push("]}\n");
      return parts.join("");
    },
    plain: (answers) => `Prediction: ${words(answers, 0)}\n`,
  };
}

/** `{"model":"iris","version":"1"`, without its closing bracket. */
export function modelFields(name: string, version: string): string {
  return `{"model":${JSON.stringify(name)},"version":${JSON.stringify(version)}`;
}

function rowWriter(task: Task): RowWriter {
  switch (task.kind) {
    case "classification":
    case "clustering":
    case "outlier_detection":
      return classWriter(task.classes, task.scores === undefined ? undefined : scoreKeys[task.scoreKind]);
    case "multioutput_classification":
      return classesWriter(task);
    case "regression":
      if (task.targets.length === 1) return scoreText;
      return objectWriter(task.targets);
    case "transformation":
      return objectWriter(task.targets);
    case "tensors":
      throw new SetosaError("INTERNAL", "A tensors model has no rows to write.");
  }
}

function objectWriter(names: readonly string[]): RowWriter {
  const keys = keysOf(names);
  return (answers, row) => objectText(keys, answers, row, 0);
}

function classWriter(classes: readonly ClassLabel[], key: string | undefined): RowWriter {
  const labels = classes.map((label) => JSON.stringify(label));
  if (key === undefined) return ({ labels: indices }, row) => labels[indices?.[row] ?? -1] ?? "null";
  const starts = labels.map((label) => `${label},"${key}":`);
  const keys = keysOf(classes);
  return (answers, row) => {
    const start = starts[answers.labels?.[row] ?? -1] ?? `null,"${key}":`;
    return start + objectText(keys, answers, row, 0);
  };
}

/** `{"colour":"red","ripe":true},"probabilities":{"colour":{"red":0.9, …}, …}` */
function classesWriter({ outputs, scores, scoreKind }: Extract<Task, { kind: "multioutput_classification" }>): RowWriter {
  const names = keysOf(outputs.map(({ name }) => name));
  const labels = outputs.map(({ classes }) => classes.map((label) => JSON.stringify(label)));
  let columns = 0;
  const parts = outputs.map(({ classes }) => {
    const from = columns;
    columns += classes.length;
    return { keys: keysOf(classes), from };
  });
  const labelled: RowWriter = (answers, row) =>
    `${names.map((name, index) => name + (labels[index]?.[answers.labels?.[row * names.length + index] ?? -1] ?? "null")).join("")}}`;
  if (scores === undefined) return labelled;
  return (answers, row) => {
    const scored = parts.map(({ keys, from }, index) => names[index] + objectText(keys, answers, row, from)).join("");
    return `${labelled(answers, row)},"${scoreKeys[scoreKind]}":${scored}}`;
  };
}

/** `{"first":`, `,"second":` …: what stands before each value of an object. */
function keysOf(names: readonly ClassLabel[]): readonly string[] {
  return names.map((name, index) => `${index === 0 ? "{" : ","}${JSON.stringify(String(name))}:`);
}

/** As many columns as there are keys, from column `from` on. */
function objectText(keys: readonly string[], { scores, width }: Answers, row: number, from: number): string {
  if (scores === undefined) return "null";
  const text = scores instanceof Float32Array ? float32Text : float64Text;
  let object = "";
  for (let index = 0; index < keys.length; index++) object += (keys[index] as string) + text(scores[row * width + from + index] as number);
  return `${object}}`;
}

function scoreText({ scores, width }: Answers, row: number): string {
  const value = scores?.[row * width];
  if (value === undefined) return "null";
  return scores instanceof Float32Array ? float32Text(value) : float64Text(value);
}

/** JSON has no NaN and no infinity: a score that is none is null. */
function float64Text(value: number): string {
  return Number.isFinite(value) ? String(value) : "null";
}

function plainWriter(task: Task): RowWriter {
  if ("outputs" in task) {
    const { scores: _, ...labels } = task;
    return rowWriter(labels);
  }
  if (!("classes" in task)) return rowWriter(task);
  const names = task.classes.map(String);
  return ({ labels }, row) => names[labels?.[row] ?? -1] ?? "none";
}
