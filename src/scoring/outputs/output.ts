import type { Answers } from "../../models/answers.ts";
import type { Block } from "../block.ts";
import type { Frame, WrittenColumn } from "../job.ts";

/** Writes the answers of one job. */
export interface JobWriter {
  /** Some rows of a block, from row `from` on. */
  add(block: Block, from: number, answers: Answers): void;
  finish(): { readonly parts: readonly Uint8Array[]; readonly columns?: readonly WrittenColumn[] };
}

/** One way to write answers: a writer for each job, and what stands around what they write. */
export interface Output {
  begin(): JobWriter;
  /** Known after the first job. */
  readonly frame: Frame;
}

export const nothing = new Uint8Array(0);
