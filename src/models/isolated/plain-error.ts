import { type ErrorCode, errorCodes, SetosaError } from "../../errors.ts";

/** An error as data: of a SetosaError everything but its cause, of any other what can be said. */
export interface PlainError {
  /** Absent where it is no SetosaError. */
  readonly code?: ErrorCode;
  readonly message: string;
  readonly path?: string;
  readonly hint?: string;
  readonly stack?: string;
}

export function plainError(error: unknown): PlainError {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, stack = "" } = error;
  if (!(error instanceof SetosaError)) return { message: `${error.name}: ${message}`, stack };
  const { code, path, hint } = error;
  return { code, message, stack, ...(path === undefined ? {} : { path }), ...(hint === undefined ? {} : { hint }) };
}

export function errorOf({ code, message, path, hint, stack }: PlainError): SetosaError {
  const isKnown = code !== undefined && Object.hasOwn(errorCodes, code);
  const cause = new Error(message);
  if (stack !== undefined) cause.stack = stack;
  return new SetosaError(isKnown ? code : "INTERNAL", isKnown ? message : `Loading the model failed: ${message}`, {
    ...(path === undefined ? {} : { path }),
    ...(hint === undefined ? {} : { hint }),
    cause,
  });
}
