import { connect } from "node:net";
import { body, expected } from "./server.ts";

/** What is sent. */
export interface Load {
  readonly path: string;
  /** ASCII. */
  readonly body: string;
  /** What every answer has to say. */
  readonly expected: string;
}

const irisRow: Load = { path: "/predict", body, expected };

/**
 * Sends exactly `count` requests over `connections` kept connections, one at a time on each, and looks at every answer.
 * @throws Error for an answer that is not 200 with the expected prediction
 */
export async function sendRequests(port: number, count: number, connections: number, load: Load = irisRow): Promise<void> {
  const request = `POST ${load.path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${load.body.length}\r\n\r\n${load.body}`;
  let left = count;
  const client = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true });
      let received = "";
      const next = () => {
        if (left <= 0) return void socket.end();
        left--;
        socket.write(request);
      };
      socket.setEncoding("latin1");
      socket.on("connect", next);
      socket.on("data", (chunk: string) => {
        received = received === "" ? chunk : received + chunk;
        // Every answer ends in a line feed, and has no other in its body.
        if (!received.endsWith("}\n")) return;
        if (!received.startsWith("HTTP/1.1 200") || !received.includes(load.expected)) {
          reject(new Error(`a wrong answer: ${received.slice(0, 500)}`));
          socket.destroy();
          return;
        }
        received = "";
        next();
      });
      socket.on("error", reject);
      socket.on("close", () => resolve());
    });
  await Promise.all(Array.from({ length: connections }, client));
}
