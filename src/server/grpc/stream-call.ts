import { SetosaError } from "../../errors.ts";
import type { Answer } from "../../protocols/exchange.ts";
import { notInPieces } from "../transport.ts";
import { Call, drainingAnswer } from "./call.ts";

/** Messages of one call that wait for those before them. */
const mostWaiting = 64;

/** Any number of messages, each answered in its turn as a call of its own: keys, rates, limits, metrics and logs are those of calls. */
export class StreamCall extends Call {
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #isBusy = false;
  #isWhole = false;
  #isDraining = false;

  begin(): void {
    // Whoever may not ask is told so before it sends a message.
    this.letIn();
  }

  protected message(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waiting.length > mostWaiting || this.#waitingBytes + this.stream.waitingBytes > 2 * this.application.limits.bodyBytes)
      throw new SetosaError("RATE_LIMITED", "More messages come on the stream than are answered.", {
        hint: "Wait for answers before sending more.",
      });
    this.#next();
  }

  protected whole(): void {
    this.afterMessages(() => {
      this.#isWhole = true;
      this.#next();
    });
  }

  /** A stream may be open for as long as its client wants. */
  override overdue(): void {}

  override draining(): void {
    this.#isDraining = true;
    this.#next();
  }

  #next(): void {
    while (!this.#isBusy && !this.isOver) {
      const bytes = this.#waiting.shift();
      if (bytes === undefined) {
        if (this.#isWhole) this.finish();
        else if (this.#isDraining) this.fail(drainingAnswer());
        return;
      }
      this.#waitingBytes -= bytes.length;
      this.#isBusy = true;
      const begun = notInPieces(this.application.begin(this.head.request, this));
      this.settle(typeof begun === "function" ? this.ask(begun, bytes) : begun, this.#answered);
    }
  }

  readonly #answered = (answer: Answer): void => {
    this.#isBusy = false;
    // An error that the protocol has a message for does not end the stream.
    if (answer.error !== undefined && typeof answer.body === "string") {
      this.fail(answer);
      return;
    }
    this.send(answer);
    this.#next();
  };
}
