import { SetosaError } from "../../errors.ts";
import { errorAnswer } from "../../protocols/error-answer.ts";
import type { Answer, Answered, Head } from "../../protocols/exchange.ts";
import { type Client, isStream, type Receive, type RefusedRequest, type StreamReceive } from "../transport.ts";
import type { WireConnection } from "../wire-server.ts";
import { answerText, chunk, lengthOf, streamHead } from "./answer-text.ts";
import { BodyFault, type BodyReader, type BodySink, ChunkedBody, Pieces, SizedBody } from "./body.ts";
import type { Http1Server } from "./http1-server.ts";
import type { RequestHead } from "./request-head.ts";
import { goneError, invalidError, slowError, tooLargeError } from "./stream-errors.ts";
import { StreamedExchange, type StreamHost } from "./streamed-exchange.ts";
import type { Wire } from "./wire.ts";

/** What the sweep may end: see `Http1Server.sweep`. */
export type Waiting = "idle" | "request" | "stream" | "farewell" | "nothing";

/** Bytes that a client may send ahead of its answers before reading stops. */
const mostAhead = 65_536;
/** Bytes of answers that a client may leave unread before no more of its requests are taken. */
const mostBacklog = 1 << 20;
/** Characters of an answer from which its body is written by itself: putting it behind its head would copy it once more. */
const largeAnswer = 1 << 18;
const emptyLine = "\r\n\r\n";
const lastChunk = "0\r\n\r\n";
const goOn = "HTTP/1.1 100 Continue\r\n\r\n";
const carriageReturn = 13;
const lineFeed = 10;
const nothing: Buffer = Buffer.alloc(0);

/** One HTTP/1.1 connection (RFC 9112): requests in turn, one at a time, and their answers in order. */
export class Http1Connection implements Client, StreamHost, WireConnection {
  gone: (() => void) | undefined;
  startedAt = 0;
  #address: string | undefined;
  readonly #server: Http1Server;
  readonly #wire: Wire;
  /** Bytes that have come, of which those from `#position` on are not yet used. A view for each step would cost more. */
  #ahead = nothing;
  #position = 0;
  #head: RequestHead | undefined;
  #body: BodyReader | undefined;
  /** Who takes the body; absent while it is read only to be thrown away. */
  #receive: Receive | undefined;
  /** A request whose body goes in pieces to who answers it; absent again when it is answered. */
  #stream: StreamedExchange | undefined;
  /** What became of that makes another request on this connection impossible. */
  #mustClose = false;
  #answering = false;
  #paused = false;
  #peerEnded = false;
  #ended = false;
  #waiting: Waiting = "idle";
  #since = 0;

  constructor(server: Http1Server, wire: Wire) {
    this.#server = server;
    this.#wire = wire;
    this.#since = server.tick;
  }

  get address(): string | undefined {
    // Asked for once: sockets ask the kernel each time.
    this.#address ??= this.#wire.address;
    return this.#address;
  }

  get waiting(): Waiting {
    return this.#waiting;
  }

  get isRefused(): boolean {
    return this.#waiting === "farewell";
  }

  /** Whether a request's head has come, and its body is on the way. */
  get isReadingBody(): boolean {
    return this.#body !== undefined;
  }

  /** Bytes of answers that the client has not taken. */
  get backlog(): number {
    return this.#wire.backlog;
  }

  /** The sweep's tick at which this wait began. */
  get since(): number {
    return this.#since;
  }

