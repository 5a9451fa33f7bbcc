import type { SetosaClientError } from "./client-error.ts";
import type { ClientClock } from "./clock.ts";

export interface RetryPolicy {
  /** How often a request is sent again. */
  readonly retries: number;
  /** The first pause is up to so many milliseconds, each further one up to twice the one before. */
  readonly retryMilliseconds: number;
  /** And never longer. */
  readonly mostRetryMilliseconds: number;
}

/** Refusals that pass, and connections that fail: a prediction changes nothing, so that it can be asked for twice. */
export function canPass({ status, code }: SetosaClientError): boolean {
  return status === 429 || status === 503 || code === "CONNECTION_FAILED";
}

/**
 * Milliseconds to wait before attempt number `attempt` + 1. What the server asks for is waited at least; the rest is chance, so that
 * clients that were refused together do not come back together.
 */
export function retryPause(attempt: number, asked: number | undefined, policy: RetryPolicy, clock: ClientClock): number {
  const most = Math.min(policy.mostRetryMilliseconds, policy.retryMilliseconds * 2 ** (attempt - 1));
  return (asked ?? 0) + clock.random() * most;
}

/** `Retry-After` in milliseconds: seconds, or a date (RFC 9110, 10.2.3). Undefined where it is neither. */
export function retryAfter(header: string | null, clock: Pick<ClientClock, "date">): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - clock.date());
}
