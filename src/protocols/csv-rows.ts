import { SetosaError } from "../errors.ts";
import type { Feature, FeatureValue } from "../graph/signature.ts";
import { Moments, type Turns } from "../models/turns.ts";
import { type CsvColumn, columnsByName, columnsInOrder, namesAll } from "./csv-columns.ts";
import { type CsvRecord, CsvRecords, csvPlace } from "./csv-records.ts";
import { firstInvalidUtf8 } from "./utf8.ts";

export interface CsvOptions {
  /** Whether the first record names the columns; `"if-named"`: it does where it holds the name of every feature. */
  readonly header: boolean | "if-named";
  /** Rows that are read before the text is refused. */
  readonly mostRows: number;
  /** What columns are that no feature has: an error (as everywhere in Setosa), or nothing (as in MLflow). */
  readonly extraColumns?: "refuse" | "ignore";
}

/** A row for `Model.answerRows`: values in the features' order, checked already. */
export type CsvRow = readonly FeatureValue[];

/**
 * Reads CSV (RFC 4180, see `CsvRecords`) as rows of a model's features, from text that comes in pieces:
 *
 *     const reader = new CsvReader(model.signature.features, { header: true, mostRows: limits.rows });
 *     for await (const text of pieces) await use(reader.read(text));
 *     await use(reader.end());
 *
 * `read` returns the rows that are complete with its piece, and keeps no others but an unfinished one (up to 1 MiB), so that memory is
 * bounded by what a piece holds. A whole body in memory is read by `readCsv`, and one that is long by `readCsvInTurns`.
 *
 * Values have the features' types. An empty field is a missing value, and so is NaN, NA, null in a column of numbers; in quotes an empty
 * text is a text. Numbers may have spaces around them; `true` and `false` are read in any case. With a header columns stand in any
 * order; without, in the features' order. Errors say line and column, counted from 1.
 */
export class CsvReader {
  readonly #records = new CsvRecords();
  readonly #features: readonly Feature[];
  readonly #options: CsvOptions;
  /** For each feature; undefined until the first record has come. */
  #columns: readonly CsvColumn[] | undefined;
  #width = 0;
  #rows = 0;

  constructor(features: readonly Feature[], options: CsvOptions) {
    this.#features = features;
    this.#options = options;
  }

  /** Rows that were read so far. */
  get rows(): number {
    return this.#rows;
  }

  /**
   * The rows that are complete with this piece.
   * @param text Whole characters: from a `TextDecoder` with `stream`
   * @throws SetosaError CSV_INVALID, ROWS_TOO_MANY, ROW_WIDTH_INVALID, FEATURE_…, CATEGORY_UNKNOWN
   */
  read(text: string): CsvRow[] {
    this.#records.add(text);
    return this.#take();
  }

  /**
   * The last rows.
   * @throws SetosaError what `read` throws, and ROWS_EMPTY where there was no row at all
   */
  end(): CsvRow[] {
    this.#records.end();
    const rows = this.#take();
    if (this.#rows > 0) return rows;
    throw new SetosaError("ROWS_EMPTY", this.#columns === undefined ? "The CSV is empty." : "The CSV holds a header and no row.", {
      hint: "Send at least one row.",
    });
  }

  #take(): CsvRow[] {
    const rows: CsvRow[] = [];
    for (let record = this.#records.next(); record !== undefined; record = this.#records.next()) {
      if (this.#columns === undefined && this.#begin(record)) continue;
      if (++this.#rows > this.#options.mostRows)
        throw new SetosaError("ROWS_TOO_MANY", `The request holds more than ${this.#options.mostRows} rows.`, {
          path: csvPlace(record.line),
          hint: "Send them in several requests, or start the server with a larger --max-rows.",
        });
      rows.push(this.#row(record, this.#columns ?? []));
    }
    return rows;
  }

  /** @returns whether the record is the header, and no row */
  #begin(record: CsvRecord): boolean {
    const { header, extraColumns = "refuse" } = this.#options;
    const isHeader = header === "if-named" ? namesAll(record, this.#features) : header;
    this.#columns = isHeader ? columnsByName(record, this.#features, extraColumns) : columnsInOrder(this.#features);
    this.#width = isHeader ? record.fields.length : this.#features.length;
    return isHeader;
  }

  #row({ fields, quoted, line }: CsvRecord, columns: readonly CsvColumn[]): CsvRow {
    if (fields.length !== this.#width) throw wrongWidth({ fields, line }, this.#width, this.#options.header === true);
    const row = new Array<FeatureValue>(columns.length);
    for (let position = 0; position < columns.length; position++) {
      const { index, name, read } = columns[position] as CsvColumn;
      // A feature that a row need not have.
      if (index < 0) row[position] = 0;
      else row[position] = read(fields[index] as string, quoted[index] as boolean, () => csvPlace(line, index, name));
    }
    return row;
  }
}

/** @param named Whether a header says how wide rows are, and not the model */
export function wrongWidth({ fields, line }: Pick<CsvRecord, "fields" | "line">, width: number, named: boolean): SetosaError {
  const other = fields.length === 1 ? /[;\t|]/.exec(fields[0] ?? "")?.[0] : undefined;
  return new SetosaError(
    "ROW_WIDTH_INVALID",
    `Line ${line} has ${fields.length} ${fields.length === 1 ? "field" : "fields"}, and ${named ? "the header" : "the model"} has ${width}.`,
    {
      path: csvPlace(line),
      hint:
        other === undefined
          ? "Check the commas and the quotes of that line, and of the one before."
          : `Separate fields by commas, and not by ${JSON.stringify(other)}.`,
    },
  );
}

/**
 * A whole body, as `CsvReader` reads it.
 * @throws SetosaError what `CsvReader` throws, BODY_EMPTY, CSV_INVALID for what is not UTF-8
 */
export function readCsv(body: Uint8Array, features: readonly Feature[], options: CsvOptions): CsvRow[] {
  const reader = new CsvReader(features, options);
  const rows = reader.read(csvText(body));
  const last = reader.end();
  for (const row of last) rows.push(row);
  return rows;
}

/** Characters that are read between two looks at the clock: less than half a millisecond. */
const pieceLength = 16_384;

/** As `readCsv`, for a large body in the thread that serves: with waits in between. */
export async function readCsvInTurns(body: Uint8Array, features: readonly Feature[], options: CsvOptions, turns: Turns): Promise<CsvRow[]> {
  const text = csvText(body);
  const reader = new CsvReader(features, options);
  const moments = new Moments(turns);
  const rows: CsvRow[] = [];
  for (let from = 0; from < text.length; from += pieceLength) {
    for (const row of reader.read(text.slice(from, from + pieceLength))) rows.push(row);
    const pause = moments.pause();
    if (pause !== undefined) await pause;
  }
  for (const row of reader.end()) rows.push(row);
  return rows;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function csvText(body: Uint8Array): string {
  if (body.length === 0) throw new SetosaError("BODY_EMPTY", "The request has no body.", { hint: "Send one line of CSV for each row." });
  try {
    return decoder.decode(body);
  } catch (cause) {
    const at = firstInvalidUtf8(body);
    throw new SetosaError("CSV_INVALID", `The body is not UTF-8: byte ${at} (0x${(body[at] ?? 0).toString(16)}) does not belong there.`, {
      hint: "Send the CSV as UTF-8.",
      cause,
    });
  }
}
