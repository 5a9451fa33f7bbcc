import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll } from "vitest";

export interface Scripted {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Instead of an answer: the connection is cut, or nothing ever comes. */
  readonly instead?: "cut" | "silence";
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A server that answers what it is told, one answer after the other, and keeps what it was sent. */
export async function scriptedServer() {
  let script: Scripted[] = [];
  const seen: SeenRequest[] = [];
  let heard: () => void = () => {};
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => {
      seen.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers, body });
      heard();
      const { status = 200, headers = {}, body: answer = "{}", instead } = script.shift() ?? { status: 500 };
      if (instead === "cut") request.socket.destroy();
      else if (instead === undefined) response.writeHead(status, { "content-type": "application/json", ...headers }).end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  afterAll(stop);
  return {
    stop,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    answers: (...answers: readonly Scripted[]) => {
      script = [...answers];
      seen.length = 0;
    },
    /** Resolves when the next request has come. */
    request: () =>
      new Promise<void>((resolve) => {
        heard = resolve;
      }),
  };
}

/**
 * A time that stands still, but for pauses, which take none of the test's time and all of their own. Deadlines, which are the timers that
 * end at one of these times, wait for `expire`.
 */
export function testClock(...deadlinesOfCalls: readonly number[]) {
  let time = 0;
  const pauses: number[] = [];
  const deadlines = new Set<() => void>();
  return {
    pauses,
    open: () => deadlines.size,
    expire: () => {
      for (const callback of deadlines) callback();
    },
    clock: {
      now: () => time,
      date: () => Date.UTC(2030, 0, 1) + time,
      random: () => 0.5,
      after: (milliseconds: number, callback: () => void) => {
        if (deadlinesOfCalls.includes(milliseconds + time)) {
          deadlines.add(callback);
          return () => deadlines.delete(callback);
        }
        pauses.push(milliseconds);
        const run = setImmediate(() => {
          time += milliseconds;
          callback();
        });
        return () => clearImmediate(run);
      },
    },
  };
}
