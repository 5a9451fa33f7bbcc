import { Agent, request } from "node:http";
import type { Socket } from "node:net";
import type { Question } from "./questions.ts";

export type Outcome =
  | { readonly kind: "answered"; readonly status: number; readonly body: unknown; readonly retryAfter: string | undefined }
  /** The connection failed before an answer was whole. */
  | { readonly kind: "failed"; readonly why: string };

/** The server closes a kept connection that is idle for ten seconds: one that rested shorter than this, it has no reason to close. */
const restMilliseconds = 8000;

/** Connections that are kept between requests, as many as there are requests at once. */
export class Client {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 10_000 });
  readonly #usedAt = new WeakMap<Socket, number>();
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** Requests sent again, because the server was closing the kept connection on which they went out. */
  repeated = 0;

  /**
   * A server may close a kept connection that is idle in the moment in which the client uses it again (RFC 9112, 9.3.1 and 9.5): such
   * a request is sent again once, as clients of HTTP do.
   */
  async ask(question: Question): Promise<Outcome> {
    const outcome = await this.#send(question);
    if (outcome !== "closed") return outcome;
    this.repeated++;
    const second = await this.#send(question);
    return second === "closed" ? { kind: "failed", why: "closed twice" } : second;
  }

  #send({ method, path, body }: Question): Promise<Outcome | "closed"> {
    return new Promise((resolve) => {
      const headers = body === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
      let answering = false;
      let hadRested = false;
      let kept: Socket | undefined;
      const failed = (error: Error) => {
        const code = "code" in error ? String(error.code) : error.message;
        resolve(code === "ECONNRESET" && hadRested && !answering ? "closed" : { kind: "failed", why: code });
      };
      const sent = request({ host: "127.0.0.1", port: this.#port, path, method, headers, agent: this.#agent }, (response) => {
        answering = true;
        const chunks: Buffer[] = [];
        response
          .on("data", (chunk: Buffer) => chunks.push(chunk))
          .on("error", failed)
          .on("end", () => {
            if (kept !== undefined) this.#usedAt.set(kept, performance.now());
            const text = Buffer.concat(chunks).toString();
            try {
              const retryAfter = response.headers["retry-after"];
              resolve({ kind: "answered", status: response.statusCode ?? 0, body: JSON.parse(text), retryAfter });
            } catch {
              resolve({ kind: "failed", why: `no JSON: ${text.slice(0, 100)}` });
            }
          });
      });
      sent.on("error", failed);
      sent.on("socket", (socket) => {
        kept = socket;
        hadRested = performance.now() - (this.#usedAt.get(socket) ?? Number.POSITIVE_INFINITY) > restMilliseconds;
      });
      sent.setTimeout(60_000, () => sent.destroy(new Error("no answer within 60 s")));
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
