import type { Answers } from "../../../models/answers.ts";
import type { Head } from "../../exchange.ts";

/** Something to send. Text is written when it is time to send it: until then only the numbers in it are held. */
export interface Piece {
  /** Bytes that it holds in memory until then. */
  readonly held: number;
  data(): string | Uint8Array;
}

/** Writes answers in one format, as they come. */
export interface TableWriter {
  readonly head: Head;
  /** What comes before all rows. */
  opening(): readonly Piece[];
  /**
   * Some rows' answers. They stay as they are.
   * @param ends Whether a record batch of the request ends with them
   */
  add(answers: Answers, ends: boolean): readonly Piece[];
  closing(): readonly Piece[];
  /** Bytes of answers that were added and are in no piece yet. */
  readonly held: number;
}

/** Rows of text that are written at once: some tens of kilobytes. */
const rowsOfPiece = 256;

/** Answers as pieces of text. */
export function textPieces(answers: Answers, write: (answers: Answers, from: number, to: number) => string): readonly Piece[] {
  const pieces: Piece[] = [];
  const perRow = bytesOf(answers) / Math.max(1, answers.rows);
  for (let from = 0; from < answers.rows; from += rowsOfPiece) {
    const to = Math.min(answers.rows, from + rowsOfPiece);
    pieces.push({ held: Math.ceil((to - from) * perRow), data: () => write(answers, from, to) });
  }
  return pieces;
}

export function textPiece(text: string): Piece {
  return { held: text.length, data: () => text };
}

export function bytesOf({ labels, scores }: Answers): number {
  return (labels?.byteLength ?? 0) + (scores?.byteLength ?? 0);
}
