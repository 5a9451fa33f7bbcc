import { type ErrorCode, errorCodes, SetosaError } from "../../errors.ts";

/** An error as it crosses from one process to another. */
export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly path?: string;
  readonly hint?: string;
}

/** What a supervisor and its workers tell each other, as JSON on the channel that the runtime gives a child process. */
export type ProcessMessage =
  /** A worker serves, or could not begin to: said once. */
  | { readonly kind: "ready"; readonly report: string }
  | ({ readonly kind: "failed" } & PlainError)
  /** Asks the other side for something; `id` comes back with the answer. */
  | { readonly kind: "call"; readonly id: number; readonly topic: string; readonly argument?: unknown }
  | { readonly kind: "answer"; readonly id: number; readonly value?: unknown; readonly error?: PlainError };

/** A message of the channel, if it is one of ours: node:cluster has its own on the same channel. */
export function asMessage(message: unknown): ProcessMessage | undefined {
  if (typeof message !== "object" || message === null || !("kind" in message)) return undefined;
  const { kind, id, report, topic, error } = message as Readonly<Record<string, unknown>>;
  const isOurs =
    (kind === "ready" && typeof report === "string") ||
    (kind === "failed" && isPlainError(message)) ||
    (kind === "call" && Number.isSafeInteger(id) && typeof topic === "string") ||
    (kind === "answer" && Number.isSafeInteger(id) && (error === undefined || isPlainError(error)));
  return isOurs ? (message as ProcessMessage) : undefined;
}

function isPlainError(value: unknown): value is PlainError {
  if (typeof value !== "object" || value === null) return false;
  const { code, message, path, hint } = value as Readonly<Record<string, unknown>>;
  const isText = (text: unknown) => text === undefined || typeof text === "string";
  return typeof code === "string" && typeof message === "string" && isText(path) && isText(hint);
}

export function plainError(error: unknown): PlainError {
  if (!(error instanceof SetosaError))
    return { code: "INTERNAL", message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  const { code, message, path, hint } = error;
  return { code, message, ...(path === undefined ? {} : { path }), ...(hint === undefined ? {} : { hint }) };
}

export function errorFrom({ code, message, path, hint }: PlainError): SetosaError {
  return new SetosaError(Object.hasOwn(errorCodes, code) ? code : "INTERNAL", message, {
    ...(path === undefined ? {} : { path }),
    ...(hint === undefined ? {} : { hint }),
  });
}