  /** Bytes from the client. They stay as they are: the wire reads each time into others. */
  received(bytes: Buffer): void {
    // Behind an answer that ends the connection, what a client still sends is read so that it can read the answer.
    if (this.#ended) return;
    this.#ahead = this.#left === 0 ? bytes : Buffer.concat([this.#ahead.subarray(this.#position), bytes]);
    this.#position = 0;
    this.#work();
  }

  /** The client sends no more; it may still read. */
  peerEnded(): void {
    this.#peerEnded = true;
    if (this.#stream !== undefined) {
      // Half of a body is none; a whole one is answered, as the client may still read.
      if (this.#body !== undefined) this.#breakOff(this.#stream, goneError());
    } else if (this.#answering) this.gone?.();
    else this.#finish();
  }

  /** The connection is no more. */
  closed(): void {
    this.#ended = true;
    this.gone?.();
    this.#stream?.break(goneError());
  }

  /** The client has taken what was written. */
  drained(): void {
    if (this.#ended) this.#since = this.#server.tick;
    else if (this.#stream !== undefined) this.#stream.drained();
    else if (!this.#answering) this.#work();
  }

  /** Answers a client that was let in only to be told why not. */
  refuse(answer: Answer): void {
    this.#write(answer, true, undefined);
    this.#finish();
  }

  /** No further requests: at once where there is none under way. */
  drain(): void {
    if (this.#waiting === "idle") this.destroy();
  }

  /** The request has not come whole in time. */
  overdue(): void {
    if (this.#stream !== undefined) {
      this.#overdueStream(this.#stream);
      return;
    }
    const isAnswered = this.#body !== undefined && this.#receive === undefined;
    if (isAnswered || this.#wire.backlog > 0) this.destroy();
    else this.refuse(this.#server.application.fault("body-too-slow", this.#refused(this.#body?.length)));
  }

  destroy(): void {
    this.#ended = true;
    this.#wire.destroy();
  }

  /** How many bytes are not yet used. */
  get #left(): number {
    return this.#ahead.length - this.#position;
  }

  #use(end: number): void {
    if (end < this.#ahead.length) this.#position = end;
    else {
      // Nothing holds on to bytes that are used.
      this.#ahead = nothing;
      this.#position = 0;
    }
  }

  #work(): void {
    while (!this.#answering && !this.#ended && this.#left > 0) {
      if (this.#wire.backlog > mostBacklog) {
        this.#pause();
        this.#wait("request");
        return;
      }
      if (!(this.#body === undefined ? this.#readHead() : this.#readBody(this.#body))) break;
    }
    if (this.#answering && this.#left > mostAhead) this.#pause();
    else if (this.#paused && this.#stream?.isFull !== true) {
      this.#paused = false;
      this.#wire.resume();
    }
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#wire.pause();
  }

  /** @returns whether there may be more to do */
  #readHead(): boolean {
    const bytes = this.#ahead;
    // An empty line before a request is an old client's habit (RFC 9112, 2.2).
    const first = this.#position;
    const start = bytes[first] === carriageReturn && bytes[first + 1] === lineFeed ? first + 2 : first;
    const end = bytes.indexOf(emptyLine, start);
    const { headerBytes } = this.#server.application.limits;
    if ((end < 0 ? bytes.length : end) - start > headerBytes) {
      this.#fault(
        new SetosaError("HEADERS_TOO_LARGE", `The request's line and headers are larger than ${headerBytes} bytes.`, {
          hint: "Send fewer or shorter headers, and features in the body instead of the query.",
        }),
      );
      return false;
    }
    if (end < 0) {
      if (!couldBegin(bytes, start)) this.#invalid("The request line is not one of HTTP/1.1");
      else this.#wait("request");
      return false;
    }
    const head = this.#server.heads.read(bytes.toString("latin1", start, end));
    if ("fault" in head) {
      this.#invalid(head.fault);
      return false;
    }
    this.#use(end + emptyLine.length);
    this.#begin(head);
    return true;
  }

  #begin(head: RequestHead): void {
    this.#head = head;
    const { application } = this.#server;
    const begun = application.begin(head.request, this);
    const { bodyBytes } = application.limits;
    const hasBody = head.length !== 0;
    const takes = typeof begun === "function" && (head.length ?? 0) <= bodyBytes;
    if (typeof begun !== "function" && isStream(begun)) {
      this.#beginStream(begun, head);
      return;
    }
    if (hasBody || takes) this.#body = bodyReader(head.length, new Pieces(bodyBytes));
    if (takes) {
      this.#receive = begun;
      if (head.expectsContinue && this.#left === 0) this.#wire.write(goOn, goOn.length);
      this.#wait("request");
      // A body of no bytes is whole already, and nothing may follow it.
      if (!hasBody) this.#takeBody();
      return;
    }
    this.#receive = undefined;
    this.#answer(typeof begun === "function" ? application.fault("body-too-large", this.#refused()) : begun);
  }

  /** @returns whether there may be more to do */
  #readBody(body: BodyReader): boolean {
    let end: number | undefined;
    try {
      end = body.take(this.#ahead, this.#position);
    } catch (error) {
      if (!(error instanceof BodyFault)) throw error;
      if (this.#stream === undefined) this.#invalid(error.message);
      else this.#breakOff(this.#stream, invalidError(error.message));
      return false;
    }
    if (this.#stream !== undefined) return this.#streamed(this.#stream, end);
    const over = body.length > this.#server.application.limits.bodyBytes;
    this.#use(end ?? this.#ahead.length);
    if (over && this.#receive !== undefined) {
      this.#receive = undefined;
      if (end !== undefined) this.#body = undefined;
      this.#answer(this.#server.application.fault("body-too-large", this.#refused(body.length)));
      return true;
    }
    if (end === undefined) return false;
    this.#takeBody();
    return true;
  }

  /** The body is whole: it is answered, or was answered before it came. */
  #takeBody(): void {
    const [body, receive, head] = [this.#body, this.#receive, this.#head];
    this.#body = undefined;
    this.#receive = undefined;
    if (receive === undefined || body === undefined || head === undefined) this.#next();
    else this.#answer(receive(head.request, body.bytes(), this));
  }

  #answer(answered: Answered): void {
    if (!(answered instanceof Promise)) {
      this.#send(answered);
      return;
    }
    this.#answering = true;
    this.#wait("nothing");
    answered.then(
      (answer) => {
        this.#answering = false;
        if (this.#ended) return;
        this.#send(answer);
        this.#work();
      },
      // The application promises not to reject.
      (error: unknown) => {
        this.#server.application.report(error);
        this.destroy();
      },
    );
  }

  #send(answer: Answer): void {
    const head = this.#head;
    // A client that waits for a word before it sends its body will not send it now (RFC 9110, 10.1.1).
    const refusedBody = this.#body !== undefined && head?.expectsContinue === true;
    const asked = answer.head.headers.connection === "close" || head?.keepAlive !== true || this.#mustClose;
    const close = asked || refusedBody || this.#server.isRetired;
    this.#write(answer, close, head);
    if (close) this.#finish();
    else if (this.#body === undefined) this.#next();
    // What is left of the body is read and thrown away, in the time that the request has.
    else this.#wait("request");
  }

  #next(): void {
    this.#head = undefined;
    if (this.#peerEnded && this.#left === 0) this.#finish();
    else this.#wait("idle");
  }

  #write(answer: Answer, close: boolean, head: RequestHead | undefined): void {
    const { body } = answer;
    const isLarge = body.length > largeAnswer;
    const isHead = head?.request.method === "HEAD";
    const { data, bytes } = answerText(answer, this.#server.dateLine, {
      close,
      announceKeepAlive: head?.old === true && !close,
      withoutBody: isHead || isLarge,
      requestId:
        answer.requestId ?? head?.request.requestId ?? (answer.code === undefined ? undefined : this.#server.application.requestId?.()),
    });
    this.#wire.write(data, bytes);
    if (isLarge && !isHead) this.#wire.write(body, lengthOf(body));
  }

  #beginStream(receive: StreamReceive, head: RequestHead): void {
    const { application } = this.#server;
    this.#receive = undefined;
    if ((head.length ?? 0) > application.limits.streamBytes) {
      this.#body = bodyReader(head.length, new Pieces(0));
      this.#answer(application.fault("stream-too-large", this.#refused()));
      return;
    }
    const stream = new StreamedExchange(this);
    this.#stream = stream;
    if (head.length === 0) {
      this.#answering = true;
      stream.end();
    } else {
      this.#body = bodyReader(head.length, stream);
      if (head.expectsContinue && this.#left === 0) this.#wire.write(goOn, goOn.length);
    }
    this.#wait("nothing");
    receive.stream(head.request, stream, stream, this).then(
      (answer) => this.#endStream(stream, answer),
      // The application promises not to reject.
      (error: unknown) => {
        application.report(error);
        this.destroy();
      },
    );
  }

  /** Some of a body went through. @returns whether there may be more to do */
  #streamed(stream: StreamedExchange, end: number | undefined): boolean {
    this.#use(end ?? this.#ahead.length);
    const { streamBytes } = this.#server.application.limits;
    if (stream.length > streamBytes) this.#breakOff(stream, tooLargeError(streamBytes));
    if (end === undefined) return false;
    this.#body = undefined;
    // Behind it the next request waits for its turn.
    this.#answering = true;
    stream.end();
    return false;
  }

  /** What is left of the body is no use to anybody. */
  #breakOff(stream: StreamedExchange, error: SetosaError): void {
    this.#mustClose = true;
    this.#use(this.#ahead.length);
    stream.break(error);
  }

  #overdueStream(stream: StreamedExchange): void {
    if (stream.hasTaken()) {
      this.clientsMove();
      return;
    }
    this.#breakOff(stream, slowError(this.#server.application.limits.requestMilliseconds));
    this.#wait("nothing");
  }

  #endStream(stream: StreamedExchange, answer: Answer): void {
    this.#stream = undefined;
    this.#answering = false;
    if (this.#ended) return;
    stream.finish();
    if (!stream.begun) this.#send(answer);
    else if (answer.error !== undefined) {
      // Without its last chunk, a client takes it for what it is. HTTP/1.0 has no chunks, and an end would be taken for the whole.
      if (this.#head?.old !== true) this.#finish();
      else {
        this.#ended = true;
        this.#wire.reset();
      }
    } else {
      const close = this.#streamCloses;
      if (this.#head?.old !== true) this.#wire.write(lastChunk, lastChunk.length);
      if (close) this.#finish();
      else if (this.#body === undefined) this.#next();
      else this.#wait("request");
    }
    this.#work();
  }

  get #streamCloses(): boolean {
    return this.#head?.keepAlive !== true || this.#head.old || this.#mustClose || this.#server.isRetired;
  }

  begin(head: Head, requestId?: string): void {
    const { old = false, request } = this.#head ?? {};
    const text = streamHead(head, this.#server.dateLine, {
      close: this.#streamCloses,
      chunked: !old,
      requestId: requestId ?? request?.requestId,
    });
    this.#wire.write(text, text.length);
  }

  write(piece: string | Uint8Array): number {
    const length = lengthOf(piece);
    if (this.#head?.old === true) this.#wire.write(piece, length);
    else {
      const { data, bytes } = chunk(piece, length);
      this.#wire.write(data, bytes);
    }
    return length;
  }

  holdUp(): void {
    this.#pause();
  }

  goOn(): void {
    if (!this.#paused || this.#ended) return;
    this.#paused = false;
    this.#wire.resume();
  }

  clientsMove(): void {
    this.#waiting = "stream";
    this.#since = this.#server.tick;
  }

  handlersMove(): void {
    this.#wait("nothing");
  }

  /** For the application to tell of. */
  #refused(bytes = 0): RefusedRequest | undefined {
    const request = this.#head?.request;
    return request === undefined ? undefined : { request, client: this, bytes };
  }

  #invalid(why: string): void {
    this.#fault(invalidError(why));
  }

  #fault(error: SetosaError): void {
    const { application } = this.#server;
    const requestId = application.requestId?.();
    const answer = { ...errorAnswer(error, { close: true }), ...(requestId === undefined ? {} : { requestId }) };
    application.invalid?.(error, answer, this);
    this.refuse(answer);
  }

  /** Nothing more is sent. The client gets time to read: closing at once would take unread answers away from it. */
  #finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#use(this.#ahead.length);
    this.#body = undefined;
    if (this.#paused) this.#wire.resume();
    this.#wait("farewell");
    this.#wire.end();
    if (this.#peerEnded && this.#wire.backlog === 0) this.#wire.destroy();
  }

  #wait(waiting: Waiting): void {
    // A request's time runs from its first byte, however often some of it comes.
    if (waiting === "request" && this.#waiting === "request") return;
    this.#waiting = waiting;
    this.#since = this.#server.tick;
  }
}

function bodyReader(length: number | undefined, sink: BodySink): BodyReader {
  return length === undefined ? new ChunkedBody(sink) : new SizedBody(length, sink);
}

/** Whether bytes without an end can become a request: a method is letters, and TLS or garbage is told at once. */
function couldBegin(bytes: Buffer, start: number): boolean {
  const length = Math.min(bytes.length, start + 32);
  for (let index = start; index < length; index++) {
    const byte = bytes[index] as number;
    if (byte === 0x20) return index > start;
    if (!(byte > 0x20 && byte < 0x7f)) return byte === carriageReturn && index === start && bytes.length === start + 1;
  }
  return true;
}
