import type { Receive } from "../transport.ts";
import { Call, invalid } from "./call.ts";

/** One message, one answer. */
export class UnaryCall extends Call {
  #receive: Receive | undefined;
  #request: Uint8Array | undefined;

  begin(): void {
    this.#receive = this.letIn();
  }

  protected message(bytes: Uint8Array): void {
    if (this.#request !== undefined) throw invalid("The call has more than one message, and its method takes one.");
    this.#request = bytes;
  }

  protected whole(): void {
    this.afterMessages(() => {
      const request = this.#request;
      if (request === undefined) this.refuse(invalid("The call has no message."));
      else if (this.#receive !== undefined) {
        this.settle(this.ask(this.#receive, request), (answer) => {
          if (answer.error !== undefined) this.fail(answer);
          else {
            this.send(answer);
            this.finish();
          }
        });
      }
    });
  }
}
