import type { Model } from "../../models/model.ts";
import { ArrowReader } from "../../protocols/predict/arrow/reader.ts";
import type { ArrowField } from "../../protocols/predict/arrow/schema.ts";
import type { Block, KeptColumn } from "../block.ts";
import type { ColumnType, Job } from "../job.ts";
import type { ScoringSettings } from "../settings.ts";
import { noMoments } from "../turns.ts";

/** Reads record batches of an Arrow IPC stream, with the schema and the dictionaries that came before them. */
export class ArrowInput {
  readonly #model: Model;
  readonly #reader: ArrowReader;
  readonly #keeps: boolean;
  /** Messages that all threads take. */
  #common = 0;

  constructor(model: Model, { extraColumns, keepColumns }: ScoringSettings) {
    this.#model = model;
    this.#reader = new ArrowReader(model.signature.features, { extraColumns });
    this.#keeps = keepColumns;
  }

  *read({ bytes, row, common, commonBefore }: Extract<Job, { kind: "arrow" }>): Generator<Block> {
    for (const message of common.slice(this.#common - commonBefore)) {
      this.#reader.add(message);
      this.#reader.next();
    }
    this.#common = commonBefore + common.length;
    this.#reader.add(bytes);
    let first = row;
    for (let batch = this.#reader.next(); batch !== undefined; batch = this.#reader.next()) {
      const { columns, rows, table } = batch;
      const before = first;
      yield {
        rows,
        answer: (from, count) => this.#model.answerColumns({ columns, from, count, first: 0 }, noMoments()),
        place: (index) => `row ${before + index + 1}`,
        kept: this.#keeps ? this.#reader.fields.map((field, position) => keptColumn(field, table[position]?.at ?? (() => null))) : [],
      };
      first += rows;
    }
  }
}

function keptColumn({ name, type }: ArrowField, at: (row: number) => unknown): KeptColumn {
  const kinds: Readonly<Record<ArrowField["type"]["kind"], ColumnType>> = { int: "int64", float: "float64", bool: "bool", text: "text" };
  return { name, type: kinds[type.kind], at };
}
