import type { Wire } from "../http1/wire.ts";

/** Bytes that frames are written into, one behind the other; what has been handed to the socket is never written again. */
const pageBytes = 16_384;

/** What a connection has to say, collected until its turn is over: answers to many streams leave in one write. */
export class Output {
  readonly #wire: Wire;
  #page: Buffer = Buffer.allocUnsafeSlow(pageBytes);
  /** Of the page, from here on it is not yet sent. */
  #from = 0;
  #to = 0;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** Bytes that are written but not sent. */
  get length(): number {
    return this.#to - this.#from;
  }

  /** The page to write into. To be asked after `reserve`. */
  get page(): Buffer {
    return this.#page;
  }

  /** Room for so many bytes in the page: where they begin. */
  reserve(bytes: number): number {
    if (this.#to + bytes > this.#page.length) {
      this.flush();
      this.#page = Buffer.allocUnsafeSlow(Math.max(pageBytes, bytes));
      this.#from = 0;
      this.#to = 0;
    }
    const at = this.#to;
    this.#to += bytes;
    return at;
  }

  write(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length);
    this.#page.set(bytes, at);
  }

  flush(): void {
    const { length } = this;
    if (length === 0) return;
    const bytes = this.#page.subarray(this.#from, this.#to);
    this.#from = this.#to;
    this.#wire.write(bytes, length);
  }
}
