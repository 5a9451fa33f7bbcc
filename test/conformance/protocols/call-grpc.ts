import { type ClientHttp2Session, connect } from "node:http2";

export interface GrpcAnswer {
  /** `grpc-status`; -1 where there is none. */
  readonly status: number;
  readonly message: string;
  /** The only message of the answer; undefined where there is none. */
  readonly reply: Uint8Array | undefined;
}

export interface GrpcCall {
  /** `package.Service/Method` */
  readonly method: string;
  readonly message: Uint8Array;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

export function openGrpc(port: number): ClientHttp2Session {
  const session = connect(`http://127.0.0.1:${port}`);
  // A failed connection fails its calls.
  session.on("error", () => {});
  return session;
}

/** One unary call, as gRPC's own document has it: grpc/grpc, doc/PROTOCOL-HTTP2.md. */
export function callGrpc(session: ClientHttp2Session, { method, message, metadata }: GrpcCall): Promise<GrpcAnswer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ":method": "POST",
      ":path": `/${method}`,
      "content-type": "application/grpc",
      te: "trailers",
      ...metadata,
    });
    const chunks: Buffer[] = [];
    let last: Readonly<Record<string, unknown>> = {};
    stream.on("response", (headers) => {
      last = headers;
    });
    stream.on("trailers", (trailers) => {
      last = trailers;
    });
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", reject);
    stream.on("close", () => {
      const body = Buffer.concat(chunks);
      resolve({
        status: Number(last["grpc-status"] ?? -1),
        message: decodeURIComponent(String(last["grpc-message"] ?? "")),
        reply: body.length < 5 ? undefined : body.subarray(5, 5 + body.readUInt32BE(1)),
      });
    });
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message.length, 1);
    stream.end(Buffer.concat([prefix, message]));
  });
}
