import { SetosaError } from "../errors.ts";
import type { AnswerStream, BodyStream, Head } from "../protocols/exchange.ts";
import { goneError, tooLargeError } from "../server/http1/stream-errors.ts";
import { responseInit } from "./response.ts";

/** Bytes of an answer that may wait for their client before the writer is held up. */
const mostUntaken = 131_072;

export interface ExchangeOptions {
  readonly request: Request;
  /** Bytes that the body may have. */
  readonly most: number;
  readonly requestId: string | undefined;
  /** Takes the response as soon as its head is known. */
  readonly respond: (response: Response) => void;
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** A request's body and its response as streams of the web, each held to the pace of the other. */
export class WebExchange implements BodyStream, AnswerStream {
  readonly #options: ExchangeOptions;
  readonly #reader: Reader | undefined;
  readonly #encoder = new TextEncoder();
  /** The next piece is asked for before it is wanted: else nobody would know that the last one was the last. */
  #ahead: Promise<Uint8Array | undefined>;
  #length = 0;
  #written = 0;
  #ended = false;
  #broken: SetosaError | undefined;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #writer: { readonly promise: Promise<void>; readonly resolve: () => void; readonly reject: (error: SetosaError) => void } | undefined;
  readonly #abort = () => this.break(goneError());

  constructor(options: ExchangeOptions) {
    this.#options = options;
    const { body, signal } = options.request;
    this.#reader = body === null ? undefined : (body.getReader() as Reader);
    signal.addEventListener("abort", this.#abort, { once: true });
    this.#ahead = this.#next();
  }

  get length(): number {
    return this.#length;
  }

  get broken(): SetosaError | undefined {
    return this.#broken;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get begun(): boolean {
    return this.#controller !== undefined;
  }

  get written(): number {
    return this.#written;
  }

  async read(): Promise<Uint8Array | undefined> {
    const piece = await this.#ahead;
    if (this.#broken !== undefined) throw this.#broken;
    if (piece !== undefined) this.#ahead = this.#next();
    return piece;
  }

  begin(head: Head, requestId = this.#options.requestId): void {
    if (this.begun) throw new SetosaError("INTERNAL", "An answer was begun twice.");
    if (this.#broken !== undefined) throw this.#broken;
    const stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => {
          this.#writer?.resolve();
          this.#writer = undefined;
        },
        cancel: () => this.break(goneError()),
      },
      { highWaterMark: mostUntaken, size: (piece) => piece?.byteLength ?? 0 },
    );
    this.#options.respond(new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>, responseInit(head, { requestId })));
  }

  write(piece: string | Uint8Array): Promise<void> | undefined {
    if (this.#broken !== undefined) throw this.#broken;
    const controller = this.#controller;
    if (controller === undefined) throw new SetosaError("INTERNAL", "An answer was written before it was begun.");
    const bytes = typeof piece === "string" ? this.#encoder.encode(piece) : piece;
    this.#written += bytes.length;
    if (bytes.length > 0) controller.enqueue(bytes);
    if ((controller.desiredSize ?? 0) > 0) return undefined;
    this.#writer ??= pending();
    return this.#writer.promise;
  }

  /** Nothing more can be read or written. */
  break(error: SetosaError): void {
    if (this.#broken !== undefined) return;
    this.#broken = error;
    void this.#reader?.cancel(error).catch(() => {});
    this.#writer?.reject(error);
    this.#writer = undefined;
  }

  /** The handler is done. @param error What breaks off an answer that was begun */
  finish(error: SetosaError | undefined): void {
    this.#options.request.signal.removeEventListener("abort", this.#abort);
    // What is left of the body is of no use to anybody.
    if (!this.#ended) void this.#reader?.cancel().catch(() => {});
    if (error !== undefined) this.#controller?.error(error);
    // Of one that was cancelled nothing is left to close.
    else if (this.#broken === undefined) this.#controller?.close();
  }

  /** Undefined behind the last piece, and where there will be no more of it: `broken` says why. */
  async #next(): Promise<Uint8Array | undefined> {
    try {
      const piece = await this.#reader?.read();
      if (piece === undefined || piece.done) {
        this.#ended = true;
        return undefined;
      }
      this.#length += piece.value.length;
      if (this.#length <= this.#options.most) return piece.value;
      this.break(tooLargeError(this.#options.most));
    } catch {
      this.break(goneError());
    }
    return undefined;
  }
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function pending() {
  let settle: { readonly resolve: () => void; readonly reject: (error: SetosaError) => void } | undefined;
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Who writes may have stopped to wait for it.
  promise.catch(() => {});
  return { promise, resolve: () => settle?.resolve(), reject: (error: SetosaError) => settle?.reject(error) };
}
