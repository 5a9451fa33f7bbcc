/** An answer of the server under test, as a client that forgives nothing reads it. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** Latin1. */
  readonly body: string;
}

export interface AnswerReading {
  /** Final ones: what 1xx announces is counted apart. */
  readonly answers: readonly RawAnswer[];
  readonly interim: number;
  /** Why the bytes are no sequence of answers. */
  readonly fault: string | undefined;
}

const statusLine = /^HTTP\/1\.1 ([1-5]\d\d) [\t\x20-\x7e]*$/;
const headerLine = /^([a-z0-9-]+): ([\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)$/i;

/** What is refused as no request has a body, even where the reference takes it for a HEAD. */
const refusal = /\{"error":\{"code":"(?:REQUEST_INVALID|HEADERS_TOO_LARGE)"/y;

/** @param heads Of which requests, by position, the answers have no body; undefined where that has to be seen from what follows */
export function readAnswers(text: string, heads: (position: number) => boolean | undefined): AnswerReading {
  const answers: RawAnswer[] = [];
  let interim = 0;
  let position = 0;
  const reading = (fault?: string): AnswerReading => ({ answers, interim, fault });
  while (position < text.length) {
    const end = text.indexOf("\r\n\r\n", position);
    if (end < 0) return reading("a head without an end");
    const [first = "", ...lines] = text.slice(position, end).split("\r\n");
    const status = Number(statusLine.exec(first)?.[1]);
    if (Number.isNaN(status)) return reading(`a status line ${JSON.stringify(first.slice(0, 80))}`);
    const headers = new Map<string, string>();
    for (const line of lines) {
      const [, name, value] = headerLine.exec(line) ?? [];
      if (name === undefined || value === undefined) return reading(`a header ${JSON.stringify(line.slice(0, 80))}`);
      if (headers.has(name.toLowerCase())) return reading(`${name} twice`);
      headers.set(name.toLowerCase(), value);
    }
    position = end + 4;
    if (status < 200) {
      if (status !== 100 || headers.size > 0) return reading(`an interim answer ${status}`);
      interim++;
      continue;
    }
    if (headers.has("transfer-encoding")) return reading("an answer in chunks");
    const length = headers.get("content-length");
    if (status === 204 ? length !== undefined : !/^\d+$/.test(length ?? "")) return reading(`${status} with content-length ${length}`);
    refusal.lastIndex = position;
    const isHead = heads(answers.length) ?? (position === text.length || text.startsWith("HTTP/1.1 ", position));
    const bytes = status === 204 || (isHead && !refusal.test(text)) ? 0 : Number(length);
    if (position + bytes > text.length) return reading("a body that ends too soon");
    answers.push({ status, headers, body: text.slice(position, position + bytes) });
    position += bytes;
  }
  return reading();
}
