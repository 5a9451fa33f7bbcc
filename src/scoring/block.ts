import type { Answers } from "../models/answers.ts";
import type { ColumnType } from "./job.ts";

/** A column of the input, to be written again. */
export interface KeptColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** As JSON has it: null is a missing value. */
  at(row: number): unknown;
  /** As it stands in a text. */
  text?(row: number): string;
}

/** Rows that have been read. */
export interface Block {
  readonly rows: number;
  /** @throws SetosaError with paths that count from 0: `[0]["age"]` is the row `from` */
  answer(from: number, count: number): Answers | Promise<Answers>;
  /** Where a row stands, for people: `line 5`. */
  place(row: number): string;
  /** None where they are not kept. */
  readonly kept: readonly KeptColumn[];
  /** A row as JSON has it, where it came as that. */
  object?(row: number): Readonly<Record<string, unknown>>;
}

export type SkipRow = (error: unknown, place: string) => void;
