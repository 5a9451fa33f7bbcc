import { decodeText, parseJsonText } from "./json-body.ts";
import { endOfString } from "./json-string-end.ts";

const tokens = /-?\b(?:NaN|Infinity|Inf)\b/g;

/**
 * As `parseJsonBody`, and takes the tokens NaN, Infinity and -Infinity, which Python's writers of JSON make of such numbers: NaN comes out
 * as null. Costs nothing where there are none.
 * @throws SetosaError BODY_EMPTY, JSON_INVALID, JSON_TOO_DEEP
 */
export function parseNonFiniteJson(body: Uint8Array, depth: number): unknown {
  return parseJsonText(decodeText(body), body, depth, replaceNonFinite);
}

/** The text with null and numbers beyond float64, which are read as infinities, instead of the tokens; undefined where there are none. */
export function replaceNonFinite(text: string): string | undefined {
  let replaced = "";
  let found = false;
  const replace = (token: string): string => {
    found = true;
    if (token.endsWith("NaN")) return "null";
    return token.startsWith("-") ? "-1e999" : "1e999";
  };
  // Strings are skipped by hand: a pattern that matches one keeps a state for each of its characters, of which there may be millions.
  let at = 0;
  for (;;) {
    const quote = text.indexOf('"', at);
    replaced += text.slice(at, quote < 0 ? text.length : quote).replace(tokens, replace);
    if (quote < 0) return found ? replaced : undefined;
    const end = endOfString(text, quote);
    if (end < 0) return undefined;
    replaced += text.slice(quote, end + 1);
    at = end + 1;
  }
}
