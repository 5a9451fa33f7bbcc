import type { Answer } from "../../protocols/exchange.ts";
import { encodings } from "../../protocols/open-inference-grpc/compression.ts";
import { statusOf } from "../../protocols/open-inference-grpc/grpc-status.ts";
import { encodeHeaders } from "../http2/hpack/encode.ts";

// Headers of answers: of right ones always the same.

type Fields = [name: string, value: string][];

const responseFields: Fields = [
  [":status", "200"],
  ["content-type", "application/grpc"],
  ["grpc-accept-encoding", ["identity", ...encodings].join(",")],
];

/** In front of messages. */
export const responseBlock: Buffer = encodeHeaders(responseFields);
export const okBlock: Buffer = encodeHeaders([["grpc-status", "0"]]);

/** With the request's name. */
export function namedResponseBlock(requestId: string): Buffer {
  return encodeHeaders([...responseFields, ["x-request-id", requestId]]);
}

/** What no client of gRPC sends is answered without gRPC (grpc/doc/PROTOCOL-HTTP2.md, "Requests"). */
export const notGrpcBlock: Buffer = encodeHeaders([[":status", "415"]]);

/** Characters of a message that clients have to take: their own limits of headers are 8 KiB and more. */
const longestMessage = 1500;
/** Refusals that are sent again and again are one object. */
const refusals = new WeakMap<Answer, Buffer>();

/** Headers of an answer that is an error and nothing else. */
export function errorBlock(answer: Answer): Buffer {
  const known = refusals.get(answer);
  if (known !== undefined) return known;
  const block = encodeHeaders([...responseFields, ...errorFields(answer)]);
  refusals.set(answer, block);
  return block;
}

/** Headers that end an answer of which something was sent already. */
export function errorTrailers(answer: Answer): Buffer {
  return encodeHeaders(errorFields(answer));
}

function errorFields({ error, head, requestId }: Answer): Fields {
  const code = error?.code ?? "INTERNAL";
  const text = error === undefined ? "The server failed." : `${error.message}${error.hint === undefined ? "" : ` ${error.hint}`}`;
  const fields: Fields = [
    ["grpc-status", String(statusOf(code))],
    ["grpc-message", percentEncoded(text.slice(0, longestMessage))],
    ["setosa-code", code],
  ];
  if (error?.path !== undefined && error.path !== "") fields.push(["setosa-path", percentEncoded(error.path.slice(0, 200))]);
  const seconds = Number(head.headers["retry-after"]);
  // Clients that retry wait so long (gRFC A6).
  if (seconds > 0) fields.push(["grpc-retry-pushback-ms", String(seconds * 1000)]);
  if (requestId !== undefined) fields.push(["x-request-id", requestId]);
  return fields;
}

/** As UTF-8, with everything escaped that is not printable ASCII (grpc/doc/PROTOCOL-HTTP2.md, "Responses"). */
function percentEncoded(text: string): string {
  if (/^[\x20-\x24\x26-\x7e]*$/.test(text)) return text;
  let encoded = "";
  for (const byte of Buffer.from(text, "utf8"))
    encoded +=
      byte >= 0x20 && byte <= 0x7e && byte !== 0x25 ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  return encoded;
}
