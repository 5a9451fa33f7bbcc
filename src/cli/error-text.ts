import type { ErrorCode, SetosaError } from "../errors.ts";
import { exitStatus } from "./exit-status.ts";

/**
 * An error for people, in three lines: what, where, what to do.
 * @param command What was run: where nothing nearer is known
 */
export function describeError({ code, message, path, hint }: SetosaError, command = "setosa"): string {
  return `setosa: ${code}: ${oneLine(message)}\n  at: ${oneLine(path ?? command)}\n  fix: ${oneLine(hint ?? usualFix(code, command))}\n`;
}

/** The same for programs, in the form in which the server answers errors. */
export function errorDocument({ code, message, path, hint }: SetosaError, command = "setosa"): string {
  return `${JSON.stringify({ error: { code, message, path: path ?? command, hint: hint ?? usualFix(code, command) } })}\n`;
}

function usualFix(code: ErrorCode, command: string): string {
  const name = command.replace(/^setosa ?/, "");
  return exitStatus[code] === exitStatus.ARGUMENT_INVALID
    ? `See setosa help${name === "" ? "" : ` ${name}`}.`
    : `Look ${code} up in docs/errors.md.`;
}

/** Names from files may hold anything. */
function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ");
}
