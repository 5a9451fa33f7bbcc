import { connect, type Socket } from "node:net";
import { type RawAnswer, readAnswers } from "./answers.ts";
import type { ReferenceRequest } from "./reference.ts";

/** What answers go by, of all that a client can send. */
const telling = new Set(["content-type", "content-encoding", "accept", "x-request-timeout-ms", "origin", "authorization", "x-api-key"]);
/** Of what has been asked before, so many answers are kept. */
const mostKnown = 20_000;

/** Asks the server for requests in their plainest form, over one connection that is kept. */
export class Asker {
  readonly #port: number;
  readonly #known = new Map<string, Promise<RawAnswer>>();
  #socket: Socket | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(port: number) {
    this.#port = port;
  }

  /** The right answer to a request, whatever the form was in which it came. */
  ask(request: ReferenceRequest): Promise<RawAnswer> {
    const text = plainForm(request);
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size >= mostKnown) this.#known.clear();
    const answer = this.#turn.then(() => this.#send(text, request.method === "HEAD"));
    this.#turn = answer.catch(() => {});
    this.#known.set(text, answer);
    return answer;
  }

  close(): void {
    this.#socket?.destroy();
  }

  #send(text: string, isHead: boolean): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#socket === undefined || this.#socket.destroyed || this.#socket.readableEnded) {
        this.#socket = connect({ port: this.#port, host: "127.0.0.1", noDelay: true });
        this.#socket.setEncoding("latin1").on("error", () => {});
      }
      const socket = this.#socket;
      let received = "";
      const done = () => {
        clearTimeout(timer);
        socket.off("data", data).off("close", closed).off("error", closed);
      };
      const data = (part: string) => {
        received += part;
        const { answers, fault } = readAnswers(received, () => isHead);
        const [answer] = answers;
        if (answer === undefined || fault !== undefined) return;
        done();
        if (answer.headers.get("connection") === "close") socket.destroy();
        resolve(answer);
      };
      const closed = () => {
        done();
        socket.destroy();
        // A kept connection may end while it is idle.
        if (received === "") resolve(this.#send(text, isHead));
        else reject(new Error(`no whole answer to ${JSON.stringify(text.slice(0, 500))}: ${JSON.stringify(received.slice(0, 500))}`));
      };
      const timer = setTimeout(() => {
        done();
        socket.destroy();
        reject(new Error(`no answer to a plain request: ${JSON.stringify(text.slice(0, 500))}`));
      }, 60_000);
      socket.on("data", data).on("close", closed).on("error", closed);
      socket.write(text, "latin1");
    });
  }
}

function plainForm({ method, target, headers, body }: ReferenceRequest): string {
  const lines = [`${method} ${target} HTTP/1.1`, "Host: a"];
  for (let index = 0; index + 1 < headers.length; index += 2)
    if (telling.has((headers[index] ?? "").toLowerCase())) lines.push(`${headers[index]}: ${headers[index + 1]}`);
  const bytes = body?.toString("latin1") ?? "";
  if (bytes !== "") lines.push(`Content-Length: ${bytes.length}`);
  return `${lines.join("\r\n")}\r\n\r\n${bytes}`;
}
