import { headerLine } from "./request-head.ts";

/** Takes the bytes of one body as they come. */
export interface BodyReader {
  /**
   * Reads from `position` on.
   * @returns where the body ended, or undefined when there is more to come
   * @throws BodyFault where the bytes are no body
   */
  take(bytes: Buffer, position: number): number | undefined;
  /** So many bytes have been read; more than the limit are counted and thrown away. */
  readonly length: number;
  /** The whole body; empty where it was longer than the limit. */
  bytes(): Uint8Array;
}

export class BodyFault extends Error {}

const none = new Uint8Array(0);

const firstCapacity = 4096;

/** Where the bytes of a body go. */
export interface BodySink {
  readonly length: number;
  add(part: Buffer): void;
  bytes(): Uint8Array;
}

/** Pieces of a body, up to a limit, in one buffer: a body in a million pieces takes no more memory than one in ten. */
export class Pieces implements BodySink {
  #bytes: Buffer | undefined;
  #length = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#length;
  }

  add(part: Buffer): void {
    const start = this.#length;
    this.#length += part.length;
    if (this.#length > this.#limit) this.#bytes = undefined;
    // The first piece is used as it is: most bodies have no other.
    else if (start === 0) this.#bytes = part;
    else {
      let bytes = this.#bytes as Buffer;
      if (bytes.length < this.#length) {
        bytes = Buffer.allocUnsafe(Math.min(this.#limit, Math.max(firstCapacity, this.#length * 2)));
        (this.#bytes as Buffer).copy(bytes, 0, 0, start);
        this.#bytes = bytes;
      }
      part.copy(bytes, start);
    }
  }

  bytes(): Uint8Array {
    return this.#bytes?.subarray(0, this.#length) ?? none;
  }
}

/** A body of a known length. */
export class SizedBody implements BodyReader {
  readonly #pieces: BodySink;
  #left: number;

  constructor(length: number, sink: BodySink) {
    this.#left = length;
    this.#pieces = sink;
  }

  get length(): number {
    return this.#pieces.length;
  }

  take(bytes: Buffer, position: number): number | undefined {
    const end = Math.min(bytes.length, position + this.#left);
    if (end > position) this.#pieces.add(bytes.subarray(position, end));
    this.#left -= end - position;
    return this.#left === 0 ? end : undefined;
  }

  bytes(): Uint8Array {
    return this.#pieces.bytes();
  }
}

/** Chunk extensions and trailer fields mean nothing here, and end before they cost anything. */
const longestLine = 1024;
const mostTrailerBytes = 8192;
/** A size, and extensions: `;name`, `;name=value`, `;name="value"`. */
const chunkLine = /^([0-9a-f]{1,8})(?:;[!#$%&'*+.^_`|~0-9a-z-]+(?:=(?:[!#$%&'*+.^_`|~0-9a-z-]+|"[\x20-\x21\x23-\x5b\x5d-\x7e]*"))?)*$/i;
/**
 * What says where the body ends, what becomes of the connection, who asks and for what, cannot come behind it (RFC 9110, 6.5.1). Trailer
 * fields are dropped here, but somebody on the way may go by them.
 */
const misplaced =
  /^(?:transfer-encoding|content-length|content-encoding|content-type|host|trailer|te|connection|keep-alive|upgrade|expect|authorization|x-api-key):/i;

/** A body in chunks (RFC 9112, 7.1). */
export class ChunkedBody implements BodyReader {
  readonly #pieces: BodySink;
  #state: "size" | "data" | "data end" | "trailer" = "size";
  /** Of a line that is cut, what has come. */
  #line = "";
  #left = 0;
  #trailerBytes = 0;

  constructor(sink: BodySink) {
    this.#pieces = sink;
  }

  get length(): number {
    return this.#pieces.length;
  }

  bytes(): Uint8Array {
    return this.#pieces.bytes();
  }

  take(bytes: Buffer, start: number): number | undefined {
    let position = start;
    while (position < bytes.length) {
      if (this.#state === "data") {
        const end = Math.min(bytes.length, position + this.#left);
        this.#pieces.add(bytes.subarray(position, end));
        this.#left -= end - position;
        position = end;
        if (this.#left === 0) this.#state = "data end";
        continue;
      }
      const lineEnd = bytes.indexOf(10, position);
      const end = lineEnd < 0 ? bytes.length : lineEnd + 1;
      if (this.#line.length + end - position > longestLine) throw new BodyFault("A chunk's line is too long");
      this.#line += bytes.toString("latin1", position, end);
      position = end;
      if (lineEnd < 0) return undefined;
      if (!this.#line.endsWith("\r\n")) throw new BodyFault("A chunk's line does not end as it has to");
      const line = this.#line.slice(0, -2);
      this.#line = "";
      if (this.#takeLine(line)) return position;
    }
    return undefined;
  }

  /** @returns whether it was the last line of the body */
  #takeLine(line: string): boolean {
    switch (this.#state) {
      case "size": {
        const size = chunkLine.exec(line)?.[1];
        if (size === undefined) throw new BodyFault("A chunk has no size");
        this.#left = Number.parseInt(size, 16);
        this.#state = this.#left === 0 ? "trailer" : "data";
        return false;
      }
      case "data end":
        if (line !== "") throw new BodyFault("A chunk is longer than its size");
        this.#state = "size";
        return false;
      default:
        this.#trailerBytes += line.length;
        if (this.#trailerBytes > mostTrailerBytes) throw new BodyFault("The trailer fields are too long");
        if (line !== "" && (!headerLine.test(line) || misplaced.test(line))) throw new BodyFault("A trailer field is not one");
        return line === "";
    }
  }
}
