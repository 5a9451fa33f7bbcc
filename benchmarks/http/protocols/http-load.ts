import { connect } from "node:net";

export interface HttpAsk {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

export function requestBytes({ path, headers, body }: HttpAsk): Buffer {
  const all = { host: "localhost", ...headers, ...(body === undefined ? {} : { "content-length": String(body.length) }) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`${body === undefined ? "GET" : "POST"} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  return body === undefined ? head : Buffer.concat([head, body]);
}

/** The answer that has come; undefined while it is not whole. */
export function readAnswer(bytes: Buffer): HttpAnswer | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]));
  const rest = bytes.subarray(end + 4);
  const length = headers.get("content-length");
  const body = length === undefined ? unchunked(rest) : rest.length < Number(length) ? undefined : rest;
  return body === undefined ? undefined : { status: Number(first.split(" ")[1]), headers, body };
}

function unchunked(bytes: Buffer): Buffer | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = bytes.indexOf("\r\n", at);
    if (end < 0) return undefined;
    const size = Number.parseInt(bytes.toString("latin1", at, end), 16);
    if (end + 4 + size > bytes.length) return undefined;
    if (size === 0) return Buffer.concat(parts);
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 4 + size;
  }
}

export async function askOnce(port: number, ask: HttpAsk): Promise<HttpAnswer> {
  let answer: HttpAnswer | undefined;
  await run(port, requestBytes(ask), 1, 1, (bytes) => {
    answer = readAnswer(bytes);
    return answer !== undefined;
  });
  if (answer === undefined) throw new Error(`no answer from ${ask.path}`);
  return answer;
}

/**
 * Sends `count` requests over kept connections, one at a time on each, and compares every answer's body.
 * @throws Error for an answer that is another
 */
export async function loadHttp(port: number, ask: HttpAsk, expected: Buffer, count: number, connections: number): Promise<void> {
  /** An answer of known length ends with its body, which one comparison tells; of one in chunks more may follow. */
  let sized = false;
  await run(port, requestBytes(ask), count, connections, (bytes) => {
    const behind = bytes.length - expected.length;
    if (sized && behind > 0 && bytes.compare(expected, 0, expected.length, behind) === 0 && bytes.indexOf("HTTP/1.1 200") === 0)
      return true;
    const answer = readAnswer(bytes);
    if (answer === undefined) return false;
    sized = answer.headers.has("content-length");
    if (answer.status !== 200 || !answer.body.equals(expected)) throw new Error(`a wrong answer: ${bytes.toString("latin1", 0, 1000)}`);
    return true;
  });
}

/** Without a word for so long, a server will say nothing more. */
const silentMilliseconds = 30_000;

function run(port: number, request: Buffer, count: number, connections: number, isWhole: (bytes: Buffer) => boolean): Promise<unknown> {
  let left = count;
  const client = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true });
      let received: Buffer | undefined;
      let answered = false;
      const next = () => {
        if (left <= 0) {
          answered = true;
          socket.end();
          return;
        }
        left--;
        socket.write(request);
      };
      socket.on("connect", next);
      socket.on("data", (bytes) => {
        received = received === undefined ? bytes : Buffer.concat([received, bytes]);
        try {
          if (!isWhole(received)) return;
        } catch (error) {
          reject(error as Error);
          socket.destroy();
          return;
        }
        received = undefined;
        next();
      });
      socket.setTimeout(silentMilliseconds, () => socket.destroy(new Error("no answer")));
      socket.on("error", reject);
      socket.on("close", () =>
        answered ? resolve() : reject(new Error(`a connection ended in the middle: ${received?.toString("latin1")}`)),
      );
    });
  return Promise.all(Array.from({ length: Math.min(connections, count) }, client));
}
