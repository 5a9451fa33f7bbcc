import type { PlainError } from "../models/isolated/plain-error.ts";

/** A part of a table: what one thread reads, predicts and writes at once. Everything in it can be sent to another thread. */
export type Job =
  | {
      readonly kind: "text";
      readonly bytes: Uint8Array;
      /** The line on which it begins, from 1 on. */
      readonly line: number;
    }
  | {
      readonly kind: "arrow";
      /** Record batches, as messages. */
      readonly bytes: Uint8Array;
      /** The first row's number, from 0 on. */
      readonly row: number;
      /** Schema and dictionaries of the stream up to here, but for so many that came first and have been sent before. */
      readonly common: readonly Uint8Array[];
      readonly commonBefore: number;
    }
  | { readonly kind: "parquet"; readonly from: number; readonly to: number };

/** A row that was left out. */
export interface SkippedRow {
  readonly code: string;
  readonly message: string;
  /** Where it stands: line or row, and column. */
  readonly path: string;
  readonly hint?: string;
}

/** How values of a column that is written in binary are held. */
export type ColumnType = "float32" | "float64" | "int64" | "bool" | "text";

export interface WrittenColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  readonly data: readonly unknown[] | Float32Array | Float64Array | BigInt64Array;
}

/** What stands before, between and behind the parts of an output. */
export interface Frame {
  readonly opening: readonly Uint8Array[];
  readonly between: Uint8Array;
  readonly closing: Uint8Array;
}

export interface JobResult {
  /** Rows that were answered. */
  readonly rows: number;
  readonly skipped: readonly SkippedRow[];
  readonly parts: readonly Uint8Array[];
  /** Instead of parts, where one writer has to write all of the file. */
  readonly columns?: readonly WrittenColumn[] | undefined;
  readonly frame: Frame;
}

export type Reply = { readonly id: number } & ({ readonly result: JobResult } | { readonly error: PlainError });
