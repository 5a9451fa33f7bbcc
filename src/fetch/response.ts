import type { Answer, Head } from "../protocols/exchange.ts";

/** Heads are few and shared (see `Head`): their headers are put together once. */
const known = new WeakMap<Head, Readonly<Record<string, string>>>();
const encoder = new TextEncoder();

function headersOf(head: Head): Readonly<Record<string, string>> {
  const made = known.get(head);
  if (made !== undefined) return made;
  // What becomes of a connection is not the handler's to say.
  const { connection: _, ...headers } = head.headers;
  const all = { ...headers, "x-content-type-options": "nosniff" };
  known.set(head, all);
  return all;
}

interface Further {
  readonly requestId: string | undefined;
  /** Bytes of the body; undefined where it goes in pieces. */
  readonly length?: number;
}

export function responseInit(head: Head, { requestId, length }: Further): ResponseInit {
  const headers = { ...headersOf(head) };
  if (requestId !== undefined) headers["x-request-id"] = requestId;
  if (length !== undefined) headers["content-length"] = String(length);
  return { status: head.status, headers };
}

/** @param withoutBody HEAD asks for everything but the body */
export function responseOf({ head, body }: Answer, requestId: string | undefined, withoutBody: boolean): Response {
  // RFC 9110, 15.3.5: a 204 has none, and Response refuses even an empty one.
  if (head.status === 204) return new Response(null, responseInit(head, { requestId }));
  const bytes = typeof body === "string" ? encoder.encode(body) : (body as Uint8Array<ArrayBuffer>);
  return new Response(withoutBody ? null : bytes, responseInit(head, { requestId, length: bytes.length }));
}
