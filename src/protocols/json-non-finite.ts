import { SetosaError } from "../errors.ts";
import { decodeText, parseJsonBody } from "./json-body.ts";

/** Strings are matched to be passed over. */
const tokens = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity|Inf)\b/g;
const encoder = new TextEncoder();

/**
 * As `parseJsonBody`, and takes the tokens NaN, Infinity and -Infinity, which Python's writers of JSON make of such numbers: NaN comes out
 * as null. Costs nothing where there are none.
 * @throws SetosaError BODY_EMPTY, JSON_INVALID, JSON_TOO_DEEP
 */
export function parseNonFiniteJson(body: Uint8Array, depth: number): unknown {
  try {
    return parseJsonBody(body, depth);
  } catch (error) {
    if (!(error instanceof SetosaError) || error.code !== "JSON_INVALID") throw error;
    const replaced = replaceTokens(body);
    if (replaced === undefined) throw error;
    try {
      return parseJsonBody(replaced, depth);
    } catch {
      // Its places are those of the text that was sent.
      throw error;
    }
  }
}

/** Undefined where there is nothing to replace. */
function replaceTokens(body: Uint8Array): Uint8Array | undefined {
  let text: string;
  try {
    text = decodeText(body);
  } catch {
    return undefined;
  }
  let found = false;
  const replaced = text.replace(tokens, (token) => {
    if (token.startsWith('"')) return token;
    found = true;
    // A number beyond float64 is read as an infinity.
    return token.endsWith("NaN") ? "null" : token.startsWith("-") ? "-1e999" : "1e999";
  });
  return found ? encoder.encode(replaced) : undefined;
}
