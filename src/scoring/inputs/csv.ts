import { SetosaError } from "../../errors.ts";
import type { Feature, FeatureDType, FeatureValue } from "../../graph/signature.ts";
import type { Column } from "../../models/column-encoder.ts";
import type { Model } from "../../models/model.ts";
import { type CsvColumn, columnsByName, columnsInOrder } from "../../protocols/csv-columns.ts";
import { type CsvRecord, CsvRecords, csvPlace } from "../../protocols/csv-records.ts";
import { wrongWidth } from "../../protocols/csv-rows.ts";
import type { Block, KeptColumn, SkipRow } from "../block.ts";
import type { ColumnType, Job } from "../job.ts";
import type { ScoringSettings } from "../settings.ts";
import { noMoments } from "../turns.ts";

const types: Readonly<Record<FeatureDType, ColumnType>> = {
  float32: "float64",
  float64: "float64",
  int64: "int64",
  bool: "bool",
  string: "text",
};

/** Reads CSV as the server does, into columns instead of rows. */
export class CsvInput {
  readonly #model: Model;
  readonly #columns: readonly CsvColumn[];
  readonly #names: readonly string[];
  readonly #named: boolean;
  readonly #keeps: boolean;

  /** @throws SetosaError FEATURE_MISSING, FEATURE_UNKNOWN, FEATURE_REPEATED */
  constructor(model: Model, { input: { header }, extraColumns, keepColumns }: ScoringSettings) {
    const { features } = model.signature;
    this.#model = model;
    this.#columns = header === undefined ? columnsInOrder(features) : columnsByName(header, features, extraColumns);
    this.#names = header?.fields ?? features.map(({ name }) => name);
    this.#named = header !== undefined;
    this.#keeps = keepColumns;
  }

  read(job: Extract<Job, { kind: "text" }>, skip: SkipRow | undefined): Block[] {
    const records = new CsvRecords(job.line);
    records.add(decodeCsv(job.bytes));
    records.end();
    const rows = new Rows(this.#model.signature.features, this.#columns, this.#keeps ? this.#names : []);
    for (let record = records.next(); record !== undefined; record = records.next()) {
      try {
        if (record.fields.length !== this.#names.length) throw wrongWidth(record, this.#names.length, this.#named);
        rows.add(record);
      } catch (error) {
        if (skip === undefined) throw error;
        skip(error, `line ${record.line}`);
      }
    }
    return [rows.block(this.#model)];
  }
}

/** The values of rows, by column. */
class Rows {
  readonly #features: readonly Feature[];
  readonly #columns: readonly CsvColumn[];
  readonly #names: readonly string[];
  readonly #values: FeatureValue[][];
  /** Whether a column holds numbers alone. */
  readonly #plain: boolean[];
  readonly #fields: string[][];
  readonly #row: FeatureValue[];
  readonly #lines: number[] = [];

  constructor(features: readonly Feature[], columns: readonly CsvColumn[], names: readonly string[]) {
    this.#features = features;
    this.#columns = columns;
    this.#names = names;
    this.#values = columns.map(() => []);
    this.#plain = columns.map(() => true);
    this.#fields = names.map(() => []);
    this.#row = new Array<FeatureValue>(columns.length).fill(0);
  }

  /** @throws SetosaError FEATURE_…, CATEGORY_UNKNOWN: then nothing of the row is kept */
  add({ fields, quoted, line }: CsvRecord): void {
    const [columns, row] = [this.#columns, this.#row];
    for (let position = 0; position < columns.length; position++) {
      const { index, name, read } = columns[position] as CsvColumn;
      row[position] = index < 0 ? 0 : read(fields[index] as string, quoted[index] as boolean, () => csvPlace(line, index, name));
    }
    for (let position = 0; position < columns.length; position++) {
      const value = row[position] as FeatureValue;
      if (typeof value !== "number") this.#plain[position] = false;
      (this.#values[position] as FeatureValue[]).push(value);
    }
    for (let index = 0; index < this.#names.length; index++) {
      const text = fields[index] as string;
      // A text without characters and nothing at all differ by their quotes only.
      (this.#fields[index] as string[]).push(text === "" && quoted[index] === true ? '""' : text);
    }
    this.#lines.push(line);
  }

  block(model: Model): Block {
    const columns = this.#columns.map(({ index }, position): Column | undefined => {
      const values = this.#values[position] as FeatureValue[];
      if (index < 0) return undefined;
      return { at: (row) => values[row], ...(this.#plain[position] === true ? { numbers: values as number[] } : {}) };
    });
    return {
      rows: this.#lines.length,
      answer: (from, count) => model.answerColumns({ columns, from, count, first: 0 }, noMoments()),
      place: (row) => `line ${this.#lines[row]}`,
      kept: this.#names.map((name, index) => this.#keptColumn(name, index)),
    };
  }

  #keptColumn(name: string, index: number): KeptColumn {
    const fields = this.#fields[index] as string[];
    const text = (row: number) => fields[row] as string;
    const position = this.#columns.findIndex((column) => column.index === index);
    const feature = this.#features[position];
    const values = this.#values[position];
    if (feature === undefined || values === undefined)
      return { name, type: "text", at: (row) => (text(row) === "" ? null : text(row) === '""' ? "" : text(row)), text };
    return { name, type: types[feature.dtype], at: (row) => values[row], text };
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @throws SetosaError CSV_INVALID */
export function decodeCsv(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new SetosaError("CSV_INVALID", "The file is not UTF-8.", { hint: "Save the CSV as UTF-8.", cause });
  }
}
