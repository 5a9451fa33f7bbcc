import { connect, type Socket } from "node:net";

export interface TableRequest {
  readonly port: number;
  readonly path?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Pieces of the body, each written by itself. */
  readonly body: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;
  /** The body's length; without it each piece is a chunk. */
  readonly length?: number;
  /** Reads nothing of the answer before all of the body has been sent. */
  readonly readLate?: boolean;
  readonly version?: "1.0" | "1.1";
  /** Called with each piece of the answer as it comes. */
  readonly received?: (socket: Socket, bytes: number) => void;
}

export interface TableAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** Whether the answer ended as its head said it would. */
  readonly whole: boolean;
  /** Whether the connection failed, instead of ending. */
  readonly failed: boolean;
}

const emptyLine = "\r\n\r\n";

/** One request on a connection of its own, sent and read as raw bytes: what a client library hides is to be seen. */
export async function askTable(options: TableRequest): Promise<TableAnswer> {
  const { port, path = "/predict", headers, body, length, readLate = false, version = "1.1", received } = options;
  const socket = connect({ port, host: "127.0.0.1" });
  const parts: Buffer[] = [];
  let [failed, over] = [false, false];
  const ended = new Promise<void>((resolve) => {
    socket.on("error", () => {
      failed = true;
    });
    socket.on("close", () => {
      over = true;
      resolve();
    });
  });
  const read = () =>
    socket.on("data", (bytes: Buffer) => {
      parts.push(bytes);
      received?.(socket, bytes.length);
    });
  if (!readLate) read();
  const framing = length === undefined ? "Transfer-Encoding: chunked" : `Content-Length: ${length}`;
  const lines = Object.entries({ Host: "a", Connection: "close", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST ${path} HTTP/${version}\r\n${lines.join("")}${framing}\r\n\r\n`);
  const send = async (piece: string | Uint8Array) => {
    if (!socket.write(piece)) await Promise.race([new Promise((resolve) => socket.once("drain", resolve)), ended]);
  };
  for await (const piece of body) {
    if (over || socket.destroyed) break;
    const bytes = Buffer.from(piece as Uint8Array);
    if (bytes.length === 0) continue;
    await send(length === undefined ? Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]) : bytes);
  }
  if (length === undefined && !socket.destroyed) await send("0\r\n\r\n");
  if (readLate) read();
  await ended;
  return parse(Buffer.concat(parts), failed);
}

function parse(bytes: Buffer, failed: boolean): TableAnswer {
  const end = bytes.indexOf(emptyLine);
  const [first = "", ...lines] = bytes.toString("latin1", 0, Math.max(0, end)).split("\r\n");
  const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 2)]));
  const rest = end < 0 ? Buffer.alloc(0) : bytes.subarray(end + emptyLine.length);
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0);
  if (headers.get("transfer-encoding") === "chunked") return { status, headers, failed, ...dechunk(rest) };
  const length = headers.get("content-length");
  return { status, headers, failed, body: rest, whole: length === undefined ? !failed && status > 0 : rest.length === Number(length) };
}

function dechunk(bytes: Buffer): { readonly body: Buffer; readonly whole: boolean } {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = bytes.indexOf("\r\n", at);
    if (line < 0) return { body: Buffer.concat(parts), whole: false };
    const size = Number.parseInt(bytes.toString("latin1", at, line), 16);
    if (size === 0) return { body: Buffer.concat(parts), whole: true };
    parts.push(bytes.subarray(line + 2, Math.min(bytes.length, line + 2 + size)));
    at = line + 2 + size + 2;
    if (at > bytes.length) return { body: Buffer.concat(parts), whole: false };
  }
}

/** Cut at random places, some of them within a character or a number. */
export function* cut(bytes: Uint8Array, random: () => number, most: number): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; ) {
    const to = Math.min(bytes.length, from + 1 + Math.floor(random() * most));
    yield bytes.subarray(from, to);
    from = to;
  }
}
