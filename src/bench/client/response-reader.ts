/** One answer, as it came. */
export interface Answer {
  readonly status: number;
  /** Status line and headers, without the empty line. */
  readonly head: string;
  /** Valid until the next bytes are read. */
  readonly body: Buffer;
  /** Of head and body. */
  readonly bytes: number;
  /** Whether the server keeps the connection for another request. */
  readonly keepAlive: boolean;
}

/** What a head says of the body behind it. */
interface Head {
  readonly text: string;
  readonly status: number;
  readonly keepAlive: boolean;
  readonly chunked: boolean;
  /** Undefined where the body ends with the connection. */
  readonly length: number | undefined;
}

const emptyLine = "\r\n\r\n";
const maxHeadBytes = 1 << 20;
const maxBodyBytes = 256 << 20;
const maxKnownHeads = 256;
const empty: Buffer = Buffer.alloc(0);

/**
 * Reads the answers of one HTTP/1.1 connection that has one request under way (RFC 9112). An answer that comes whole,
 * as most do, is read without a copy, and a head that came before is not parsed again: a server sends few different ones.
 */
export class ResponseReader {
  #rest = empty;
  /** Set once the head is known to have no length: the body ends with the connection. */
  #untilEnd = false;
  readonly #known = new Map<string, Head>();
  /** Where the last head ended, and the next one probably does. */
  #lastHeadEnd = 0;

  /**
   * @param chunk Read from; what is kept of it is copied
   * @param length How many of its bytes have been received
   * @returns the answer once it is whole
   * @throws Error when the bytes are no HTTP answer, with what is wrong
   */
  push(chunk: Buffer, length = chunk.length): Answer | undefined {
    let bytes = chunk;
    let start = 0;
    let end = length;
    if (this.#rest.length > 0) {
      bytes = Buffer.concat([this.#rest, chunk.subarray(0, length)]);
      end = bytes.length;
    }
    for (;;) {
      const headEnd = this.#headEnd(bytes, start, end);
      if (headEnd < 0) {
        if (end - start > maxHeadBytes) throw new Error("headers that do not end");
        return this.#wait(bytes, start, end);
      }
      const head = this.#head(bytes.toString("latin1", start, headEnd));
      const bodyStart = headEnd + emptyLine.length;
      // An interim answer, before the real one (RFC 9110, 15.2).
      if (head.status >= 200) return this.#body(bytes, start, bodyStart, end, head);
      start = bodyStart;
    }
  }

  /** What the end of the connection completes: an answer without a length. */
  end(): Answer | undefined {
    if (!this.#untilEnd) return undefined;
    const bytes = this.#rest;
    const headEnd = bytes.indexOf(emptyLine);
    const head = this.#head(bytes.toString("latin1", 0, headEnd));
    this.#rest = empty;
    this.#untilEnd = false;
    return new Received({ ...head, keepAlive: false }, bytes, headEnd + emptyLine.length, bytes.length, bytes.length);
  }

  #headEnd(bytes: Buffer, start: number, end: number): number {
    const guess = start + this.#lastHeadEnd;
    const ends = guess + 4 <= end && bytes[guess] === 13 && bytes[guess + 1] === 10 && bytes[guess + 2] === 13 && bytes[guess + 3] === 10;
    // A known head has no empty line within it, so that this is its end.
    if (ends && this.#known.has(bytes.toString("latin1", start, guess))) return guess;
    const found = bytes.indexOf(emptyLine, start);
    // Behind what was received lies what an earlier answer left.
    if (found < 0 || found + emptyLine.length > end) return -1;
    this.#lastHeadEnd = found - start;
    return found;
  }

  #head(text: string): Head {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const head = parseHead(text);
    if (this.#known.size >= maxKnownHeads) this.#known.clear();
    this.#known.set(text, head);
    return head;
  }

  #body(bytes: Buffer, start: number, bodyStart: number, end: number, head: Head): Answer | undefined {
    if (head.chunked) {
      const decoded = decodeChunks(bytes.subarray(0, end), bodyStart);
      if (decoded === undefined) return this.#wait(bytes, start, end);
      this.#finish(decoded.end, end);
      return new Received(head, decoded.body, 0, decoded.body.length, decoded.end - start);
    }
    if (head.length === undefined) {
      this.#untilEnd = true;
      return this.#wait(bytes, start, end);
    }
    const bodyEnd = bodyStart + head.length;
    if (end < bodyEnd) return this.#wait(bytes, start, end);
    this.#finish(bodyEnd, end);
    return new Received(head, bytes, bodyStart, bodyEnd, bodyEnd - start);
  }

  #finish(answerEnd: number, end: number): void {
    if (end > answerEnd) throw new Error("more bytes than the answer has");
    if (this.#rest.length > 0) this.#rest = empty;
  }

  #wait(bytes: Buffer, start: number, end: number): undefined {
    if (end - start > maxBodyBytes) throw new Error("an answer of more than 256 MiB");
    // The chunk may be the socket's own buffer, which the next read overwrites.
    this.#rest = Buffer.from(bytes.subarray(start, end));
    return undefined;
  }
}

/** Its body is a view that is made when somebody looks. */
class Received implements Answer {
  readonly #head: Head;
  readonly #buffer: Buffer;
  readonly #start: number;
  readonly #end: number;
  readonly bytes: number;

