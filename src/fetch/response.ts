import type { Answer, Head } from "../protocols/exchange.ts";

/** Heads are few and shared (see `Head`): their headers are put together once. */
const known = new WeakMap<Head, Readonly<Record<string, string>>>();

function headersOf(head: Head): Readonly<Record<string, string>> {
  const made = known.get(head);
  if (made !== undefined) return made;
  // What becomes of a connection is not the handler's to say.
  const { connection: _, ...headers } = head.headers;
  const all = { ...headers, "x-content-type-options": "nosniff" };
  known.set(head, all);
  return all;
}

export function responseInit(head: Head, requestId: string | undefined): ResponseInit {
  const headers = headersOf(head);
  return { status: head.status, headers: requestId === undefined ? headers : { ...headers, "x-request-id": requestId } };
}

/** @param withoutBody HEAD asks for everything but the body */
export function responseOf({ head, body }: Answer, requestId: string | undefined, withoutBody: boolean): Response {
  // RFC 9110, 15.3.5: a 204 has none, and Response refuses even an empty one.
  const none = withoutBody || head.status === 204;
  return new Response(none ? null : (body as string | Uint8Array<ArrayBuffer>), responseInit(head, requestId));
}
