import { SetosaClientError } from "./client-error.ts";
import type { ClientClock } from "./clock.ts";
import type { RetryPolicy } from "./retries.ts";

export interface ClientOptions extends Partial<RetryPolicy> {
  /** For one call with all its attempts; 10,000 by default. */
  readonly timeoutMilliseconds?: number;
  /** Sent as `Authorization: Bearer …`. */
  readonly apiKey?: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of the global `fetch`. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Instead of the host's own time and chance. */
  readonly clock?: ClientClock;
}

export interface CallOptions {
  /** Of the model; by default the one that the server answers with. */
  readonly version?: string;
  /** For this call with all its attempts, instead of the client's. */
  readonly timeoutMilliseconds?: number;
  /** Ends the call at once; it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Who is served first where requests wait: the server's `X-Request-Priority`. */
  readonly priority?: "high" | "normal" | "low";
  /** Sent as `X-Request-Id`, for logs and traces. */
  readonly requestId?: string;
}

export const defaults = { retries: 2, retryMilliseconds: 100, mostRetryMilliseconds: 5000, timeoutMilliseconds: 10_000 } as const;

/** What the server's header takes: nine digits. */
const mostMilliseconds = 999_999_999;

/** @throws SetosaClientError ARGUMENT_INVALID */
export function checkedTime(name: string, value: number, least = 0): number {
  if (Number.isFinite(value) && value >= least) return Math.min(value, mostMilliseconds);
  throw new SetosaClientError("ARGUMENT_INVALID", `${name} is ${value}.`, { path: name, hint: `Give a number of ${least} or more.` });
}

/**
 * The server's address, ending with `/`: paths are appended to it.
 * @throws SetosaClientError ARGUMENT_INVALID
 */
export function baseAddress(address: string | URL): string {
  const url = URL.parse === undefined ? tryUrl(address) : URL.parse(String(address));
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:"))
    throw new SetosaClientError("ARGUMENT_INVALID", `The address ${JSON.stringify(String(address))} is no http: or https: URL.`, {
      hint: 'Give the server\'s address, such as "http://localhost:8080".',
    });
  url.search = "";
  url.hash = "";
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}

function tryUrl(address: string | URL): URL | null {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}