  constructor(head: Head, buffer: Buffer, start: number, end: number, bytes: number) {
    this.#head = head;
    this.#buffer = buffer;
    this.#start = start;
    this.#end = end;
    this.bytes = bytes;
  }

  get status(): number {
    return this.#head.status;
  }

  get keepAlive(): boolean {
    return this.#head.keepAlive;
  }

  get head(): string {
    return this.#head.text;
  }

  get body(): Buffer {
    return this.#buffer.subarray(this.#start, this.#end);
  }
}

function parseHead(text: string): Head {
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |\r|$)/.exec(text)?.[1]);
  if (Number.isNaN(status)) throw new Error("an answer that is not HTTP/1.1");
  const chunked = /\ntransfer-encoding:[^\r\n]*chunked/i.test(text);
  const length = /\ncontent-length:[ \t]*(\d{1,15})[ \t]*(?:\r|$)/i.exec(text)?.[1];
  const bodiless = status < 200 || status === 204 || status === 304;
  return {
    text,
    status,
    chunked: chunked && !bodiless,
    length: bodiless ? 0 : length === undefined ? undefined : Number(length),
    keepAlive: keepsAlive(text),
  };
}

function keepsAlive(head: string): boolean {
  const connection = /\nconnection:[ \t]*([^\r\n]*)/i.exec(head)?.[1]?.toLowerCase();
  if (connection === undefined) return head.startsWith("HTTP/1.1");
  return head.startsWith("HTTP/1.1") ? !connection.includes("close") : connection.includes("keep-alive");
}

/** The chunked coding (RFC 9112, 7.1); undefined while it is not whole. */
function decodeChunks(bytes: Buffer, start: number): { readonly body: Buffer; readonly end: number } | undefined {
  const parts: Buffer[] = [];
  for (let position = start; ; ) {
    const lineEnd = bytes.indexOf("\r\n", position);
    if (lineEnd < 0) return undefined;
    const size = /^[0-9a-f]{1,8}(?=[ \t;]|$)/i.exec(bytes.toString("latin1", position, lineEnd))?.[0];
    if (size === undefined) throw new Error("a chunk without a size");
    const length = Number.parseInt(size, 16);
    position = lineEnd + 2;
    if (length === 0) {
      // Trailer fields may come before the empty line.
      const end = bytes.subarray(position, position + 2).equals(Buffer.from("\r\n")) ? position : bytes.indexOf(emptyLine, position) + 2;
      return end < position || bytes.length < end + 2 ? undefined : { body: Buffer.concat(parts), end: end + 2 };
    }
    if (bytes.length < position + length + 2) return undefined;
    parts.push(bytes.subarray(position, position + length));
    position += length + 2;
  }
}
