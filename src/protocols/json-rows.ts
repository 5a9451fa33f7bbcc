import { Moments, type Turns } from "../models/turns.ts";
import { decodeText, parseJsonText, type ReplaceNumbers } from "./json-body.ts";
import { listOpening } from "./json-list-opening.ts";
import { parseLongLists } from "./json-long-lists.ts";
import { endOfString } from "./json-string-end.ts";

/** Characters of a list that are parsed at once: about half a millisecond. */
const pieceLength = 65_536;
/** Of one element: a list of larger ones is cut within them, or not at all. */
const longestElement = 4 * pieceLength;
/** Characters that are looked at between two looks at the clock. */
const strideLength = 16_384;

/**
 * As `parseJsonBody` or `parseNonFiniteJson`, for a large body in the thread that serves: a list, also as `{"instances": list}` or in MLflow's data frames, is parsed in pieces
 * between its elements, with waits in between, and so are columns and the data of tensors. Anything else is parsed as a whole, and so is what
 * has a fault, to say which.
 * @throws SetosaError BODY_EMPTY, JSON_INVALID, JSON_TOO_DEEP
 */
export async function parseJsonRows(body: Uint8Array, depth: number, turns: Turns, replaceNumbers?: ReplaceNumbers): Promise<unknown> {
  const text = decodeText(body);
  const rows = await parseInPieces(text, depth, turns, replaceNumbers);
  if (rows !== undefined) return rows;
  const lists = await parseLongLists(text, depth, turns, (piece) => parsePiece(piece, replaceNumbers));
  return lists ?? parseJsonText(text, body, depth, replaceNumbers);
}

const quote = 0x22;
const comma = 0x2c;
const openBracket = 0x5b;
const openBrace = 0x7b;
const closeBracket = 0x5d;
const closeBrace = 0x7d;

/** @returns undefined where the text is something else, or has a fault */
async function parseInPieces(text: string, depth: number, turns: Turns, replaceNumbers?: ReplaceNumbers): Promise<unknown> {
  const opening = listOpening(text);
  if (opening === undefined) return undefined;
  const { outer, closing } = opening;
  const elements: unknown[] = [];
  const moments = new Moments(turns);
  /** Of the list itself. */
  let level = 0;
  let from = opening.at + 1;
  let at = opening.at;
  const take = (to: number): boolean => {
    const piece = parsePiece(text.slice(from, to), replaceNumbers);
    if (piece === undefined) return false;
    for (const element of piece) elements.push(element);
    from = to + 1;
    return true;
  };
  while (at < text.length) {
    const stop = Math.min(text.length, at + strideLength);
    for (; at < stop; at++) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        at = endOfString(text, at);
        if (at < 0) return undefined;
      } else if (code === openBracket || code === openBrace) {
        if (++level + outer > depth) return undefined;
      } else if (code === closeBracket || code === closeBrace) {
        if (--level > 0) continue;
        // The last piece; a list without elements is nothing that is worth the trouble.
        if (code !== closeBracket || !take(at) || !closing.test(text.slice(at + 1))) return undefined;
        return opening.body(elements);
      } else if (code === comma && level === 1 && at - from >= pieceLength && !take(at)) return undefined;
    }
    if (at - from > longestElement) return undefined;
    const pause = moments.pause();
    if (pause !== undefined) await pause;
  }
  return undefined;
}

/** The elements between two commas of a list, of which there has to be one. */
function parsePiece(text: string, replaceNumbers?: ReplaceNumbers): unknown[] | undefined {
  try {
    return elements(text);
  } catch {
    const replaced = replaceNumbers?.(text);
    if (replaced === undefined) return undefined;
    try {
      return elements(replaced);
    } catch {
      return undefined;
    }
  }
}

function elements(text: string): unknown[] | undefined {
  const piece = JSON.parse(`[${text}]`) as unknown[];
  return piece.length === 0 ? undefined : piece;
}
