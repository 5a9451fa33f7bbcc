import { CsvRecords } from "../../protocols/csv-records.ts";
import { decodeCsv } from "../inputs/csv.ts";
import type { Job } from "../job.ts";
import type { InputSettings } from "../settings.ts";
import { TextSplitter } from "./text.ts";

type Header = NonNullable<InputSettings["header"]>;

/** A header of more bytes is refused by who reads it. */
const longestHeader = 4 << 20;

/** The first record of a CSV text, and the text behind it. */
export async function readHeader(
  pieces: AsyncIterator<Uint8Array>,
): Promise<{ readonly header: Header | undefined; readonly rest: Uint8Array }> {
  let text: Uint8Array = new Uint8Array(0);
  let end = -1;
  while (end < 0 && text.length < longestHeader) {
    const next = await pieces.next();
    if (next.done === true) break;
    text = text.length === 0 ? next.value : Buffer.concat([text, next.value]);
    end = firstRecordEnd(text);
  }
  const head = end < 0 ? text : text.subarray(0, end);
  const records = new CsvRecords();
  records.add(decodeCsv(head));
  records.end();
  const record = records.next();
  if (record === undefined) return { header: undefined, rest: new Uint8Array(0) };
  return {
    header: { fields: [...record.fields], quoted: [...record.quoted], line: record.line },
    rest: end < 0 ? new Uint8Array(0) : text.subarray(end),
  };
}

/** Empty lines before it count for nothing. */
function firstRecordEnd(text: Uint8Array): number {
  let inQuotes = false;
  let begun = false;
  for (let at = 0; at < text.length; at++) {
    const byte = text[at] as number;
    const isEnd = byte === 0x0a || byte === 0x0d;
    if (byte === 0x22) inQuotes = !inQuotes;
    if (!isEnd) begun = true;
    // A line feed that comes next belongs to this carriage return.
    else if (begun && !inQuotes && (byte === 0x0a || at + 1 < text.length)) return byte === 0x0d && text[at + 1] === 0x0a ? at + 2 : at + 1;
  }
  return -1;
}

/** The jobs of a text whose beginning has been read. */
export async function* textJobs(
  { rest, line, quotes }: { readonly rest: Uint8Array; readonly line: number; readonly quotes: boolean },
  pieces: AsyncIterator<Uint8Array>,
): AsyncGenerator<Job> {
  const splitter = new TextSplitter({ quotes }, line);
  const first = rest.length === 0 ? undefined : splitter.add(rest);
  if (first !== undefined) yield first;
  for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
    const job = splitter.add(next.value);
    if (job !== undefined) yield job;
  }
  const last = splitter.end();
  if (last !== undefined) yield last;
}
