import type { Answers } from "../models/answers.ts";
import type { Model } from "../models/model.ts";
import type { PredictionObserver } from "../models/observer.ts";
import type { RunOptions } from "../models/run-options.ts";
import { Moments, type Turns } from "../models/turns.ts";
import type { Answer, Answered, Head } from "./exchange.ts";
import { inNames, type ListedRows } from "./named-rows.ts";
import type { RowText } from "./row-text.ts";

/** A body of more bytes takes longer than others should wait for. */
export const largeBody = 131_072;
/** So does a request of more rows. */
export const manyRows = 500;
/** Rows that are written between two looks at the clock. */
const rowsBetween = 64;

/** How the answers to rows become a body. */
export interface RowsForm {
  readonly head: Head;
  readonly opening: string;
  readonly row: RowText;
  readonly between: string;
  readonly closing: string;
}

export interface RowsRequest extends ListedRows {
  readonly form: RowsForm;
}

export interface RowsOptions {
  /** For many rows, in a thread that has others to serve as well. */
  readonly turns?: Turns | undefined;
  readonly run?: RunOptions | undefined;
  /** Those who heard when the request came, where reading it has taken turns. */
  readonly observers?: readonly PredictionObserver[];
}

/**
 * Predicts rows and writes the answers: at once where they are few and the engine is a kernel.
 * @throws SetosaError ROWS_EMPTY, FEATURE_…, CATEGORY_UNKNOWN, ROW_WIDTH_INVALID, BODY_SHAPE_INVALID; OVERLOADED
 */
export function answerRows(model: Model, request: RowsRequest, { turns, run }: RowsOptions): Answered {
  const { rows, path, reordered, form } = request;
  if (turns !== undefined && rows.length > manyRows) return takingTurns(turns, () => answerManyRows(model, request, turns, { run }));
  const answers = reordered === undefined ? model.answerRows(rows, path, run) : answerReordered(model, { rows, path, reordered }, run);
  return answers instanceof Promise ? answers.then((later) => written(later, form)) : written(answers, form);
}

function answerReordered(
  model: Model,
  { rows, path, reordered = [] }: ListedRows,
  run: RunOptions | undefined,
): Answers | Promise<Answers> {
  const named = (error: unknown): never => {
    throw inNames(error, reordered);
  };
  try {
    const answers = model.answerRows(rows, path, run);
    return answers instanceof Promise ? answers.catch(named) : answers;
  } catch (error) {
    return named(error);
  }
}

/** The same in turns, which the caller has to have entered: see `takingTurns`. */
export async function answerManyRows(
  model: Model,
  { rows, path, reordered, form }: RowsRequest,
  turns: Turns,
  options: Omit<RowsOptions, "turns">,
): Promise<Answer> {
  const answers = await model.answerManyRows(rows, path, turns, options).catch((error: unknown) => {
    throw reordered === undefined ? error : inNames(error, reordered);
  });
  return writtenInTurns(answers, form, turns);
}

/** @throws SetosaError OVERLOADED */
export async function takingTurns<T>(turns: Turns, work: () => Promise<T>): Promise<T> {
  turns.enter();
  try {
    return await work();
  } finally {
    turns.leave();
  }
}

function written(answers: Answers, { head, opening, row, between, closing }: RowsForm): Answer {
  let body = opening;
  for (let index = 0; index < answers.rows; index++) body += index === 0 ? row(answers, index) : between + row(answers, index);
  return { head, body: body + closing };
}

async function writtenInTurns(answers: Answers, { head, opening, row, between, closing }: RowsForm, turns: Turns): Promise<Answer> {
  const moments = new Moments(turns);
  const parts = [opening];
  for (let from = 0; from < answers.rows; from += rowsBetween) {
    const to = Math.min(answers.rows, from + rowsBetween);
    let text = "";
    for (let index = from; index < to; index++) text += index === 0 ? row(answers, index) : between + row(answers, index);
    // Makes one text of the many that it was put together from, which would all be left to the join.
    text.charCodeAt(0);
    parts.push(text);
    const pause = moments.pause();
    if (pause !== undefined) await pause;
  }
  parts.push(closing);
  return { head, body: parts.join("") };
}
