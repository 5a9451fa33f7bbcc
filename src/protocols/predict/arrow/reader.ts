import { SetosaError } from "../../../errors.ts";
import type { Feature } from "../../../graph/signature.ts";
import type { Column } from "../../../models/column-encoder.ts";
import { quote } from "../../../models/feature-value.ts";
import { suggest } from "../../../models/suggest.ts";
import { notArrow } from "./arrow-error.ts";
import { readBatch } from "./columns.ts";
import { type ArrowMessage, ArrowMessages, headers, mostBatchBytes, readingFlat } from "./messages.ts";
import { type ArrowField, readSchema } from "./schema.ts";

/** A record batch, its columns in the features' order; undefined for a feature that a row need not have. */
export interface FeatureBatch {
  readonly rows: number;
  readonly columns: readonly (Column | undefined)[];
  /** All columns of the table. */
  readonly table: readonly Column[];
}

export interface ArrowReaderOptions {
  /** What columns are that no feature has: an error, or nothing. */
  readonly extraColumns?: "refuse" | "ignore";
}

/**
 * Reads an Arrow IPC stream that comes in pieces as a model's features: add a piece, take batches until there is none, add the next.
 * Columns go by name, in any order; nulls are missing values.
 */
export class ArrowReader {
  readonly #messages = new ArrowMessages();
  readonly #features: readonly Feature[];
  readonly #extraColumns: "refuse" | "ignore";
  #fields: readonly ArrowField[] | undefined;
  /** For each feature the position of its column; -1 for none. */
  #positions: readonly number[] = [];
  readonly #dictionaries = new Map<number, readonly unknown[]>();
  #dictionaryBytes = 0;

  constructor(features: readonly Feature[], { extraColumns = "refuse" }: ArrowReaderOptions = {}) {
    this.#features = features;
    this.#extraColumns = extraColumns;
  }

  /** The table's columns, once its schema has come. */
  get fields(): readonly ArrowField[] {
    return this.#fields ?? [];
  }

  /** Bytes that it holds in memory. */
  get held(): number {
    return this.#messages.held + this.#dictionaryBytes;
  }

  add(piece: Uint8Array): void {
    this.#messages.add(piece);
  }

  /** @throws SetosaError BODY_SHAPE_INVALID, FEATURE_MISSING, FEATURE_UNKNOWN, FEATURE_REPEATED */
  next(): FeatureBatch | undefined {
    for (let message = this.#messages.next(); message !== undefined; message = this.#messages.next()) {
      const taken = message;
      const batch = readingFlat(() => this.#take(taken));
      if (batch !== undefined) return batch;
    }
    return undefined;
  }

  /** @throws SetosaError BODY_SHAPE_INVALID */
  end(): void {
    this.#messages.end();
    if (this.#fields === undefined) throw notArrow("it has no schema");
  }

  #take({ type, header, body }: ArrowMessage): FeatureBatch | undefined {
    if (this.#fields === undefined) {
      if (type !== headers.schema) throw notArrow("it does not begin with a schema");
      this.#fields = readSchema(header);
      this.#positions = featurePositions(this.#fields, this.#features, this.#extraColumns);
      return undefined;
    }
    if (type === headers.recordBatch) {
      const { rows, columns } = readBatch(header, body, this.#fields, this.#dictionaries);
      return { rows, columns: this.#positions.map((position) => columns[position]), table: columns };
    }
    if (type !== headers.dictionaryBatch) throw notArrow(`it holds a message of type ${type}`);
    this.#takeDictionary(this.#fields, { type, header, body });
    return undefined;
  }

  #takeDictionary(fields: readonly ArrowField[], { header, body }: ArrowMessage): void {
    const id = header.long(0);
    const data = header.table(1);
    const field = fields.find(({ dictionary }) => dictionary?.id === id);
    if (field === undefined || data === undefined) throw notArrow("it holds a dictionary of no column");
    const { rows, columns } = readBatch(data, body, [{ name: field.name, type: field.type }], this.#dictionaries);
    // A list entry for each value, beside its text.
    this.#dictionaryBytes += body.byteLength + rows * 8;
    if (this.#dictionaryBytes > mostBatchBytes) throw notArrow(`its dictionaries take more than ${mostBatchBytes} bytes`);
    const values = Array.from({ length: rows }, (_, row) => columns[0]?.at(row) ?? null);
    this.#dictionaries.set(id, header.bool(2) ? [...(this.#dictionaries.get(id) ?? []), ...values] : values);
  }
}

/**
 * For each feature the position of its column in a table; -1 where there is none and it need not be.
 * @throws SetosaError FEATURE_MISSING, FEATURE_UNKNOWN, FEATURE_REPEATED
 */
export function featurePositions(
  fields: readonly { readonly name: string }[],
  features: readonly Feature[],
  extra: "refuse" | "ignore",
): readonly number[] {
  const known = new Set(features.map(({ name }) => name));
  const positions = new Map<string, number>();
  for (const [position, { name }] of fields.entries()) {
    if (positions.has(name))
      throw new SetosaError("FEATURE_REPEATED", `The table has the column ${quote(name)} more than once.`, {
        path: `[${quote(name)}]`,
        hint: "Give each feature one column.",
      });
    positions.set(name, position);
  }
  const strangers = [...positions.keys()].filter((name) => !known.has(name));
  const found = features.map((feature) => positions.get(feature.name) ?? (feature.absent === undefined ? missing(feature, strangers) : -1));
  const [stranger] = strangers;
  if (stranger !== undefined && extra === "refuse") throw unknown(stranger, known);
  return found;
}

function missing({ name }: Feature, strangers: readonly string[]): never {
  const meant = suggest(name, strangers);
  throw new SetosaError("FEATURE_MISSING", `The table has no column for the feature ${quote(name)}.`, {
    path: `[${quote(name)}]`,
    hint: meant === undefined ? "Give each feature a column of its name." : `It has ${quote(meant)}: did you mean ${quote(name)}?`,
  });
}

/** What pandas calls the column that it makes of a frame's index. */
const pandasIndex = /^__index_level_\d+__$/;

function unknown(name: string, known: ReadonlySet<string>): SetosaError {
  const meant = suggest(name, known);
  const hint = pandasIndex.test(name)
    ? "Leave the index out: pyarrow.Table.from_pandas(frame, preserve_index=False)."
    : "Leave the column out.";
  return new SetosaError("FEATURE_UNKNOWN", `The model has no feature ${quote(name)}.`, {
    path: `[${quote(name)}]`,
    hint: meant === undefined ? hint : `Did you mean ${quote(meant)}?`,
  });
}
