import type { Answers } from "../models/answers.ts";
import type { Model } from "../models/model.ts";
import type { Block, SkipRow } from "./block.ts";
import { isOfRow, placeOf, replaced, rowOf } from "./errors.ts";
import { ArrowInput } from "./inputs/arrow.ts";
import { CsvInput } from "./inputs/csv.ts";
import { JsonLinesInput } from "./inputs/jsonl.ts";
import { ParquetInput } from "./inputs/parquet.ts";
import type { Job, JobResult, SkippedRow } from "./job.ts";
import { ArrowOutput } from "./outputs/arrow.ts";
import type { Output } from "./outputs/output.ts";
import { ParquetOutput } from "./outputs/parquet.ts";
import { CsvOutput, JsonLinesOutput, JsonOutput } from "./outputs/text.ts";
import type { ScoringSettings } from "./settings.ts";

/** Rows that are answered at once: some hundred kilobytes of answers. */
const rowsAtOnce = 8192;

type Blocks = Iterable<Block> | AsyncIterable<Block>;

/** Reads, predicts and writes parts of a table, in one thread. */
export class Scorer {
  readonly #settings: ScoringSettings;
  readonly #read: (job: Job, skip: SkipRow | undefined) => Blocks;
  readonly #output: Output;
  readonly #close: () => Promise<void>;

  constructor(model: Model, settings: ScoringSettings) {
    this.#settings = settings;
    this.#output = outputOf(model, settings);
    const parquet = settings.input.format === "parquet" ? new ParquetInput(model, settings) : undefined;
    this.#close = async () => parquet?.close();
    this.#read = parquet === undefined ? readerOf(model, settings) : (job) => (job.kind === "parquet" ? parquet.read(job) : []);
  }

  /** @throws SetosaError where a row does not fit and rows are not skipped, or the input is damaged */
  async score(job: Job): Promise<JobResult> {
    const skipped: SkippedRow[] = [];
    const skip = (error: unknown, place: string) => {
      if (!isOfRow(error)) throw error;
      const { code, message, path, hint } = error;
      const where = path === undefined ? place : path.startsWith(place) ? path : placeOf(place, path);
      skipped.push({ code, message, path: where, ...(hint === undefined ? {} : { hint }) });
    };
    const writer = this.#output.begin();
    let rows = 0;
    for await (const block of this.#read(job, this.#settings.onError === "skip" ? skip : undefined)) {
      for (let from = 0; from < block.rows; from += rowsAtOnce) {
        const count = Math.min(rowsAtOnce, block.rows - from);
        for await (const [first, answers] of this.#answers(block, from, count, skip)) {
          writer.add(block, first, answers);
          rows += answers.rows;
        }
      }
    }
    const finished = writer.finish();
    return { rows, skipped, frame: this.#output.frame, ...finished };
  }

  async close(): Promise<void> {
    await this.#close();
  }

  /**
   * The answers to some rows: to all of them at once, or, where rows are skipped, to those around the ones that do not fit, in steps that
   * grow while all is well.
   */
  async *#answers(block: Block, from: number, count: number, skip: SkipRow): AsyncGenerator<readonly [number, Answers]> {
    let step = count;
    for (let at = from; at < from + count; ) {
      const size = Math.min(step, from + count - at);
      const answers = await this.#tried(block, at, size, skip);
      if (answers === undefined) {
        step = Math.max(1, size >> 2);
        if (size === 1) at++;
        continue;
      }
      yield [at, answers];
      at += size;
      step = size * 2;
    }
  }

  /** Undefined where rows are skipped and at least one of these does not fit: of one row alone, it is told. */
  async #tried(block: Block, from: number, count: number, skip: SkipRow): Promise<Answers | undefined> {
    try {
      return await block.answer(from, count);
    } catch (error) {
      if (!isOfRow(error)) throw error;
      const { row, rest } = rowOf(error);
      const place = block.place(from + (row ?? 0));
      const told = replaced(error, row === undefined && count > 1 ? rest : placeOf(place, rest));
      if (this.#settings.onError === "stop") throw told;
      if (count === 1) skip(told, place);
      return undefined;
    }
  }
}

function readerOf(model: Model, settings: ScoringSettings): (job: Job, skip: SkipRow | undefined) => Blocks {
  if (settings.input.format === "arrow") {
    const arrow = new ArrowInput(model, settings);
    return (job) => (job.kind === "arrow" ? arrow.read(job) : []);
  }
  const text = settings.input.format === "csv" ? new CsvInput(model, settings) : new JsonLinesInput(model, settings);
  return (job, skip) => (job.kind === "text" ? text.read(job, skip) : []);
}

function outputOf(model: Model, { output }: ScoringSettings): Output {
  switch (output) {
    case "csv":
      return new CsvOutput(model);
    case "jsonl":
      return new JsonLinesOutput(model);
    case "json":
      return new JsonOutput(model);
    case "arrow":
      return new ArrowOutput(model);
    case "parquet":
      return new ParquetOutput(model);
  }
}
