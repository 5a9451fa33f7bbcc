import type { Answers } from "../../../models/answers.ts";
import type { Answer, AnswerStream } from "../../exchange.ts";
import { joinedBytes } from "../../joined-bytes.ts";
import type { Memory } from "./memory.ts";
import type { Piece, TableWriter } from "./table-writer.ts";

/** Answers that are held before the first of them is sent: until then, an error can still be told as one. */
const firstHeld = 65_536;
/** Answers that a request may be ahead of a client that does not read them while it is still sending rows. */
const mostAhead = 64 * 1024 * 1024;

/**
 * Sends answers as they come. Many clients send their whole body before they read anything: if reading stopped because they do not read, both sides would
 * wait for ever. So while rows are on their way, answers that the client does not take are kept, as numbers, up to a limit.
 */
export class Outlet {
  readonly #stream: AnswerStream;
  readonly #writer: TableWriter;
  readonly #memory: Memory;
  readonly #pieces: Piece[] = [];
  #held = 0;
  #closed = false;
  /** Until the client has taken what was sent. */
  #blocked: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(stream: AnswerStream, writer: TableWriter, memory: Memory) {
    this.#stream = stream;
    this.#writer = writer;
    this.#memory = memory;
    this.#take(writer.opening());
  }

  /** @throws whatever ended the sending */
  add(answers: Answers, ends: boolean): void {
    this.#take(this.#writer.add(answers, ends));
    if (this.#stream.begun || this.#held + this.#writer.held > firstHeld) this.#send();
    this.#memory.hold(this, this.#held + this.#writer.held);
  }

  /**
   * Whether to wait for the client before more is added.
   * @param whole Whether all of the body has come, so that there is nothing else that the client has to do
   */
  pause(whole: boolean): Promise<void> | undefined {
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#blocked === undefined) return undefined;
    return whole || this.#held > mostAhead || this.#memory.isFull ? this.#blocked : undefined;
  }

  /**
   * Sends everything that is left, and the end.
   * @returns the answer, where it is so small that none of it was sent
   */
  async finish(pause: () => Promise<void> | undefined): Promise<Answer> {
    this.#take(this.#writer.closing());
    const { head } = this.#writer;
    if (!this.#stream.begun && this.#held <= firstHeld) return { head, body: joined(this.#pieces.map((piece) => piece.data())) };
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure.error;
      if (this.#blocked !== undefined) await this.#blocked;
      else if (this.#pieces.length === 0) return { head, body: "" };
      else this.#send();
      await pause();
    }
  }

  /** Nothing more is sent. */
  close(): void {
    this.#closed = true;
    this.#pieces.length = 0;
    this.#memory.hold(this, 0);
  }

  #take(pieces: readonly Piece[]): void {
    for (const piece of pieces) {
      this.#pieces.push(piece);
      this.#held += piece.held;
    }
  }

  /** Sends until the client is behind. */
  #send(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#blocked !== undefined) return;
    if (!this.#stream.begun) this.#stream.begin(this.#writer.head);
    let sent = 0;
    for (const piece of this.#pieces) {
      sent++;
      this.#held -= piece.held;
      const wait = this.#stream.write(piece.data());
      if (wait === undefined) continue;
      this.#blocked = wait.then(
        () => this.#goOn(),
        (error: unknown) => this.#fail(error),
      );
      break;
    }
    this.#pieces.splice(0, sent);
  }

  #goOn(): void {
    this.#blocked = undefined;
    if (this.#closed) return;
    try {
      if (this.#pieces.length > 0) this.#send();
    } catch (error) {
      this.#fail(error);
    }
    this.#memory.hold(this, this.#held + this.#writer.held);
  }

  #fail(error: unknown): void {
    this.#blocked = undefined;
    this.#failure = { error };
  }
}

function joined(pieces: readonly (string | Uint8Array)[]): string | Uint8Array {
  const texts = pieces.filter((piece) => typeof piece === "string");
  if (texts.length === pieces.length) return texts.join("");
  return joinedBytes(pieces.filter((piece) => typeof piece !== "string"));
}
