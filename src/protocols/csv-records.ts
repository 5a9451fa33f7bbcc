import { SetosaError } from "../errors.ts";

/** One record of a CSV text. The lists are the reader's own, and hold the next record's fields after the next call. */
export interface CsvRecord {
  readonly fields: readonly string[];
  /** Whether a field stood in quotes: `""` is a text without characters, and nothing at all is a missing value. */
  readonly quoted: readonly boolean[];
  /** The line on which the record begins, from 1 on. */
  readonly line: number;
}

/** Characters of one record that are kept while its end has not come. */
const longestRecord = 1 << 20;

const quote = 0x22;
const comma = 0x2c;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const byteOrderMark = 0xfeff;

/**
 * Splits text that comes in pieces into records, as RFC 4180 says: fields between commas, in double quotes where they hold commas, line
 * ends or (doubled) quotes. Beyond it, lines may end as those of any system do, empty lines count for nothing, and a byte order mark
 * (Excel writes one) is left out.
 */
export class CsvRecords {
  readonly #fields: string[] = [];
  readonly #quoted: boolean[] = [];
  /** What has come and is not read yet. */
  #text = "";
  #at = 0;
  #line: number;
  #ended = false;
  #begun: boolean;

  /** @param line On which the text begins: beyond the first, nothing in it is a byte order mark */
  constructor(line = 1) {
    this.#line = line;
    this.#begun = line > 1;
  }

  /** Adds text behind what has come: never half of a surrogate pair at its end. */
  add(text: string): void {
    this.#text = this.#at === this.#text.length ? text : this.#text.slice(this.#at) + text;
    this.#at = 0;
    if (this.#begun || this.#text.length === 0) return;
    this.#begun = true;
    if (this.#text.charCodeAt(0) === byteOrderMark) this.#at = 1;
  }

  /** Nothing follows. */
  end(): void {
    this.#ended = true;
  }

  /**
   * The next record; undefined where it has not come whole, or there is none.
   * @throws SetosaError CSV_INVALID
   */
  next(): CsvRecord | undefined {
    for (;;) {
      const line = this.#line;
      const end = this.#record();
      if (end < 0) return undefined;
      this.#at = end;
      if (this.#fields.length > 1 || this.#fields[0] !== "" || this.#quoted[0] === true)
        return { fields: this.#fields, quoted: this.#quoted, line };
      if (end === this.#text.length && this.#ended) return undefined;
    }
  }

  /** Reads one record; where it ends, or -1 where that has not come. */
  #record(): number {
    const text = this.#text;
    const from = this.#at;
    const { length } = text;
    if (from === length) return -1;
    let line = this.#line;
    let count = 0;
    let at = from;
    for (;;) {
      let field: string;
      const isQuoted = at < length && text.charCodeAt(at) === quote;
      if (isQuoted) {
        const close = closingQuote(text, at + 1);
        // A quote at the very end may be the first of two.
        if (close < 0 || (close === length - 1 && !this.#ended)) return this.#incomplete(close < 0, line, count);
        field = text.slice(at + 1, close);
        line += countLineEnds(field);
        if (field.includes('"')) field = field.replaceAll('""', '"');
        at = close + 1;
      } else {
        const start = at;
        let code = 0;
        for (; at < length; at++) {
          code = text.charCodeAt(at);
          if (code === comma || code === lineFeed || code === carriageReturn || code === quote) break;
        }
        if (at < length && code === quote)
          throw invalid(line, count, "has a double quote inside a field that does not begin with one", 'Write "a ""quoted"" word".');
        field = text.slice(start, at);
      }
      this.#fields[count] = field;
      this.#quoted[count] = isQuoted;
      count++;
      const code = at < length ? text.charCodeAt(at) : -1;
      if (code === comma) {
        at++;
        continue;
      }
      if (code >= 0 && code !== lineFeed && code !== carriageReturn)
        throw invalid(line, count - 1, "has text after the closing quote of a field", "Put a comma between fields.");
      // A line feed that comes next would belong to this carriage return.
      if (!this.#ended && (code < 0 || (code === carriageReturn && at === length - 1))) return this.#incomplete(false, line, count);
      if (code >= 0) {
        at += code === carriageReturn && text.charCodeAt(at + 1) === lineFeed ? 2 : 1;
        line++;
      }
      this.#fields.length = count;
      this.#quoted.length = count;
      this.#line = line;
      return at;
    }
  }

  #incomplete(open: boolean, line: number, column: number): -1 {
    if (open && this.#ended) throw invalid(line, column, "opens a double quote that nothing closes", "Close it, or write it twice.");
    if (this.#text.length - this.#at > longestRecord)
      throw invalid(
        this.#line,
        undefined,
        `goes on for more than ${longestRecord} characters`,
        "Is a double quote open, or are there no line ends?",
      );
    return -1;
  }
}

/** Of a field that begins at `from`; -1 where there is none. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) if (text.charCodeAt(at + 1) !== quote) return at;
  return -1;
}

function countLineEnds(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}

function invalid(line: number, column: number | undefined, what: string, hint: string): SetosaError {
  const place = csvPlace(line, column);
  return new SetosaError("CSV_INVALID", `The CSV ${what}, at ${place}.`, { path: place, hint });
}

/** Where something stands, for people: `line 5, column 3 ("petal width (cm)")`. Lines and columns count from 1. */
export function csvPlace(line: number, column?: number, name?: string): string {
  if (column === undefined) return `line ${line}`;
  return `line ${line}, column ${column + 1}${name === undefined ? "" : ` (${JSON.stringify(name.slice(0, 80))})`}`;
}
