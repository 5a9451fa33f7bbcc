/** One record of a CSV text, as it was written. */
export interface RawRecord {
  /** Each field with its quotes. */
  readonly fields: readonly string[];
  /** The line that it begins on, from 1 on. */
  readonly line: number;
}

/** Characters of one record: beyond it a quote is open that nothing closes. */
const longestRecord = 1 << 20;

/**
 * Cuts a CSV text that comes in pieces into records (RFC 4180), without a look at what they say: the server judges that. A quote that is never
 * closed, or a field with something behind its quote, goes on as it is, and the server names its line.
 */
export class CsvCutter {
  #text = "";
  #line = 1;
  #ended = false;
  #begun = false;

  add(text: string): void {
    this.#text += text;
    if (this.#begun || this.#text === "") return;
    this.#begun = true;
    // Excel writes a byte order mark.
    if (this.#text.charCodeAt(0) === 0xfeff) this.#text = this.#text.slice(1);
  }

  end(): void {
    this.#ended = true;
  }

  /** The records that have come whole; empty lines count for nothing. */
  *take(): Generator<RawRecord> {
    const text = this.#text;
    let at = 0;
    let line = this.#line;
    while (at < text.length) {
      const fields: string[] = [];
      const first = line;
      let from = at;
      let quoted = false;
      let end = -1;
      let index = at;
      for (; index < text.length; index++) {
        const code = text.charCodeAt(index);
        if (code === 0x22) {
          // Only at the beginning of a field does a quote open one; two of them inside stand for one.
          if (quoted) quoted = false;
          else if (text.charCodeAt(from) === 0x22 && (index === from || text.charCodeAt(index - 1) === 0x22)) quoted = true;
        } else if (code === 0x0a || code === 0x0d) {
          // A line feed that comes next would belong to this carriage return.
          if (code === 0x0d && index === text.length - 1 && !this.#ended) break;
          const width = code === 0x0d && text.charCodeAt(index + 1) === 0x0a ? 2 : 1;
          line++;
          if (!quoted) {
            fields.push(text.slice(from, index));
            end = index + width;
            break;
          }
          index += width - 1;
        } else if (code === 0x2c && !quoted) {
          fields.push(text.slice(from, index));
          from = index + 1;
        }
      }
      if (end < 0) {
        if (!this.#ended && index - at < longestRecord) {
          line = first;
          break;
        }
        fields.push(text.slice(from));
        end = text.length;
      }
      at = end;
      if (fields.length > 1 || fields[0] !== "") yield { fields, line: first };
    }
    this.#text = text.slice(at);
    this.#line = line;
  }
}

/** What a raw field says. */
export function fieldText(raw: string): string {
  return raw.startsWith('"') ? raw.replace(/^"|"$/g, "").replaceAll('""', '"') : raw;
}
