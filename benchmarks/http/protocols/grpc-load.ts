import { type ClientHttp2Session, connect } from "node:http2";

/**
 * Sends `count` unary calls, `atOnce` of them at a time over so many connections, and compares every answer.
 * @param expected The message of an answer; undefined takes any
 * @returns the message of the last one
 * @throws Error for an answer that is another
 */
export async function loadGrpc(
  port: number,
  { path, body }: { readonly path: string; readonly body: Buffer },
  expected: Buffer | undefined,
  { count, connections, atOnce }: { readonly count: number; readonly connections: number; readonly atOnce: number },
): Promise<Buffer> {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(body.length, 1);
  const message = Buffer.concat([prefix, body]);
  const sessions = Array.from({ length: Math.min(connections, count) }, () => connect(`http://127.0.0.1:${port}`));
  let left = count;
  let last: Buffer = Buffer.alloc(0);
  const client = async (session: ClientHttp2Session) => {
    for (; left > 0; ) {
      left--;
      last = await call(session, path, message);
      if (expected !== undefined && !last.equals(expected)) throw new Error("a wrong answer by gRPC");
    }
  };
  try {
    const clients = Math.min(Math.max(atOnce, connections), count);
    await Promise.all(Array.from({ length: clients }, (_, index) => client(sessions[index % sessions.length] as ClientHttp2Session)));
    return last;
  } finally {
    for (const session of sessions) session.close();
  }
}

function call(session: ClientHttp2Session, path: string, message: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" });
    const parts: Buffer[] = [];
    let status: unknown;
    let text: unknown;
    const told = (headers: Readonly<Record<string, unknown>>) => {
      status ??= headers["grpc-status"];
      text ??= headers["grpc-message"];
    };
    stream.on("response", told);
    stream.on("trailers", told);
    stream.on("data", (bytes: Buffer) => parts.push(bytes));
    stream.on("error", reject);
    stream.on("close", () => {
      if (Number(status ?? -1) === 0) resolve(Buffer.concat(parts).subarray(5));
      else reject(new Error(`grpc-status ${status}: ${text}`));
    });
    stream.end(message);
  });
}
