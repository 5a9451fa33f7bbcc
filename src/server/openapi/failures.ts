import { type ErrorCode, errorCodes } from "../../errors.ts";
import type { Content, Operation } from "../../openapi/description.ts";
import type { Schema } from "../../openapi/schema.ts";
import { httpStatus } from "../../protocols/http-status.ts";
import type { BoundRoute } from "../router.ts";

/** Of the server as a whole. */
export interface Refusals {
  /** Whether an API key is asked for. */
  readonly keys: boolean;
}

export interface ResponseObject {
  readonly description: string;
  readonly content?: Content;
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: Schema }>>;
}

/** Why a request at a route may fail, by status: what its handler refuses with, and what is refused before it. */
export function failures(
  { errors = [], body }: Operation,
  { model, post }: Pick<BoundRoute, "model" | "post">,
  { keys, open, content }: Refusals & { readonly open: boolean; readonly content: Content },
): Readonly<Record<number, ResponseObject>> {
  const byStatus = new Map<number, Set<ErrorCode>>();
  const add = (status: number, code: ErrorCode) => byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code));
  for (const code of errors) add(httpStatus[code], code);
  if (keys && !open) {
    add(401, "UNAUTHENTICATED");
    add(429, "RATE_LIMITED");
    // Keys may be made for some models; the default model is one of them.
    if (model !== undefined || post !== undefined) add(403, "PERMISSION_DENIED");
  }
  if (body !== undefined) {
    add(413, "BODY_TOO_LARGE");
    // A body that does not arrive in time, as opposed to an answer that is not there in time.
    add(408, "DEADLINE_EXCEEDED");
    // Any body may be compressed, in ways that are not read.
    add(415, "CONTENT_TYPE_UNSUPPORTED");
  }
  add(431, "HEADERS_TOO_LARGE");
  add(503, "OVERLOADED");
  add(500, "INTERNAL");
  return Object.fromEntries(
    [...byStatus].sort(([one], [other]) => one - other).map(([status, codes]) => [status, { ...failure(status, [...codes]), content }]),
  );
}

function failure(status: number, codes: readonly ErrorCode[]): ResponseObject {
  const description = codes.map((code) => `\`${code}\`: ${errorCodes[code]}`).join("\n\n");
  const headers = {
    ...(status === 429 || status === 503
      ? { "Retry-After": { description: "Seconds to wait before trying again.", schema: { type: "integer", minimum: 0 } as const } }
      : {}),
    ...(status === 401 ? { "WWW-Authenticate": { description: "RFC 6750.", schema: { type: "string" } as const } } : {}),
  };
  return { description, ...(Object.keys(headers).length === 0 ? {} : { headers }) };
}
