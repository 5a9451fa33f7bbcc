import { type ErrorCode, errorCodes, SetosaError } from "../../errors.ts";

/** What a worker tells its supervisor, once. */
export type WorkerMessage =
  | { readonly kind: "ready"; readonly report: string }
  | { readonly kind: "failed"; readonly code: ErrorCode; readonly message: string; readonly path?: string; readonly hint?: string };

export function failedMessage(error: unknown): WorkerMessage {
  if (!(error instanceof SetosaError)) return { kind: "failed", code: "INTERNAL", message: String(error) };
  const { code, message, path, hint } = error;
  return { kind: "failed", code, message, ...(path === undefined ? {} : { path }), ...(hint === undefined ? {} : { hint }) };
}

/** A message of the channel, if it is one of ours; both ends are, so only its kind is checked. */
export function asWorkerMessage(message: unknown): WorkerMessage | undefined {
  if (typeof message !== "object" || message === null || !("kind" in message)) return undefined;
  return message.kind === "ready" || message.kind === "failed" ? (message as WorkerMessage) : undefined;
}

export function failure(message: Extract<WorkerMessage, { kind: "failed" }>): SetosaError {
  const code = Object.hasOwn(errorCodes, message.code) ? message.code : "INTERNAL";
  return new SetosaError(code, message.message, {
    ...(message.path === undefined ? {} : { path: message.path }),
    ...(message.hint === undefined ? {} : { hint: message.hint }),
  });
}
