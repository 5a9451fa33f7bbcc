import { SetosaError } from "../../errors.ts";
import type { AnswerStream, BodyStream, Head } from "../../protocols/exchange.ts";
import type { BodySink } from "./body.ts";

/** Bytes of a body that may wait for their reader before the client is held up. */
const mostUnread = 262_144;
/** Bytes of an answer that may wait for their client before the writer is held up. */
const mostUntaken = 131_072;
/** A body that takes its time has to bring at least so many bytes for each of its waits. */
const leastProgress = 4096;

/** What a streamed exchange needs of its connection. */
export interface StreamHost {
  /** Bytes of answers that the client has not taken. */
  readonly backlog: number;
  begin(head: Head, requestId?: string): void;
  /** @returns how many bytes it was */
  write(piece: string | Uint8Array): number;
  holdUp(): void;
  goOn(): void;
  /** The client has moved, or it is its move now: its time begins anew. */
  clientsMove(): void;
  /** It is the handler's move. */
  handlersMove(): void;
}

interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: SetosaError) => void;
}

const nothing = new Uint8Array(0);

/** One request whose body is read in pieces, and whose answer is written in pieces, with both sides held to the pace of the other. */
export class StreamedExchange implements BodyStream, AnswerStream, BodySink {
  readonly #host: StreamHost;
  readonly #unread: Buffer[] = [];
  #unreadBytes = 0;
  #length = 0;
  #progressAt = 0;
  #written = 0;
  #ended = false;
  #begun = false;
  #broken: SetosaError | undefined;
  #done = false;
  #reader: Waiter<Uint8Array | undefined> | undefined;
  #writer: (Waiter<void> & { readonly promise: Promise<void> }) | undefined;
  /** The backlog when its client's time began. */
  #untaken = 0;

  constructor(host: StreamHost) {
    this.#host = host;
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
    return this.#begun;
  }

  get written(): number {
    return this.#written;
  }

  /** Whether the client has to be held up. */
  get isFull(): boolean {
    return this.#unreadBytes > mostUnread;
  }

  /** Nobody keeps the body: it goes through. */
  bytes(): Uint8Array {
    return nothing;
  }

  add(part: Buffer): void {
    this.#length += part.length;
    // What comes behind a failure, or the answer, is thrown away.
    if (this.#done || this.#broken !== undefined) return;
    if (this.#length - this.#progressAt >= leastProgress) {
      this.#progressAt = this.#length;
      if (this.#reader !== undefined || this.#writer !== undefined) this.#host.clientsMove();
    }
    const reader = this.#reader;
    if (reader !== undefined) {
      this.#reader = undefined;
      this.#settle();
      reader.resolve(part);
      return;
    }
    this.#unread.push(part);
    this.#unreadBytes += part.length;
    if (this.isFull) this.#host.holdUp();
  }

  /** The body is whole. */
  end(): void {
    this.#ended = true;
    const reader = this.#reader;
    this.#reader = undefined;
    this.#settle();
    reader?.resolve(undefined);
  }

  /** Nothing more can be read or written. What has come stays unread. */
  break(error: SetosaError): void {
    if (this.#broken !== undefined || this.#done) return;
    this.#broken = error;
    this.#unread.length = 0;
    this.#unreadBytes = 0;
    const [reader, writer] = [this.#reader, this.#writer];
    this.#reader = undefined;
    this.#writer = undefined;
    reader?.reject(error);
    writer?.reject(error);
  }

  /** The handler has answered: what is left of the body is thrown away. */
  finish(): void {
    this.#done = true;
    this.#unread.length = 0;
    this.#unreadBytes = 0;
    this.#host.goOn();
  }

  /** The client has taken what was written. */
  drained(): void {
    const writer = this.#writer;
    if (writer === undefined || this.#host.backlog > mostUntaken) return;
    this.#writer = undefined;
    this.#settle();
    writer.resolve();
  }

  /** Whether the client has taken something since it was looked at last. */
  hasTaken(): boolean {
    const { backlog } = this.#host;
    const taken = this.#writer !== undefined && backlog < this.#untaken;
    this.#untaken = backlog;
    return taken;
  }

  read(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    if (this.#broken !== undefined) throw this.#broken;
    const part = this.#unread.shift();
    if (part !== undefined) {
      const wasFull = this.isFull;
      this.#unreadBytes -= part.length;
      if (wasFull && !this.isFull) this.#host.goOn();
      return part;
    }
    if (this.#ended) return undefined;
    this.#host.clientsMove();
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  begin(head: Head, requestId?: string): void {
    if (this.#begun) throw new SetosaError("INTERNAL", "An answer was begun twice.");
    if (this.#broken !== undefined) throw this.#broken;
    this.#begun = true;
    this.#host.begin(head, requestId);
  }

  write(piece: string | Uint8Array): Promise<void> | undefined {
    if (this.#broken !== undefined) throw this.#broken;
    // An empty chunk would be the last one.
    if (piece.length > 0) this.#written += this.#host.write(piece);
    if (this.#host.backlog <= mostUntaken) return undefined;
    if (this.#writer !== undefined) return this.#writer.promise;
    this.#host.clientsMove();
    this.#untaken = this.#host.backlog;
    const { promise, resolve, reject } = withResolvers();
    this.#writer = { promise, resolve, reject };
    return promise;
  }

  #settle(): void {
    if (this.#reader === undefined && this.#writer === undefined) this.#host.handlersMove();
  }
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function withResolvers(): Waiter<void> & { readonly promise: Promise<void> } {
  let waiter: Waiter<void> | undefined;
  const promise = new Promise<void>((resolve, reject) => {
    waiter = { resolve, reject };
  });
  return { promise, ...(waiter as unknown as Waiter<void>) };
}
