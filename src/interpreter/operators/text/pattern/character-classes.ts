import type { CodePoints } from "./syntax.ts";

/** From the first to the last character of each text. */
function ascii(ranges: readonly string[]): CodePoints {
  const table = new Uint8Array(128);
  for (const range of ranges) {
    table.fill(1, range.charCodeAt(0), range.charCodeAt(range.length - 1) + 1);
  }
  return (code) => table[code] === 1;
}

function not(set: CodePoints): CodePoints {
  return (code) => !set(code);
}

const digit = ascii(["09"]);
const space = ascii(["\t", "\n", "\f", "\r", " "]);
const word = ascii(["09", "AZ", "az", "_"]);

/** RE2's \w and \b know ASCII only. */
export const isWord = word;

const escapes: Readonly<Record<string, CodePoints>> = { d: digit, D: not(digit), s: space, S: not(space), w: word, W: not(word) };

/** The set of `\d`, `\s`, `\w` and their opposites. */
export function classEscape(character: string): CodePoints | undefined {
  return Object.hasOwn(escapes, character) ? escapes[character] : undefined;
}

const classes = {
  alnum: ascii(["09", "AZ", "az"]),
  alpha: ascii(["AZ", "az"]),
  ascii: ascii(["\x00\x7f"]),
  blank: ascii(["\t", " "]),
  cntrl: ascii(["\x00\x1f", "\x7f"]),
  digit,
  graph: ascii(["!~"]),
  lower: ascii(["az"]),
  print: ascii([" ~"]),
  punct: ascii(["!/", ":@", "[`", "{~"]),
  space: ascii(["\t\r", " "]),
  upper: ascii(["AZ"]),
  word,
  xdigit: ascii(["09", "AF", "af"]),
};

export function isClassName(name: string): name is keyof typeof classes {
  return Object.hasOwn(classes, name);
}

/** The set of `[:name:]`. */
export function posixClass(name: keyof typeof classes): CodePoints {
  return classes[name];
}

/** The set of a general category (`L`, `Nd`) or a script (`Greek`). */
export function unicodeClass(name: string): CodePoints | undefined {
  const property = /^[CLMNPSZ][a-z]?$/.test(name) ? name : /^[A-Z][A-Za-z_]{2,30}$/.test(name) ? `Script=${name}` : undefined;
  if (property === undefined) return undefined;
  let expression: RegExp;
  try {
    expression = new RegExp(`^\\p{${property}}$`, "u");
  } catch {
    return undefined;
  }
  // A name alone gives a set of single characters: nothing to backtrack over.
  return (code) => expression.test(String.fromCodePoint(code));
}
