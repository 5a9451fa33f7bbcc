import type { InputFormat, OutputFormat } from "./formats.ts";

/** How rows are read, answered and written: the same in each thread. */
export interface ScoringSettings {
  readonly input: InputSettings;
  readonly output: OutputFormat;
  /** What happens to a row that the model refuses. */
  readonly onError: "stop" | "skip";
  /** Whether the input's columns stand before the answers. */
  readonly keepColumns: boolean;
  /** What columns are that no feature has. */
  readonly extraColumns: "refuse" | "ignore";
}

export interface InputSettings {
  readonly format: InputFormat;
  /** For Parquet, which is read from several places. */
  readonly path: string;
  /** CSV's first record, where it names the columns. */
  readonly header?: { readonly fields: readonly string[]; readonly quoted: readonly boolean[]; readonly line: number } | undefined;
  /** Keys of the first object of JSON Lines that are no features. */
  readonly extraKeys?: readonly string[];
}
