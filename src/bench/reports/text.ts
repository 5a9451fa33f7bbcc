/**
 * What no report may pass on from a server, a command line or a model: control characters (a terminal obeys them), what
 * turns the direction of writing or is invisible (a reader is deceived), halves of surrogate pairs (no encoding has them).
 */
const unprintable =
  /[\p{Cc}\p{Cs}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\u{e0000}-\u{e007f}]/gu;

/** On one line, with nothing in it that is not seen. */
export function printable(text: string): string {
  return printableLines(text.replace(/\s+/g, " ")).trim();
}

/** The same, but for line ends and tabs, which stay. */
export function printableLines(text: string): string {
  return text.replace(/\r\n/g, "\n").replace(unprintable, (found) => (found === "\n" || found === "\t" ? found : "\ufffd"));
}

/** At most `width` columns wide; what is cut off leaves an ellipsis. */
export function cut(text: string, width: number): string {
  if (columns(text) <= width) return text;
  let kept = "";
  let room = width - 1;
  for (const character of text) {
    room -= columns(character);
    if (room < 0) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** Columns that a terminal gives the text: two to a wide character, none to a combining mark. */
export function columns(text: string): number {
  // All that most texts are, and quick.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let sum = 0;
  for (const character of text) sum += /^\p{M}|\u200d|\ufe0f/u.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return sum;
}

const wide =
  /^[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u;

export function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - columns(text))) + text;
}

export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - columns(text)));
}

/** Lines of at most `width` columns, broken between words; a word that is longer is broken inside. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (columns(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = "";
    for (const character of word) {
      if (columns(line + character) > width && line !== "") {
        lines.push(line);
        line = "";
      }
      line += character;
    }
  }
  return (line === "" && lines.length > 0 ? lines : [...lines, line]).map((one) => one.trimEnd());
}
