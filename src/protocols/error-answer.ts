import { SetosaError } from "../errors.ts";
import type { Answer, Head } from "./exchange.ts";
import { httpStatus } from "./http-status.ts";

/** Seconds after which a refused client may try again, where the error does not say. */
const usualRetrySeconds = 1;

export interface ErrorAnswerOptions {
  /** Instead of the code's own status. */
  readonly status?: number;
  /** Ends the connection. */
  readonly close?: boolean;
  /** For 405: the methods that the path has, `GET, HEAD`. */
  readonly allow?: string;
  /** Further headers, by lower-case name. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * `{"error":{"code","message","path","hint"}}` with the code's status; `path` and `hint` only where there are some.
 * Anything that is not a SetosaError becomes INTERNAL, and its text stays inside: it may hold somebody's data.
 */
export function errorAnswer(error: unknown, options: ErrorAnswerOptions = {}): Answer {
  const known = error instanceof SetosaError ? error : internal();
  const { code, message, path, hint, retrySeconds } = known;
  const status = options.status ?? httpStatus[code];
  const body = `${JSON.stringify({ error: { code, message, path, hint } })}\n`;
  return { head: errorHead(status, options, retrySeconds), body, code, error: known };
}

function internal(): SetosaError {
  return new SetosaError("INTERNAL", "The server failed while it handled the request.", {
    hint: "The server's log has the details. Please report it.",
  });
}

/** Heads are few and shared: see `Head`. */
const heads = new Map<string, Head>();

function errorHead(status: number, { close = false, allow, headers: further }: ErrorAnswerOptions, retrySeconds = usualRetrySeconds): Head {
  const key = `${status} ${close} ${allow} ${retrySeconds}${further === undefined ? "" : ` ${JSON.stringify(further)}`}`;
  const known = heads.get(key);
  if (known !== undefined) return known;
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (status === 429 || status === 503) headers["retry-after"] = String(retrySeconds);
  if (allow !== undefined) headers.allow = allow;
  if (close) headers.connection = "close";
  Object.assign(headers, further);
  const head: Head = { status, headers };
  heads.set(key, head);
  return head;
}
