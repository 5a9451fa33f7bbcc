import { SetosaClientError } from "./client-error.ts";
import { type ClientClock, pause } from "./clock.ts";
import { canPass, type RetryPolicy, retryAfter, retryPause } from "./retries.ts";

export interface Sender extends RetryPolicy {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly clock: ClientClock;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Call {
  readonly url: string;
  /** Absent for a GET. */
  readonly body?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** For all attempts together. */
  readonly timeoutMilliseconds: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Sends a request until it is answered, may not be sent again, or its time is over.
 * @returns the answer's JSON
 * @throws SetosaClientError; the signal's reason
 */
export async function send(sender: Sender, call: Call): Promise<unknown> {
  const { clock } = sender;
  const end = clock.now() + call.timeoutMilliseconds;
  for (let attempt = 1; ; attempt++) {
    call.signal?.throwIfAborted();
    try {
      return await once(sender, call, { end, attempt });
    } catch (error) {
      if (!(error instanceof SetosaClientError) || !canPass(error) || attempt > sender.retries) throw error;
      const wait = retryPause(attempt, error.retryMilliseconds, sender, clock);
      // To wait for longer than there is time would only tell later what is known now.
      if (clock.now() + wait >= end) throw error;
      await pause(clock, wait, call.signal);
    }
  }
}

interface Attempt {
  readonly end: number;
  readonly attempt: number;
}

async function once(sender: Sender, call: Call, { end, attempt }: Attempt): Promise<unknown> {
  const { clock } = sender;
  const left = Math.max(1, end - clock.now());
  const stopped = new AbortController();
  const stop = () => stopped.abort(call.signal?.reason);
  call.signal?.addEventListener("abort", stop, { once: true });
  let late = false;
  const cancel = clock.after(left, () => {
    late = true;
    stopped.abort();
  });
  try {
    const response = await sender.fetch(call.url, {
      method: call.body === undefined ? "GET" : "POST",
      headers: { accept: "application/json", ...sender.headers, ...call.headers, "x-request-timeout-ms": String(Math.ceil(left)) },
      signal: stopped.signal,
      ...(call.body === undefined ? {} : { body: call.body }),
    });
    return await read(response, attempt, clock);
  } catch (error) {
    if (call.signal?.aborted === true) throw call.signal.reason;
    if (late)
      throw new SetosaClientError("DEADLINE_EXCEEDED", `No answer came within ${call.timeoutMilliseconds} ms.`, {
        hint: "Allow more time (timeoutMilliseconds), or send fewer rows in one request.",
        attempts: attempt,
        cause: error,
      });
    if (error instanceof SetosaClientError) throw error;
    throw new SetosaClientError("CONNECTION_FAILED", `${call.url} cannot be reached: ${reasonOf(error)}.`, {
      hint: "Check the address, and whether the server runs.",
      attempts: attempt,
      cause: error,
    });
  } finally {
    cancel();
    call.signal?.removeEventListener("abort", stop);
  }
}

async function read(response: Response, attempts: number, clock: ClientClock): Promise<unknown> {
  const { status } = response;
  const text = await response.text();
  const requestId = response.headers.get("x-request-id") ?? undefined;
  const json = parsed(text);
  if (response.ok && json !== undefined) return json;
  const told = errorIn(json);
  throw new SetosaClientError(told?.code ?? "ANSWER_INVALID", told?.message ?? strange(status, text), {
    path: told?.path,
    hint: told === undefined ? "Check that the address is that of setosa serve." : told.hint,
    status,
    requestId,
    retryMilliseconds: retryAfter(response.headers.get("retry-after"), clock),
    attempts,
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface ToldError {
  readonly code: string;
  readonly message: string;
  readonly path: string | undefined;
  readonly hint: string | undefined;
}

/** `{"error": {"code", "message", "path", "hint"}}` */
function errorIn(json: unknown): ToldError | undefined {
  const error = member(json, "error");
  const [code, message] = [member(error, "code"), member(error, "message")];
  if (typeof code !== "string" || typeof message !== "string") return undefined;
  const [path, hint] = [member(error, "path"), member(error, "hint")];
  return { code, message, path: typeof path === "string" ? path : undefined, hint: typeof hint === "string" ? hint : undefined };
}

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

function strange(status: number, text: string): string {
  return `The answer is ${status}, and not one of a Setosa server: ${JSON.stringify(text.slice(0, 100))}.`;
}

/** fetch's own error says only that it failed; its cause says why. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return (cause instanceof Error ? cause.message || cause.name : String(cause)).replace(/\.$/, "");
}
