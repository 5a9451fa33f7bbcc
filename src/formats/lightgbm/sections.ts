import { SetosaError } from "../../errors.ts";

/** The `key=value` lines of a model, or of one tree. */
export class Section {
  readonly name: string;
  readonly #values: ReadonlyMap<string, string>;

  constructor(name: string, lines: readonly string[]) {
    this.name = name;
    this.#values = new Map(
      lines.map((line): [string, string] => {
        const at = line.indexOf("=");
        // A flag is a line without a value.
        return at < 0 ? [line.trim(), ""] : [line.slice(0, at), line.slice(at + 1)];
      }),
    );
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  /** @throws SetosaError MODEL_FILE_INVALID, always */
  fail(key: string, expected: string): never {
    const found = this.#values.get(key);
    const path = `${this.name}.${key}`;
    throw new SetosaError(
      "MODEL_FILE_INVALID",
      `${path} should be ${expected} and is ${found === undefined ? "absent" : `"${found.slice(0, 80)}"`}.`,
      {
        path,
      },
    );
  }

  text(key: string): string {
    return this.#values.get(key) ?? this.fail(key, "there");
  }

  /** An integer from `from` to `to`. */
  integer(key: string, from: number, to: number): number {
    const number = Number(this.text(key));
    return Number.isInteger(number) && number >= from && number <= to ? number : this.fail(key, `an integer from ${from} to ${to}`);
  }

  /** The words of a list. */
  words(key: string): string[] {
    const text = this.text(key).trim();
    return text === "" ? [] : text.split(/\s+/);
  }

  /** A list of `count` numbers. */
  numbers(key: string, count: number): Float64Array {
    const text = this.text(key);
    const numbers = new Float64Array(count);
    let found = 0;
    for (let at = 0; at < text.length; ) {
      if (isSpace(text.charCodeAt(at))) {
        at++;
        continue;
      }
      let end = at + 1;
      while (end < text.length && !isSpace(text.charCodeAt(end))) end++;
      // Beyond the list nothing is kept, and the length is wrong.
      numbers[found++] = smallInteger(text, at, end) ?? this.#number(key, text.slice(at, end));
      at = end;
    }
    return found === count ? numbers : this.fail(key, `a list of ${count} numbers`);
  }

  #number(key: string, word: string): number {
    const number = Number(word);
    if (!Number.isNaN(number)) return number;
    // As C prints what JavaScript spells otherwise.
    const special = { inf: Number.POSITIVE_INFINITY, "-inf": Number.NEGATIVE_INFINITY, nan: Number.NaN, "-nan": Number.NaN }[word];
    return special ?? this.fail(key, "a list of numbers");
  }
}

/** As `\s` has it for what such a file holds. */
function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

/** Most lists are integers of a few digits; undefined for other words. */
function smallInteger(text: string, start: number, end: number): number | undefined {
  const isNegative = text.charCodeAt(start) === 0x2d;
  const first = isNegative ? start + 1 : start;
  if (end - first > 9 || first === end) return undefined;
  let value = 0;
  for (let at = first; at < end; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return undefined;
    value = value * 10 + digit;
  }
  return isNegative ? -value : value;
}

export interface Sections {
  readonly header: Section;
  readonly trees: readonly Section[];
  /** Categories of pandas' columns of that type, in the columns' order; undefined where there is none. */
  readonly pandasCategorical: unknown;
}

const pandasPrefix = "pandas_categorical:";

/** Takes a model file apart. @throws SetosaError MODEL_FILE_INVALID */
export function readSections(text: string): Sections {
  const lines = text.split(/\r?\n/);
  const end = lines.indexOf("end of trees");
  if (end < 0) throw new SetosaError("MODEL_FILE_INVALID", 'The line "end of trees" is absent: the file is cut off.');
  const starts = lines.flatMap((line, index) => (index < end && line.startsWith("Tree=") ? [index] : []));
  const trees = starts.map((start, index) => new Section(`tree ${index}`, filled(lines.slice(start, starts[index + 1] ?? end))));
  const header = new Section("header", filled(lines.slice(1, starts[0] ?? end)));
  const pandas = lines.slice(end).find((line) => line.startsWith(pandasPrefix));
  return { header, trees, pandasCategorical: pandas === undefined ? undefined : parsePandas(pandas.slice(pandasPrefix.length)) };
}

function filled(lines: readonly string[]): string[] {
  return lines.filter((line) => line.trim() !== "");
}

function parsePandas(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    throw new SetosaError("MODEL_FILE_INVALID", "pandas_categorical is not JSON.", { path: "pandas_categorical" });
  }
}
