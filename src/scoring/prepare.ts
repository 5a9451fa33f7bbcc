import { SetosaError } from "../errors.ts";
import type { Model } from "../models/model.ts";
import { answerColumns } from "../protocols/predict/tables/answer-columns.ts";
import type { Job } from "./job.ts";
import { openParquet } from "./parquet-file.ts";
import type { InputSettings } from "./settings.ts";
import type { Source } from "./source.ts";
import { arrowJobs } from "./splitters/arrow.ts";
import { readHeader, textJobs } from "./splitters/csv.ts";

/** A table that has been looked into, and its parts. */
export interface Prepared {
  readonly input: InputSettings;
  readonly jobs: AsyncIterable<Job>;
  /** Rows of the whole table, where that is known before. */
  readonly rows?: number;
}

export interface PrepareOptions {
  /** Whether CSV's first record names the columns. */
  readonly header: boolean;
  readonly keepColumns: boolean;
}

/** @throws SetosaError where the table cannot be read */
export async function prepare(model: Model, source: Source, { header: named, keepColumns }: PrepareOptions): Promise<Prepared> {
  const { format, path = "" } = source;
  if (format === "parquet") {
    const prepared = await parquetJobs(source);
    if (keepColumns) checkNames(model, prepared.names);
    return prepared;
  }
  const pieces = source.stream()[Symbol.asyncIterator]();
  if (format === "arrow") return { input: { format, path }, jobs: arrowJobs(pieces) };
  if (format === "jsonl") {
    const first = await pieces.next();
    const rest = first.done === true ? new Uint8Array(0) : first.value;
    const keys = keepColumns ? firstKeys(rest) : [];
    if (keepColumns) checkNames(model, keys);
    const known = new Set(model.signature.features.map(({ name }) => name));
    return {
      input: { format, path, extraKeys: keys.filter((key) => !known.has(key)) },
      jobs: textJobs({ rest, line: 1, quotes: false }, pieces),
    };
  }
  if (!named) return { input: { format, path }, jobs: textJobs({ rest: new Uint8Array(0), line: 1, quotes: true }, pieces) };
  const { header, rest } = await readHeader(pieces);
  if (header === undefined)
    throw new SetosaError("ROWS_EMPTY", "The file is empty.", { path: source.name, hint: "Give at least one row." });
  if (keepColumns) checkNames(model, header.fields);
  const line = header.line + 1 + header.fields.reduce((sum, field) => sum + (field.match(/\r\n|\r|\n/g)?.length ?? 0), 0);
  return { input: { format, path, header }, jobs: textJobs({ rest, line, quotes: true }, pieces) };
}

async function parquetJobs(source: Source): Promise<Prepared & { readonly names: readonly string[] }> {
  const { path } = source;
  if (path === undefined || source.size === undefined)
    throw new SetosaError("ARGUMENT_INVALID", "Parquet is read from several places of a file, and not from a pipe.", {
      path: source.name,
      hint: "Write it to a file, and name that.",
    });
  source.destroy();
  const file = await openParquet(path);
  await file.close();
  const rows = file.groups.reduce((sum, count) => sum + count, 0);
  async function* jobs(): AsyncGenerator<Job> {
    let from = 0;
    for (const count of file.groups) {
      if (count > 0) yield { kind: "parquet", from, to: from + count };
      from += count;
    }
  }
  return { input: { format: "parquet", path }, jobs: jobs(), rows, names: file.columns.map(({ name }) => name) };
}

/** The keys of the first row of JSON Lines. What is no JSON is told by who reads it. */
function firstKeys(text: Uint8Array): string[] {
  const [line = ""] = new TextDecoder().decode(text).trimStart().split("\n", 1);
  try {
    const row: unknown = JSON.parse(line);
    return typeof row === "object" && row !== null && !Array.isArray(row) ? Object.keys(row) : [];
  } catch {
    return [];
  }
}

/** Kept columns stand beside those of the answers. */
export function checkNames({ signature }: Model, names: readonly string[]): void {
  const { labels, scores } = answerColumns(signature);
  const answered = new Set([...labels.map(({ name }) => name), ...scores, "prediction"]);
  const taken = names.find((name) => answered.has(name));
  if (taken !== undefined)
    throw new SetosaError("FEATURE_REPEATED", `The table has a column ${JSON.stringify(taken)}, and so have the answers.`, {
      path: `column ${JSON.stringify(taken)}`,
      hint: "Name it otherwise, or leave --keep-columns out.",
    });
}
