import type { Answer } from "../../protocols/exchange.ts";
import type { Receive } from "../transport.ts";
import { Call, drainingAnswer, invalid } from "./call.ts";

export type Look = (message: Uint8Array) => Uint8Array;

/** One message, an answer at once, and another one whenever it would be a different one. */
export class WatchCall extends Call {
  #receive: Receive | undefined;
  #request: Uint8Array | undefined;
  #last: Uint8Array | undefined;

  begin(): void {
    this.#receive = this.letIn();
  }

  /** @returns whether it goes on */
  look(look: Look): boolean {
    if (this.isOver) return false;
    if (this.#request === undefined || this.#last === undefined) return true;
    const body = look(this.#request);
    if (Buffer.compare(body, this.#last) !== 0) this.#tell({ head: { status: 200, headers: {} }, body });
    return true;
  }

  override draining(): void {
    if (!this.isOver) this.fail(drainingAnswer());
  }

  protected message(bytes: Uint8Array): void {
    if (this.#request !== undefined) throw invalid("The call has more than one message, and its method takes one.");
    this.#request = Uint8Array.from(bytes);
  }

  protected whole(): void {
    this.afterMessages(() => {
      if (this.#request === undefined) this.refuse(invalid("The call has no message."));
      else if (this.#receive !== undefined)
        this.settle(this.ask(this.#receive, this.#request), (answer) => {
          if (answer.error === undefined) this.#tell(answer);
          else this.fail(answer);
        });
    });
  }

  #tell(answer: Answer): void {
    this.#last = answer.body as Uint8Array;
    this.send(answer);
  }
}
