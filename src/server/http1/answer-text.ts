import type { Answer, Head } from "../../protocols/exchange.ts";

/** How an answer is sent. */
export interface AnswerForm {
  /** The connection ends behind it. */
  readonly close: boolean;
  /** To an HTTP/1.0 client that wants the connection kept. */
  readonly announceKeepAlive: boolean;
  /** HEAD asks for everything but the body. */
  readonly withoutBody: boolean;
  readonly requestId: string | undefined;
}

const reasons: Readonly<Record<number, string>> = {
  200: "OK",
  204: "No Content",
  304: "Not Modified",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Timeout",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  429: "Too Many Requests",
  499: "Client Closed Request",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  507: "Insufficient Storage",
};

/** Heads are few and shared (see `Head`): their lines are written once. */
const lines = new WeakMap<Head, string>();

function linesOf(head: Head): string {
  const known = lines.get(head);
  if (known !== undefined) return known;
  // RFC 9112, 4: the reason may be empty, the space before it not.
  const written = [`HTTP/1.1 ${head.status} ${reasons[head.status] ?? ""}`];
  for (const [name, value] of Object.entries(head.headers)) if (name !== "connection") written.push(`${name}: ${value}`);
  // A browser takes an answer for what it says it is (Fetch, 3.6), not for a script or a page that a client's text in it looks like.
  written.push("x-content-type-options: nosniff");
  const text = `${written.join("\r\n")}\r\n`;
  lines.set(head, text);
  return text;
}

/** An answer as it is sent: text in UTF-8 or bytes, and how many bytes that is. */
export interface AnswerText {
  readonly data: string | Uint8Array;
  readonly bytes: number;
}

/** @param date The Date header's line, with its end */
export function answerText(
  { head, body }: Answer,
  date: string,
  { close, announceKeepAlive, withoutBody, requestId }: AnswerForm,
): AnswerText {
  const connection = close ? "connection: close\r\n" : announceKeepAlive ? "connection: keep-alive\r\n" : "";
  const id = requestId === undefined ? "" : `x-request-id: ${requestId}\r\n`;
  const bytes = lengthOf(body);
  // RFC 9110, 8.6: no length where there can be no body; that of 304 would be the length of another answer.
  const length = head.status === 204 || head.status === 304 ? "" : `content-length: ${bytes}\r\n`;
  const top = `${linesOf(head)}${length}${date}${id}${connection}\r\n`;
  // Heads are ASCII: a byte for each character.
  if (withoutBody) return { data: top, bytes: top.length };
  // One write for both: the second would wait for a turn, or be a packet of its own.
  const data = typeof body === "string" ? top + body : Buffer.concat([Buffer.from(top, "latin1"), body]);
  return { data, bytes: top.length + bytes };
}

export interface StreamForm {
  readonly close: boolean;
  /** HTTP/1.0 has no chunks: the body ends with the connection. */
  readonly chunked: boolean;
  readonly requestId: string | undefined;
}

/** The head of an answer whose body comes in pieces. */
export function streamHead(head: Head, date: string, { close, chunked, requestId }: StreamForm): string {
  const coding = chunked ? "transfer-encoding: chunked\r\n" : "";
  const id = requestId === undefined ? "" : `x-request-id: ${requestId}\r\n`;
  return `${linesOf(head)}${coding}${date}${id}${close ? "connection: close\r\n" : ""}\r\n`;
}

/** A chunk (RFC 9112, 7.1). */
export function chunk(piece: string | Uint8Array, length: number): AnswerText {
  const size = `${length.toString(16)}\r\n`;
  const bytes = size.length + length + 2;
  if (typeof piece === "string") return { data: `${size}${piece}\r\n`, bytes };
  return { data: Buffer.concat([Buffer.from(size, "latin1"), piece, lineEnd], bytes), bytes };
}

const lineEnd = Buffer.from("\r\n", "latin1");

/** How many bytes a body is when it is sent. */
export function lengthOf(body: string | Uint8Array): number {
  return typeof body === "string" ? Buffer.byteLength(body) : body.length;
}
