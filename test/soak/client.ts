import { Agent, request } from "node:http";
import type { Question } from "./questions.ts";

export type Outcome =
  | { readonly kind: "answered"; readonly status: number; readonly body: unknown; readonly retryAfter: string | undefined }
  /** The connection failed before an answer was whole. */
  | { readonly kind: "failed"; readonly why: string };

/** Connections that are kept between requests, as many as there are requests at once. */
export class Client {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 10_000 });
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  ask({ method, path, body }: Question): Promise<Outcome> {
    return new Promise((resolve) => {
      const headers = body === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
      const failed = (error: Error) => resolve({ kind: "failed", why: "code" in error ? String(error.code) : error.message });
      const sent = request({ host: "127.0.0.1", port: this.#port, path, method, headers, agent: this.#agent }, (response) => {
        const chunks: Buffer[] = [];
        response
          .on("data", (chunk: Buffer) => chunks.push(chunk))
          .on("error", failed)
          .on("end", () => {
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
      sent.setTimeout(60_000, () => sent.destroy(new Error("no answer within 60 s")));
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
