import { ApiError } from "../../../api/api-error.ts";
import { CsvCutter, fieldText, type RawRecord } from "./records.ts";

/** Rows that are sent in one request: some hundred kilobytes, so that progress is seen and little is held. */
const chunkRows = 8192;
const chunkCharacters = 1 << 20;

export interface ScoreProgress {
  readonly rows: number;
  /** Bytes of the file whose rows have been predicted: of texts beyond ASCII about as many. */
  readonly bytes: number;
}

export interface ScoreOptions {
  readonly file: Blob;
  /** The features' names: other columns stay in the file and are not sent. */
  readonly features: readonly string[];
  /** Sends CSV with a header and gives the answer's CSV. @throws ApiError */
  readonly predict: (csv: string, signal: AbortSignal) => Promise<string>;
  readonly progress: (progress: ScoreProgress) => void;
  readonly signal: AbortSignal;
}

export interface Scored {
  readonly rows: number;
  /** The file with the answer's columns behind its own. */
  readonly csv: Blob;
  /** The first lines of it, to show: its header and some rows, each as its fields. */
  readonly head: readonly (readonly string[])[];
  /** Columns that were not sent. */
  readonly kept: readonly string[];
}

/** Lines of the answer that are shown. */
const shownLines = 6;

/**
 * Has the rows of a file predicted, piece by piece. Of the file one piece is held at a time; what has been answered is handed to the browser as
 * a Blob, which it keeps on disk where that is large.
 * @throws ApiError with the line of the file; the signal's reason where it was ended
 */
export async function scoreCsv({ file, features, predict, progress, signal }: ScoreOptions): Promise<Scored> {
  const parts: Blob[] = [];
  const head: string[][] = [];
  let header: Header | undefined;
  let chunk: RawRecord[] = [];
  let characters = 0;
  let rows = 0;
  // A browser may read the whole file in one go: how far it is follows from the records.
  const read = { bytes: 0, characters: 0 };
  let predicted = 0;

  const flush = async (): Promise<void> => {
    if (header === undefined || chunk.length === 0) return;
    const sent = chunk;
    predicted += characters;
    chunk = [];
    characters = 0;
    const answer = await predictChunk(header, sent, (csv) => predict(csv, signal));
    const [names = "", ...lines] = answer;
    if (rows === 0) {
      parts.push(new Blob([`${header.line},${names}\n`]));
      head.push([...header.names, ...fieldsOf(names)]);
    }
    for (const [index, line] of lines.slice(0, Math.max(shownLines - head.length, 0)).entries())
      head.push([...(sent[index]?.fields ?? []).map(fieldText), ...fieldsOf(line)]);
    parts.push(new Blob([lines.map((line, index) => `${(sent[index]?.fields ?? []).join(",")},${line}\n`).join("")]));
    rows += lines.length;
    progress({ rows, bytes: Math.round((read.bytes * predicted) / Math.max(read.characters, 1)) });
  };

  const cutter = new CsvCutter();
  const take = async (): Promise<void> => {
    for (const record of cutter.take()) {
      if (header === undefined) {
        header = readHeader(record, features);
        continue;
      }
      if (record.fields.length !== header.names.length) {
        // What comes before it is judged first.
        await flush();
        throw wrongWidth(record, header);
      }
      chunk.push(record);
      characters += record.fields.reduce((sum, field) => sum + field.length + 1, 0);
      if (chunk.length >= chunkRows || characters >= chunkCharacters) await flush();
    }
  };

  const add = (text: string): void => {
    read.characters += text.length;
    cutter.add(text);
  };
  const reader = file.stream().getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) break;
      read.bytes += value.length;
      add(decoder.decode(value, { stream: true }));
      await take();
    }
    add(decoder.decode());
    cutter.end();
    await take();
    await flush();
  } finally {
    // A file that is not read to its end is let go.
    await reader.cancel().catch(() => {});
  }
  if (header === undefined || rows === 0) throw noRows(header === undefined);
  return { rows, csv: new Blob(parts, { type: "text/csv" }), head, kept: header.kept };
}

interface Header {
  readonly line: string;
  readonly names: readonly string[];
  /** Columns that are features, by their position. */
  readonly sent: readonly number[];
  readonly kept: readonly string[];
}

function readHeader({ fields }: RawRecord, features: readonly string[]): Header {
  const names = fields.map(fieldText);
  const known = new Set(features);
  // With none at all the server says best what is wrong, so that it gets them all.
  const some = names.some((name) => known.has(name));
  const positions = [...names.keys()];
  return {
    line: fields.join(","),
    names,
    sent: some ? positions.filter((position) => known.has(names[position] ?? "")) : positions,
    kept: some ? names.filter((name) => !known.has(name)) : [],
  };
}

/** The lines of the answer, its header first. */
async function predictChunk(header: Header, records: readonly RawRecord[], predict: (csv: string) => Promise<string>): Promise<string[]> {
  const names = header.line === "" ? [] : header.names;
  const line = (fields: readonly string[]) => header.sent.map((position) => fields[position] ?? "").join(",");
  const top = line(names.map(quoted));
  let answer: string;
  try {
    answer = await predict(`${top}\n${records.map(({ fields }) => line(fields)).join("\n")}\n`);
  } catch (thrown) {
    throw thrown instanceof ApiError ? inFile(thrown, top, records, header) : thrown;
  }
  const lines = answer.split("\n");
  if (lines.at(-1) === "") lines.pop();
  if (lines.length !== records.length + 1)
    throw new ApiError(`The server answered ${lines.length - 1} rows of ${records.length}.`, { status: 200, code: "ANSWER_INVALID" });
  return lines;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The same error with the file's own lines: the server has seen one piece of it. */
function inFile(error: ApiError, top: string, records: readonly RawRecord[], { sent, names }: Header): ApiError {
  const sentLines: number[] = [];
  let next = 1 + lineEnds(top) + 1;
  for (const { fields } of records) {
    sentLines.push(next);
    next += 1 + sent.reduce((sum, position) => sum + lineEnds(fields[position] ?? ""), 0);
  }
  const inLine = (line: number): number => {
    const index = sentLines.findLastIndex((first) => first <= line);
    const record = records[index];
    return record === undefined ? line : record.line + line - (sentLines[index] ?? line);
  };
  const renamed = (text: string) =>
    text
      .replace(/\b([Ll]ine) (\d+)/g, (_, word: string, line: string) => `${word} ${inLine(Number(line))}`)
      .replace(/\bcolumn (\d+)/g, (_, column: string) => `column ${(sent[Number(column) - 1] ?? names.length) + 1}`);
  const { status, code, path, hint, retryAfter } = error;
  return new ApiError(renamed(error.message), { status, code, path: path && renamed(path), hint, retryAfter });
}

function lineEnds(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}

function fieldsOf(line: string): string[] {
  const cutter = new CsvCutter();
  cutter.add(line);
  cutter.end();
  return [...cutter.take()].flatMap(({ fields }) => fields.map(fieldText));
}

function wrongWidth({ fields, line }: RawRecord, { names }: Header): ApiError {
  return new ApiError(
    `Line ${line} has ${fields.length} ${fields.length === 1 ? "field" : "fields"}, and the header has ${names.length}.`,
    { status: 0, code: "CSV_INVALID", path: `line ${line}`, hint: "Check the commas and the quotes of that line, and of the one before." },
  );
}

function noRows(empty: boolean): ApiError {
  return new ApiError(empty ? "The file is empty." : "The file has a header and no rows.", {
    status: 0,
    code: "ROWS_EMPTY",
    hint: "The first line names the columns, and each line behind it is a row.",
  });
}
