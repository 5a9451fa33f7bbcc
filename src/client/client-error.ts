import type { ErrorCode } from "../errors.ts";

/**
 * What a call fails with beside the server's own codes: no connection, or one that broke; an answer that is not a prediction server's;
 * a client that was set up wrongly. A call's deadline is DEADLINE_EXCEEDED whether the server or the client saw it pass.
 */
export type ClientCode = "CONNECTION_FAILED" | "ANSWER_INVALID";

export interface ClientErrorOptions {
  readonly path?: string | undefined;
  readonly hint?: string | undefined;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly retryMilliseconds?: number | undefined;
  readonly attempts?: number | undefined;
  readonly cause?: unknown;
}

/** The one error that calls fail with, but for a signal's own reason. */
export class SetosaClientError extends Error {
  override readonly name = "SetosaClientError";
  /** Stable: the server's code where it has answered. A newer server may have codes that this client does not know. */
  readonly code: ErrorCode | ClientCode | (string & {});
  /** Where in the request, such as `[3]["petal width (cm)"]`. */
  readonly path: string | undefined;
  /** What to do about it. */
  readonly hint: string | undefined;
  /** The HTTP status; undefined where nothing was answered. */
  readonly status: number | undefined;
  /** By which the server's log names the request. */
  readonly requestId: string | undefined;
  /** After how long the server asks to be tried again. */
  readonly retryMilliseconds: number | undefined;
  /** How often the request was sent. */
  readonly attempts: number;

  constructor(code: SetosaClientError["code"], message: string, options: ClientErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.path = options.path;
    this.hint = options.hint;
    this.status = options.status;
    this.requestId = options.requestId;
    this.retryMilliseconds = options.retryMilliseconds;
    this.attempts = options.attempts ?? 0;
  }
}
