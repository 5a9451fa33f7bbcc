import { SetosaError } from "../errors.ts";

/** What a JSON file is known by lies at its beginning: formats name their parts there. */
const headBytes = 4096;

const openingBrace = 0x7b;

/** Whether the bytes begin a JSON object and name this key near its beginning. */
export function isJsonWithKey(bytes: Uint8Array, key: string): boolean {
  const head = new TextDecoder("utf-8").decode(bytes.subarray(0, headBytes)).trimStart();
  return head.charCodeAt(0) === openingBrace && head.includes(`"${key}"`);
}

/** A JSON value of a file, with its place for messages. */
export class JsonValue {
  readonly value: unknown;
  readonly path: string;

  constructor(value: unknown, path: string) {
    this.value = value;
    this.path = path;
  }

  /** @throws SetosaError MODEL_FILE_INVALID, always */
  fail(expected: string): never {
    const isList = Array.isArray(this.value) || ArrayBuffer.isView(this.value);
    const found = this.value === undefined ? "absent" : isList ? "a list" : `${JSON.stringify(this.value)}`.slice(0, 80);
    throw new SetosaError("MODEL_FILE_INVALID", `${this.path} should be ${expected} and is ${found}.`, { path: this.path });
  }

  get isAbsent(): boolean {
    return this.value === undefined || this.value === null;
  }

  /** The value of a key, which may be absent. */
  get(key: string): JsonValue {
    if (typeof this.value !== "object" || this.value === null || Array.isArray(this.value)) this.fail("an object");
    const own = Object.hasOwn(this.value, key) ? (this.value as Record<string, unknown>)[key] : undefined;
    return new JsonValue(own, this.path === "" ? key : `${this.path}.${key}`);
  }

  get items(): JsonValue[] {
    if (!Array.isArray(this.value)) this.fail("a list");
    return this.value.map((item, index) => new JsonValue(item, `${this.path}[${index}]`));
  }

  get number(): number {
    return typeof this.value === "number" ? this.value : this.fail("a number");
  }

  /** An integer from 0 to `limit - 1`. */
  index(limit: number): number {
    const { number } = this;
    return Number.isInteger(number) && number >= 0 && number < limit ? number : this.fail(`an integer from 0 to ${limit - 1}`);
  }

  get text(): string {
    return typeof this.value === "string" ? this.value : this.fail("a text");
  }

  /** A list of numbers, of `count` where that is given. */
  numbers(count?: number): ArrayLike<number> {
    const { value } = this;
    const isList = ArrayBuffer.isView(value) || (Array.isArray(value) && value.every((item) => typeof item === "number"));
    if (!isList) this.fail("a list of numbers");
    const list = value as ArrayLike<number>;
    return count === undefined || list.length === count ? list : this.fail(`a list of ${count} numbers`);
  }
}

/** Texts, and the names that C++ prints where JSON has no number; of these, infinities become numbers that are read as such. */
const textsAndNames = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;
const numberOf: Readonly<Record<string, string>> = { Infinity: "1e999", "-Infinity": "-1e999", NaN: "null" };

/**
 * A JSON file; the names of infinities and NaN, which trainers write, are read as infinities and null.
 * @throws SetosaError MODEL_FILE_INVALID for bytes that are no JSON
 */
export function parseJson(bytes: Uint8Array): JsonValue {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    try {
      return new JsonValue(JSON.parse(text), "");
    } catch {
      return new JsonValue(JSON.parse(text.replace(textsAndNames, (found) => numberOf[found] ?? found)), "");
    }
  } catch (cause) {
    throw new SetosaError("MODEL_FILE_INVALID", `The file is not valid JSON: ${(cause as Error).message}.`, { cause });
  }
}
