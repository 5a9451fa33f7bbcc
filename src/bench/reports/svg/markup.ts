import { printableLines } from "../text.ts";

/** A piece of HTML or SVG that is safe to put into a page: only `markup` makes one. */
class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type { Markup };

/** What stands in a template: text and numbers are escaped, markup is not, lists are joined, undefined is nothing. */
export type Content = Markup | string | number | undefined | readonly Content[];

/**
 * HTML or SVG from a template. Everything that is put in is escaped for text and for quoted attributes alike: a value
 * that a hostile server chose cannot leave its place, wherever the template has it between tags or quotes.
 */
export function markup(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(strings.map((text, index) => text + (index < values.length ? written(values[index]) : "")).join(""));
}

function written(value: Content): string {
  if (value === undefined) return "";
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map(written).join("");
  return typeof value === "number" ? coordinate(value) : escapeMarkup(value);
}

/** Numbers in templates are places and sizes: a hundredth of a pixel is enough, and there is always one. */
function coordinate(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toFixed(2))) : "0";
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Also without characters that XML forbids, and without those that deceive a reader. */
export function escapeMarkup(text: string): string {
  return printableLines(text).replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
