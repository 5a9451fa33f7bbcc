import type { FeatureValue, ParityRows, Signature } from "../../graph/signature.ts";
import type { Model } from "../model.ts";

type Rows = readonly (readonly FeatureValue[])[];

/** More rows than this make nothing warmer. */
const mostRows = 32;

/** Rows that a model is known to take: its parity rows, else its example. */
export function rowsToTry({ example }: Signature, parity: ParityRows | undefined): Rows {
  if (parity !== undefined && parity.rows.length > 0) return parity.rows.slice(0, mostRows);
  return example === undefined ? [] : [example];
}

/**
 * Answers rows one by one and in blocks until the host has compiled the model's code with care: for so many
 * rounds, or so many milliseconds.
 */
export function warmThoroughly(model: Model, rows: Rows, clock: () => number, rounds = 1000, milliseconds = 150): void {
  if (!model.answersInline || rows.length === 0) return;
  const capacity = model.engine.kernel?.capacity ?? 1;
  const block = Array.from({ length: capacity }, (_, index) => rows[index % rows.length]);
  const end = clock() + milliseconds;
  for (let round = 0; round < rounds && clock() < end; round++) {
    model.answerRow(rows[round % rows.length]);
    // A block takes as long as its rows.
    if (round % capacity === 0) model.answerRows(block);
  }
}

/** A row at a time and a few together, between which others have their turn: what is not warm then is only what this thread has of its own. */
export async function warmGently(model: Model, rows: Rows, pause: () => Promise<void>): Promise<void> {
  if (!model.answersInline) return;
  for (const row of rows) {
    model.answerRow(row);
    await pause();
    model.answerRows([row, row]);
    await pause();
  }
}
