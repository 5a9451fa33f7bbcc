import { Agent, request as httpRequest } from "node:http";
import { deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";
import type { Body, HttpVector } from "./vector.ts";

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface HttpCall {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

/** Kept connections; a request that has to reach any of several workers takes one of its own. */
const kept = new Agent({ keepAlive: true });

/** Sends exactly these headers, with those of a length and a host, and takes the answer as it is. */
export function send(port: number, { method, path, headers, body }: HttpCall, alone = false): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": String(body.length) };
    const request = httpRequest(
      { port, host: "127.0.0.1", method, path, headers: { ...length, ...headers }, agent: alone ? false : kept },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const pairs = Object.entries(response.headers).map(([name, value]) => [
            name,
            Array.isArray(value) ? value.join(", ") : (value ?? ""),
          ]);
          resolve({
            status: response.statusCode ?? 0,
            headers: Object.fromEntries(pairs),
            body: decoded(Buffer.concat(chunks), response.headers["content-encoding"]),
          });
        });
      },
    );
    // A server that refuses a body before it has come may close while it is still sent: then the answer is there, and settles it first.
    request.on("error", reject);
    request.end(body);
  });
}

/** What a vector's request is on the wire. */
export function callOf({ request }: HttpVector, folder: string): HttpCall {
  const { body } = request;
  const { bytes, headers } = body === undefined ? { bytes: undefined, headers: {} } : written(body, folder);
  const encoded = bytes === undefined || request.encoding === undefined ? bytes : encoders[request.encoding](bytes);
  const all: Readonly<Record<string, string>> = {
    ...headers,
    ...(request.encoding === undefined ? {} : { "content-encoding": request.encoding }),
    ...request.headers,
  };
  return {
    method: request.method ?? (body === undefined ? "GET" : "POST"),
    path: request.path,
    // An empty value stands for a header that is not sent.
    headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== "")),
    body: encoded ?? (request.method === "POST" ? new Uint8Array() : undefined),
  };
}

const encoders = { gzip: gzipSync, deflate: deflateSync };

function decoded(body: Uint8Array, encoding: string | undefined): Uint8Array {
  if (encoding === "gzip") return gunzipSync(body);
  return encoding === "deflate" ? inflateSync(body) : body;
}

function written(body: Body, folder: string): { bytes: Uint8Array; headers: Record<string, string> } {
  if ("hex" in body) return { bytes: Buffer.from(body.hex, "hex"), headers: {} };
  if ("text" in body) return { bytes: Buffer.from(body.text), headers: {} };
  const json = Buffer.from(JSON.stringify(body.json).replaceAll("{base}", folder));
  if (!("tail" in body)) return { bytes: json, headers: { "content-type": "application/json" } };
  const bytes = Buffer.concat([json, ...body.tail.map((hex) => Buffer.from(hex, "hex"))]);
  return { bytes, headers: { "content-type": "application/octet-stream", "inference-header-content-length": String(json.length) } };
}
