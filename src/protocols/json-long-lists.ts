import { Moments, type Turns } from "../models/turns.ts";
import { endOfString } from "./json-string-end.ts";

/** Characters of a list that are parsed at once: about half a millisecond. */
const pieceLength = 65_536;
/** Characters that are looked at between two looks at the clock. */
const strideLength = 16_384;

/** Stands in the text for a list, and behind it which one. */
const placeholder = "@setosa/list/";

/** Some of a list's elements as they stand between two commas; undefined where they are no JSON. */
export type ParsePiece = (text: string) => unknown[] | undefined;

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** A list that a member of an object has for its value, while it is read. */
interface OpenList {
  /** Of its bracket. */
  readonly at: number;
  readonly level: number;
  /** Where the piece begins that is not parsed yet. */
  from: number;
  readonly elements: unknown[];
}

/**
 * Parses a large body in the thread that serves, with waits in between: long lists without objects in them, which members of objects have
 * for values (the data of a tensor, a column), are parsed in pieces, and what is around them as a whole.
 * @returns undefined for a text that has none, nests deeper than `depth`, or has a fault: who parses it as a whole says which
 */
export async function parseLongLists(text: string, depth: number, turns: Turns, parsePiece: ParsePiece): Promise<unknown> {
  // A text with the same words could ask for a list that is not its own.
  if (text.includes(placeholder)) return undefined;
  const moments = new Moments(turns);
  const lists: (readonly unknown[])[] = [];
  let skeleton = "";
  /** What comes before is in the skeleton. */
  let copied = 0;
  let open: OpenList | undefined;
  let level = 0;
  let afterColon = false;
  const take = (list: OpenList, to: number): boolean => {
    const piece = parsePiece(text.slice(list.from, to));
    if (piece === undefined) return false;
    for (const element of piece) list.elements.push(element);
    list.from = to + 1;
    return true;
  };
  for (let at = 0; at < text.length; ) {
    const stop = Math.min(text.length, at + strideLength);
    for (; at < stop; at++) {
      const code = text.charCodeAt(at);
      if (code <= 0x20) continue;
      if (code === quote) {
        at = endOfString(text, at);
        if (at < 0) return undefined;
      } else if (code === openBracket) {
        if (++level > depth) return undefined;
        if (afterColon && open === undefined) open = { at, level, from: at + 1, elements: [] };
      } else if (code === openBrace) {
        if (++level > depth) return undefined;
        // What holds objects is no list of numbers; there may be some within.
        open = undefined;
      } else if (code === closeBracket) {
        if (open?.level === level && open.elements.length > 0) {
          if (!take(open, at)) return undefined;
          skeleton += `${text.slice(copied, open.at)}"${placeholder}${lists.length}"`;
          copied = at + 1;
          lists.push(open.elements);
        }
        if (open?.level === level) open = undefined;
        level--;
      } else if (code === closeBrace) level--;
      else if (code === comma && open?.level === level && at - open.from >= pieceLength && !take(open, at)) return undefined;
      afterColon = code === colon;
    }
    const pause = moments.pause();
    if (pause !== undefined) await pause;
  }
  if (lists.length === 0) return undefined;
  return filled(skeleton + text.slice(copied), lists);
}

/** The skeleton's value, with each list in its place once; undefined where that is not so. */
function filled(skeleton: string, lists: readonly (readonly unknown[])[]): unknown {
  let body: unknown;
  try {
    body = JSON.parse(skeleton);
  } catch {
    return undefined;
  }
  const places: { readonly object: Record<string, unknown>; readonly key: string; readonly list: number }[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const element of value) walk(element);
    else if (typeof value === "object" && value !== null)
      for (const [key, inner] of Object.entries(value)) {
        if (typeof inner === "string" && inner.startsWith(placeholder))
          places.push({ object: value as Record<string, unknown>, key, list: Number(inner.slice(placeholder.length)) });
        else walk(inner);
      }
  };
  walk(body);
  // Of a key that an object repeats the last value counts, and escapes may spell the placeholder: such a text is parsed as a whole.
  const found = new Set(places.map(({ list }) => list));
  if (places.length !== lists.length || lists.some((_, index) => !found.has(index))) return undefined;
  // A key of `JSON.parse` is an own property also where it is called __proto__.
  for (const { object, key, list } of places)
    Object.defineProperty(object, key, { value: lists[list], writable: true, enumerable: true, configurable: true });
  return body;
}
