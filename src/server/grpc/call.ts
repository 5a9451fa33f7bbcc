import { SetosaError } from "../../errors.ts";
import { errorAnswer } from "../../protocols/error-answer.ts";
import type { Answer, Answered } from "../../protocols/exchange.ts";
import { isEncoding } from "../../protocols/open-inference-grpc/compression.ts";
import type { Http2Connection } from "../http2/connection.ts";
import type { Http2Stream, StreamHandler } from "../http2/stream.ts";
import { type Application, type Client, notInPieces, type Receive } from "../transport.ts";
import { errorBlock, errorTrailers, namedResponseBlock, okBlock, responseBlock } from "./answer-blocks.ts";
import { decompress } from "./decompress.ts";
import type { GrpcHead } from "./grpc-head.ts";
import { type GrpcMessage, MessageReader } from "./messages.ts";

/** One call: what a client sends on its stream, handed to the application message by message, and the answers. */
export abstract class Call implements StreamHandler, Client {
  startedAt = 0;
  gone: (() => void) | undefined;
  protected readonly head: GrpcHead;
  protected readonly stream: Http2Stream;
  protected readonly application: Application;
  readonly #connection: Http2Connection;
  readonly #reader: MessageReader;
  /** Something was answered already: headers are sent. */
  #begun = false;
  protected isOver = false;

  constructor(application: Application, head: GrpcHead, stream: Http2Stream, connection: Http2Connection) {
    this.application = application;
    this.head = head;
    this.stream = stream;
    this.#connection = connection;
    this.#reader = new MessageReader(application.limits.bodyBytes);
  }

  get path(): string {
    return this.head.request.path;
  }

  get address(): string | undefined {
    return this.#connection.address;
  }

  /** Asks whether the call is let in. */
  abstract begin(): void;
  protected abstract message(bytes: Uint8Array): void;
  /** The client sends nothing more. */
  protected abstract whole(): void;

  data(bytes: Buffer, last: boolean): void {
    if (this.isOver) return;
    // A body that goes on and on is no progress: it has to come whole in its time.
    try {
      if (!this.#reader.take(bytes, this.#message)) {
        this.#tooLarge();
        return;
      }
      if (!last || this.isOver) return;
      if (this.#reader.isBetween) this.whole();
      else this.refuse(invalid("The call ends in the middle of a message."));
    } catch (error) {
      this.refuse(error);
    }
  }

  reset(): void {
    this.isOver = true;
    this.gone?.();
  }

  overdue(): void {
    if (!this.isOver) this.fail(this.application.fault("body-too-slow", this.#refused()));
  }

  /** One message is answered in its time. */
  draining(): void {}

  /** Messages that are compressed come to the handler in order, later. */
  #inflating: Promise<void> | undefined;

  readonly #message = ({ compressed, bytes }: GrpcMessage): void => {
    if (this.isOver) return;
    if (!compressed && this.#inflating === undefined) {
      this.message(bytes);
      return;
    }
    const { encoding } = this.head;
    // An encoding that nobody knows was refused with the head.
    if (compressed && !isEncoding(encoding)) throw invalid("A message is compressed, and grpc-encoding does not say how.");
    const inflated = compressed && isEncoding(encoding) ? decompress(encoding, bytes, this.application.limits.bodyBytes) : bytes;
    if (!(inflated instanceof Promise) && this.#inflating === undefined) {
      this.message(inflated);
      return;
    }
    const before = this.#inflating ?? Promise.resolve();
    const now = before
      .then(() => inflated)
      .then(
        (whole) => {
          if (!this.isOver) this.message(whole);
        },
        (error: unknown) => this.refuse(error),
      );
    this.#inflating = now;
    void now.then(() => {
      if (this.#inflating === now) this.#inflating = undefined;
    });
  };

  /** Runs when every message that came has come to its handler. */
  protected afterMessages(work: () => void): void {
    if (this.#inflating === undefined) work();
    else
      void this.#inflating.then(() => {
        if (!this.isOver) work();
      });
  }

  /** Who takes the messages; undefined where the call is refused, which it is told. */
  protected letIn(): Receive | undefined {
    const begun = notInPieces(this.application.begin(this.head.request, this));
    if (typeof begun === "function") return begun;
    this.settle(begun, (answer) => this.fail(answer));
    return undefined;
  }

  /** Answers with what the application says. */
  protected settle(answered: Answered, then: (answer: Answer) => void): void {
    if (!(answered instanceof Promise)) {
      if (!this.isOver) then(answered);
      return;
    }
    answered.then(
      (answer) => {
        if (!this.isOver) then(answer);
      },
      // The application promises not to reject.
      (error: unknown) => {
        this.application.report(error);
        if (!this.isOver) this.fail(errorAnswer(error));
      },
    );
  }

  protected ask(receive: Receive, bytes: Uint8Array): Answered {
    return receive(this.head.request, bytes, this);
  }

  protected send(answer: Answer): void {
    if (!this.#begun) {
      this.#begun = true;
      this.stream.headers(answer.requestId === undefined ? responseBlock : namedResponseBlock(answer.requestId));
    }
    this.stream.message(answer.body as Uint8Array);
  }

  protected finish(): void {
    this.isOver = true;
    if (!this.#begun) this.stream.headers(responseBlock);
    this.stream.end(okBlock);
  }

  protected fail(answer: Answer): void {
    this.isOver = true;
    this.stream.end(this.#begun ? errorTrailers(answer) : errorBlock(answer));
  }

  /** Ends with an error that the application has not seen. */
  protected refuse(error: unknown): void {
    if (this.isOver) return;
    const answer = errorAnswer(error);
    if (error instanceof SetosaError) this.application.invalid?.(error, answer, this);
    else this.application.report(error);
    this.fail(answer);
    this.gone?.();
  }

  #tooLarge(): void {
    this.fail(this.application.fault("body-too-large", this.#refused()));
    this.gone?.();
  }

  #refused() {
    return { request: this.head.request, client: this, bytes: this.#reader.bytes };
  }
}

/** The end of a call that would go on. */
export function drainingAnswer(): Answer {
  return errorAnswer(new SetosaError("SERVER_DRAINING", "The server is shutting down.", { hint: "Call another one." }));
}

export function invalid(message: string): SetosaError {
  return new SetosaError("REQUEST_INVALID", message, { hint: "Use a client of gRPC." });
}
