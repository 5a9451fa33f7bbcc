import { connect, type Socket } from "node:net";

export interface RawOptions {
  readonly port: number;
  /** Ends our half of the connection after the last byte. */
  readonly halfClose?: boolean;
  /** Milliseconds to wait for the server to close. */
  readonly patience?: number;
  /** Stops waiting when what has come matches. */
  readonly until?: RegExp;
}

export interface RawAnswer {
  /** Everything that the server sent. */
  readonly text: string;
  readonly status: number | undefined;
  readonly closed: boolean;
  readonly milliseconds: number;
  /** Bytes that were handed to the socket before the server stopped taking any. */
  readonly sent: number;
}

/** Resolves when the socket takes more, or is gone. */
function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off("drain", done).off("close", done);
      resolve();
    };
    socket.once("drain", done).once("close", done);
    if (socket.destroyed) done();
  });
}

/** Sends bytes exactly as they are, which no HTTP client does. */
export async function sendRaw(
  parts: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  { port, halfClose = false, patience = 5000, until }: RawOptions,
): Promise<RawAnswer> {
  const started = performance.now();
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  let text = "";
  let sent = 0;
  let closed = false;
  let expired = false;
  const finished = new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      expired = true;
      resolve();
    }, patience);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      text += chunk;
      if (until?.test(text)) done();
    });
    for (const event of ["end", "close", "error"])
      socket.on(event, () => {
        closed = true;
        done();
      });
  });
  for await (const part of parts) {
    if (closed || expired) break;
    sent += part.length;
    if (!socket.write(part)) await drained(socket);
  }
  if (halfClose) socket.end();
  await finished;
  socket.destroy();
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
  return { text, status: status === undefined ? undefined : Number(status), closed, milliseconds: performance.now() - started, sent };
}
