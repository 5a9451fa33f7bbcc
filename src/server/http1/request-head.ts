import type { HeaderReader, HttpRequest } from "../../protocols/exchange.ts";
import { saneRequestId } from "../../telemetry/logs/request-id.ts";
import { splitTarget } from "../target.ts";

/** Request line and headers, with what they say of the body and of the connection. */
export interface RequestHead {
  readonly request: HttpRequest;
  /** Bytes of the body; undefined where it comes in chunks. */
  readonly length: number | undefined;
  /** Whether the client wants the connection for another request. */
  readonly keepAlive: boolean;
  /** HTTP/1.0, in which a kept connection has to be announced. */
  readonly old: boolean;
  /** The client waits for a word before it sends the body. */
  readonly expectsContinue: boolean;
}

/** Why a head is none: a sentence for the client. */
export interface HeadFault {
  readonly fault: string;
}

/**
 * The target is a path, a whole URL of HTTP, or the asterisk (RFC 9112, 3.2). A URL has a host (RFC 9110, 4.2.1) and no user, which would
 * be there to mislead (4.2.4).
 */
const requestLine =
  /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) (\*|\/[\x21-\x7e]*|[Hh][Tt][Tt][Pp][Ss]?:\/\/(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(?::\d*)?(?:[/?][\x21-\x7e]*)?) HTTP\/(\d)\.(\d)$/;
export const headerLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?) *$/;

/**
 * Reads a request's head (RFC 9112, 3 and 5), strictly: what two servers on the way could read differently is refused
 * (RFC 9112, 11.2: request smuggling).
 * @param text As latin1, without the empty line
 */
export function parseRequestHead(text: string): RequestHead | HeadFault {
  const lines = text.split("\r\n");
  const [, method, target, major, minor] = requestLine.exec(lines[0] ?? "") ?? [];
  if (method === undefined || target === undefined) return { fault: "The request line is not one of HTTP/1.1" };
  // RFC 9112, 2.3 would take 1.2 for 1.1, but there is no such version, and other parsers refuse it.
  if (major !== "1" || (minor !== "0" && minor !== "1")) return { fault: `HTTP/${major}.${minor} is not spoken here, but HTTP/1.1` };
  // Its target is an authority, and what follows it is no HTTP: a proxy on the way could take the next requests for a tunnel's bytes.
  if (method === "CONNECT") return { fault: "CONNECT is for proxies" };
  // The beginning of HTTP/2, whatever version it says (RFC 9113, 3.4).
  if (method === "PRI") return { fault: "HTTP/2 is not spoken here, but HTTP/1.1" };
  const old = minor === "0";
  const headers = new Map<string, string>();
  for (let index = 1; index < lines.length; index++) {
    const [, name, value = ""] = headerLine.exec(lines[index] as string) ?? [];
    if (name === undefined) return { fault: `Header line ${index} is not "Name: value"` };
    const key = name.toLowerCase();
    const before = headers.get(key);
    if (before !== undefined && single.has(key)) return { fault: `The header ${key} is there twice` };
    headers.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  if (!old && !headers.has("host")) return { fault: "The header Host is absent" };
  const length = bodyLength(headers, old);
  if (typeof length === "object") return length;
  const connection = tokens(headers.get("connection"));
  return {
    request: { method, ...splitTarget(target), headers: new Headers1(headers), requestId: saneRequestId(headers.get("x-request-id")) },
    length: length === "chunked" ? undefined : length,
    keepAlive: old ? connection.includes("keep-alive") : !connection.includes("close"),
    old,
    expectsContinue: !old && headers.get("expect")?.toLowerCase() === "100-continue",
  };
}

/** Two of these would mean that somebody reads the other one. */
const single = new Set(["host", "content-length", "transfer-encoding", "content-type", "content-encoding", "expect"]);

function bodyLength(headers: ReadonlyMap<string, string>, old: boolean): number | "chunked" | HeadFault {
  const coding = headers.get("transfer-encoding");
  const length = headers.get("content-length");
  if (coding !== undefined) {
    if (length !== undefined) return { fault: "Content-Length and Transfer-Encoding exclude each other" };
    if (old || coding.toLowerCase() !== "chunked") return { fault: "The Transfer-Encoding is not chunked" };
    return "chunked";
  }
  if (length === undefined) return 0;
  return /^\d{1,15}$/.test(length) ? Number(length) : { fault: "The Content-Length is no number of bytes" };
}

function tokens(value: string | undefined): string[] {
  return value === undefined
    ? []
    : value
        .toLowerCase()
        .split(",")
        .map((token) => token.trim());
}

class Headers1 implements HeaderReader {
  readonly #headers: ReadonlyMap<string, string>;

  constructor(headers: ReadonlyMap<string, string>) {
    this.#headers = headers;
  }

  get(name: string): string | undefined {
    return this.#headers.get(name);
  }
}
