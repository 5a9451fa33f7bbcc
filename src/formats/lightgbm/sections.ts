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
    const words = this.words(key);
    if (words.length !== count) this.fail(key, `a list of ${count} numbers`);
    return Float64Array.from(words, (word) => this.#number(key, word));
  }

  #number(key: string, word: string): number {
    const number = Number(word);
    if (!Number.isNaN(number)) return number;
    // As C prints what JavaScript spells otherwise.
    const special = { inf: Number.POSITIVE_INFINITY, "-inf": Number.NEGATIVE_INFINITY, nan: Number.NaN, "-nan": Number.NaN }[word];
    return special ?? this.fail(key, "a list of numbers");
  }
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
