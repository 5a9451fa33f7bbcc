import { connect as connectHttp2, constants } from "node:http2";
import { connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type GrpcClient, grpcClient, irisRequest, labelsOf, setosaRow, startGrpc } from "./grpc-client.ts";
import { type Running, root, runtimes } from "./process.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const inferPath = "/inference.GRPCInferenceService/ModelInfer";

function frame(type: number, flags: number, stream: number, payload: Uint8Array = new Uint8Array(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}
const settings = frame(4, 0, 0);
const text = (value: string) => Buffer.concat([Buffer.of(value.length), Buffer.from(value)]);
/** :method POST, :scheme http, :path, content-type: as literals that leave the table alone. */
const head = (path = inferPath, more: readonly (readonly [string, string])[] = []) =>
  Buffer.concat([
    Buffer.of(0x83, 0x86, 0x04),
    text(path),
    Buffer.of(0x0f, 0x10),
    text("application/grpc"),
    ...more.flatMap(([name, value]) => [Buffer.of(0), text(name), text(value)]),
  ]);
const headers = (stream: number, ends = false) => frame(1, ends ? 5 : 4, stream, head());
const number = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

interface Closed {
  readonly bytes: Buffer;
  /** Codes of the GOAWAY frames that came. */
  readonly goAways: readonly number[];
}

/** Sends bytes, and reads until the server closes. */
function attack(port: number, parts: Iterable<Uint8Array>): Promise<Closed> {
  return new Promise((resolve) => {
    const socket: Socket = connect({ port, host: "127.0.0.1" });
    const received: Buffer[] = [];
    socket.on("data", (bytes) => received.push(bytes));
    socket.on("error", () => {});
    socket.on("close", () => {
      const bytes = Buffer.concat(received);
      resolve({ bytes, goAways: frames(bytes).flatMap(({ type, payload }) => (type === 7 ? [payload.readUInt32BE(4)] : [])) });
    });
    for (const part of parts) socket.write(part);
  });
}

function frames(bytes: Buffer): { type: number; stream: number; payload: Buffer }[] {
  const found = [];
  for (let at = 0; at + 9 <= bytes.length; ) {
    const end = at + 9 + bytes.readUIntBE(at, 3);
    found.push({ type: bytes[at + 3] as number, stream: bytes.readUInt32BE(at + 5), payload: bytes.subarray(at + 9, end) });
    at = end;
  }
  return found;
}

describe.each(runtimes)("gRPC under attack on %s", (runtime) => {
  let running: Running;
  let port = 0;
  let client: GrpcClient;
  beforeAll(async () => {
    const limits = ["--max-body-bytes", "200000", "--request-timeout-ms", "1000", "--idle-timeout-ms", "1000"];
    ({ running, grpcPort: port } = await startGrpc(runtime, [`${root}models/iris.onnx`, ...limits]));
    client = grpcClient(port);
  });
  const works = async () => expect(labelsOf(await client.call("ModelInfer", irisRequest([setosaRow])))).toEqual([0]);
  afterAll(async () => {
    await works();
    client.close();
    expect(await running.stop()).toBe(0);
  });

  it.each<[string, number, () => Uint8Array[]]>([
    ["a frame that is too large", 6, () => [Buffer.of(0, 0x40, 1, 0, 0, 0, 0, 0, 1)]],
    ["data on stream 0", 1, () => [frame(0, 0, 0, Buffer.of(1))]],
    ["data on a stream that is not open", 1, () => [frame(0, 0, 7, Buffer.of(1))]],
    ["headers on an even stream", 1, () => [frame(1, 4, 2, head())]],
    ["a header block that nobody can read", 9, () => [frame(1, 4, 1, Buffer.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff))]],
    ["a frame within a header block", 1, () => [frame(1, 0, 1, head()), frame(6, 0, 0, Buffer.alloc(8))]],
    ["a continuation of nothing", 1, () => [frame(9, 4, 1, head())]],
    ["padding longer than its frame", 1, () => [headers(1), frame(0, 8, 1, Buffer.of(9, 1))]],
    ["a ping of seven bytes", 6, () => [frame(6, 0, 0, Buffer.alloc(7))]],
    ["settings of five bytes", 6, () => [frame(4, 0, 0, Buffer.alloc(5))]],
    ["a push", 1, () => [frame(5, 4, 1, Buffer.alloc(4))]],
    ["a reset of a stream that is not open", 1, () => [frame(3, 0, 5, number(8))]],
    ["a window that grows too far", 3, () => [frame(8, 0, 0, number(2 ** 31 - 1))]],
    ["data behind the end", 1, () => [headers(1, true), frame(0, 0, 3, Buffer.of(1))]],
    ["continuations without an end", 11, () => [frame(1, 0, 1, head()), ...Array.from({ length: 100 }, () => frame(9, 0, 1))]],
    [
      "a header block without an end",
      11,
      () => [frame(1, 0, 1, head()), ...Array.from({ length: 10 }, () => frame(9, 0, 1, Buffer.alloc(16_000)))],
    ],
    ["pings without an end", 11, () => [Buffer.concat(Array.from({ length: 20_000 }, () => frame(6, 0, 0, Buffer.alloc(8))))]],
    ["settings without an end", 11, () => [Buffer.concat(Array.from({ length: 20_000 }, () => settings))]],
    ["empty data without an end", 11, () => [headers(1), Buffer.concat(Array.from({ length: 20_000 }, () => frame(0, 0, 1)))]],
    [
      "calls that are taken back at once (rapid reset)",
      11,
      () => [
        Buffer.concat(
          Array.from({ length: 5000 }, (_, index) => Buffer.concat([headers(2 * index + 1), frame(3, 0, 2 * index + 1, number(8))])),
        ),
      ],
    ],
  ])("ends a connection with %s", async (_, code, parts) => {
    const { goAways } = await attack(port, [preface, settings, ...parts()]);
    expect(goAways).toEqual([code]);
    await works();
  });

  it("says to HTTP/1.1 what it is, and to others nothing", async () => {
    const { bytes } = await attack(port, [Buffer.from("GET /predict HTTP/1.1\r\nHost: a\r\n\r\n")]);
    expect(bytes.toString("latin1")).toMatch(/HTTP\/1\.1 400 Bad Request[\s\S]*This port speaks gRPC/);
    await attack(port, [Buffer.from("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")]);
    await works();
  });

  it.each<[string, Uint8Array[]]>([
    ["silent", []],
    ["stuck in the preface", [preface.subarray(0, 10)]],
    ["stuck in a frame", [preface, settings, Buffer.of(0, 0, 8, 6)]],
    ["stuck in a header block", [preface, settings, frame(1, 0, 1, head())]],
    ["gone silent, and deaf to pings", [preface, settings]],
  ])("lets go of a client that is %s", async (_, parts) => {
    await attack(port, parts);
    await works();
  });

  it("refuses streams over its limit, one by one, and serves the others", async () => {
    const count = 1000;
    const { bytes } = await attack(port, [preface, settings, ...Array.from({ length: count }, (_, index) => headers(2 * index + 1))]);
    const resets = frames(bytes).flatMap(({ type, stream, payload }) => (type === 3 ? [[stream, payload.readUInt32BE(0)]] : []));
    const refused = resets.filter(([, code]) => code === constants.NGHTTP2_REFUSED_STREAM);
    expect(refused).toHaveLength(count - 256);
    // The others never come whole: they are answered in time, and their streams are closed.
    expect(resets.filter(([, code]) => code === constants.NGHTTP2_NO_ERROR)).toHaveLength(256);
    await works();
  });

  interface Reply {
    readonly status: unknown;
    readonly grpc: unknown;
    readonly accepted: unknown;
    readonly setosa: unknown;
  }

  /** One call by Node's own client of HTTP/2. */
  function send(body: Uint8Array, more: Record<string, string> = {}): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const session = connectHttp2(`http://127.0.0.1:${port}`);
      session.on("error", reject);
      const stream = session.request({
        ":method": "POST",
        ":path": inferPath,
        "content-type": "application/grpc",
        te: "trailers",
        ...more,
      });
      let all: Record<string, unknown> = {};
      stream.on("response", (fields) => {
        all = { ...all, ...fields };
      });
      stream.on("trailers", (fields) => {
        all = { ...all, ...fields };
      });
      stream.on("error", reject);
      stream.on("close", () => {
        session.destroy();
        resolve({ status: all[":status"], grpc: all["grpc-status"], accepted: all["grpc-accept-encoding"], setosa: all["setosa-code"] });
      });
      stream.resume();
      stream.end(body);
    });
  }

  const message = (bytes: Uint8Array, flags = 0, length = bytes.length) => Buffer.concat([Buffer.of(flags), number(length), bytes]);

  it.each<[string, Uint8Array, Record<string, string>, string, string]>([
    ["no message", new Uint8Array(0), {}, "3", "REQUEST_INVALID"],
    ["a prefix that is cut", Buffer.of(0, 0, 0), {}, "3", "REQUEST_INVALID"],
    ["a message that is cut", message(Buffer.of(1), 0, 9), {}, "3", "REQUEST_INVALID"],
    ["two messages", Buffer.concat([message(Buffer.of()), message(Buffer.of())]), {}, "3", "REQUEST_INVALID"],
    ["flags that there are not", message(Buffer.of(), 3), {}, "3", "REQUEST_INVALID"],
    ["bytes that are no message", message(Buffer.of(0xff, 0xff)), {}, "13", "MESSAGE_INVALID"],
    ["a message that says to be larger than the limit", message(Buffer.of(), 0, 2 ** 32 - 1), {}, "8", "BODY_TOO_LARGE"],
    ["a bomb", message(gzipSync(Buffer.alloc(5_000_000)), 1), { "grpc-encoding": "gzip" }, "8", "BODY_TOO_LARGE"],
    ["a large bomb", message(gzipSync(Buffer.alloc(100_000_000)), 1), { "grpc-encoding": "gzip" }, "8", "BODY_TOO_LARGE"],
    ["bytes that are not compressed", message(Buffer.of(1, 2, 3), 1), { "grpc-encoding": "gzip" }, "3", "BODY_SHAPE_INVALID"],
    ["compression that nobody said", message(gzipSync(Buffer.of()), 1), {}, "3", "REQUEST_INVALID"],
    ["compression that nobody knows", message(Buffer.of(), 1), { "grpc-encoding": "snappy" }, "12", "CONTENT_TYPE_UNSUPPORTED"],
    ["a method that there is not", message(Buffer.of()), { ":path": "/inference.GRPCInferenceService/Nothing" }, "12", "ROUTE_NOT_FOUND"],
    ["a path of HTTP", message(Buffer.of()), { ":path": "/metrics" }, "12", "ROUTE_NOT_FOUND"],
    ["headers over the limit", message(Buffer.of()), { "x-large": "x".repeat(20_000) }, "8", "HEADERS_TOO_LARGE"],
  ])("refuses %s", async (_, body, more, grpc, setosa) => {
    expect(await send(body, more)).toEqual({ status: 200, grpc, setosa, accepted: "identity,deflate,gzip" });
    await works();
  });

  it("answers what is not gRPC by HTTP's 415", async () => {
    expect(await send(new Uint8Array(0), { "content-type": "application/json" })).toMatchObject({ status: 415, grpc: undefined });
  });
});
