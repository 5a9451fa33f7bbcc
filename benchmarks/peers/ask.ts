import { request } from "node:http";
import type { IrisRow, Peer } from "./peer.ts";

const timeoutMilliseconds = 10_000;

export interface Answer {
  readonly prediction: string;
  /** As it came. */
  readonly body: string;
}

/**
 * Asks a peer for one row, over a connection of its own.
 * @throws Error for no answer, a status that is not 200, or an answer that names no class
 */
export async function ask(peer: Peer, port: number, row: IrisRow): Promise<Answer> {
  const body = await send(peer, port, row);
  return { prediction: peer.prediction(JSON.parse(body)), body };
}

function send({ request: { method, path, headers, body } }: Peer, port: number, row: IrisRow): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = body(row);
    const message = request(
      {
        host: "127.0.0.1",
        port,
        method,
        path,
        headers: { ...Object.fromEntries(headers), "Content-Length": Buffer.byteLength(sent) },
        agent: false,
        timeout: timeoutMilliseconds,
      },
      (response) => {
        let received = "";
        response.setEncoding("utf8").on("data", (text: string) => {
          received += text;
        });
        response.once("error", reject);
        response.once("end", () =>
          response.statusCode === 200 ? resolve(received) : reject(new Error(`answers ${response.statusCode}: ${received.slice(0, 500)}`)),
        );
      },
    );
    message.once("error", reject);
    message.once("timeout", () => message.destroy(new Error(`gives no answer within ${timeoutMilliseconds} ms`)));
    message.end(sent);
  });
}
