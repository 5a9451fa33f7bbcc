import { SetosaError } from "../errors.ts";
import { opensMoreThan, tooDeepAt } from "./json-depth.ts";
import { findSyntaxFault } from "./json-syntax.ts";
import { firstInvalidUtf8 } from "./utf8.ts";

// ignoreBOM keeps a byte order mark in the text: it is refused by name below instead of by accident.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * A request's body as the value that its JSON says (RFC 8259).
 *
 * Of a key that an object repeats, the last value counts, as `JSON.parse` has it. A key `__proto__` is a key
 * like any other. Numbers beyond float64, such as 1e400, come out infinite: who reads them must check.
 *
 * @param depth how deep arrays and objects may nest
 * @throws SetosaError BODY_EMPTY, JSON_INVALID, JSON_TOO_DEEP
 */
export function parseJsonBody(body: Uint8Array, depth: number): unknown {
  return parseJsonText(decodeText(body), body, depth);
}

/** Makes JSON of a text that is none for the numbers that JSON does not have; undefined where that is not what is wrong with it. */
export type ReplaceNumbers = (text: string) => string | undefined;

/** As `parseJsonBody`, of a body that is text already. */
export function parseJsonText(text: string, body: Uint8Array, depth: number, replaceNumbers?: ReplaceNumbers): unknown {
  const deep = opensMoreThan(text, depth) ? tooDeepAt(body, depth) : -1;
  if (deep >= 0)
    throw new SetosaError("JSON_TOO_DEEP", `The JSON nests deeper than ${depth} levels, at byte ${deep}.`, {
      hint: "A prediction request needs at most 4 levels.",
    });
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const replaced = replaceNumbers?.(text);
    if (replaced === undefined) throw syntaxError(text, cause, false);
    try {
      return JSON.parse(replaced) as unknown;
    } catch {
      throw syntaxError(text, cause, true);
    }
  }
}

/** @throws SetosaError BODY_EMPTY, JSON_INVALID for what is not UTF-8 */
export function decodeText(body: Uint8Array): string {
  if (body.length === 0)
    throw new SetosaError("BODY_EMPTY", "The request has no body.", { hint: 'Send the features as JSON, such as {"feature": 1}.' });
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf)
    throw new SetosaError("JSON_INVALID", "The body starts with a byte order mark, which JSON does not have (byte 0).", {
      hint: "Save or send the JSON as UTF-8 without BOM.",
    });
  try {
    return decoder.decode(body);
  } catch (cause) {
    const at = firstInvalidUtf8(body);
    throw new SetosaError("JSON_INVALID", `The body is not UTF-8: byte ${at} (0x${(body[at] ?? 0).toString(16)}) does not belong there.`, {
      hint: "JSON is sent as UTF-8.",
      cause,
    });
  }
}

function syntaxError(text: string, cause: unknown, takesNonFinite: boolean): SetosaError {
  const fault = findSyntaxFault(text, takesNonFinite);
  if (fault === undefined) return new SetosaError("JSON_INVALID", "The body is not valid JSON.", { cause });
  const { line, column } = lineAndColumn(text, fault.position);
  const near = excerpt(text, fault.position);
  const where = line === 1 ? `position ${fault.position}` : `line ${line}, column ${column}`;
  return new SetosaError("JSON_INVALID", `The body is not valid JSON at ${where}: ${fault.reason}${near === "" ? "" : `, near ${near}`}.`, {
    hint: text.includes("=") && !text.trimStart().startsWith("{") ? "Send JSON, not form fields." : "Check the JSON at that place.",
    cause,
  });
}

function lineAndColumn(text: string, position: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf("\n"); at >= 0 && at < position; at = text.indexOf("\n", at + 1)) {
    line++;
    start = at + 1;
  }
  return { line, column: position - start + 1 };
}

/** The text around a place, quoted, short enough for a message. */
function excerpt(text: string, position: number): string {
  const from = Math.max(0, position - 12);
  const to = Math.min(text.length, position + 12);
  const part = text.slice(from, to);
  return part === "" ? "" : JSON.stringify(`${from > 0 ? "…" : ""}${part}${to < text.length ? "…" : ""}`);
}
