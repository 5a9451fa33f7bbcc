import { SetosaError } from "../../errors.ts";
import type { LogFields } from "./logger.ts";

/**
 * Errors whose path names features and places of the model's own, and nothing that a client has made up. A code that is
 * absent here is logged without its path.
 */
const namesTheModel: ReadonlySet<string> = new Set([
  "FEATURE_MISSING",
  "FEATURE_TYPE_INVALID",
  "FEATURE_NOT_FINITE",
  "FEATURE_NULL",
  "CATEGORY_UNKNOWN",
  "ROW_WIDTH_INVALID",
  "ROWS_EMPTY",
  "ROWS_TOO_MANY",
]);

/** What may be logged of an error that a client was answered with. Messages and hints quote what it has sent. */
export function refusalFields({ code, path, message }: SetosaError, values: boolean): LogFields {
  const shown = path !== undefined && path !== "" && (values || namesTheModel.has(code));
  return { code, ...(shown ? { error_path: path } : {}), ...(values ? { error_message: message } : {}) };
}

/** What may be logged of a failure that is nobody's fault but ours: with the stack where it is a defect. */
export function failureFields(error: unknown, values: boolean): LogFields {
  const code = error instanceof SetosaError ? error.code : "INTERNAL";
  if (!(error instanceof Error)) return { code, ...(values ? { error_message: String(error) } : {}) };
  return {
    code,
    error_type: error.name,
    ...(values ? { error_message: error.message } : {}),
    ...(code === "INTERNAL" ? { stack: values ? error.stack : frames(error) } : {}),
  };
}

/** The stack without the message before it. */
function frames({ stack = "", message }: Error): string {
  const at = message === "" ? -1 : stack.indexOf(message);
  const rest = at < 0 ? stack : stack.slice(at + message.length);
  return rest
    .split("\n")
    .filter((line) => /^\s+at \S/.test(line) || /^\S*@\S+:\d+/.test(line))
    .join("\n");
}
