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
    const found = this.value === undefined ? "absent" : Array.isArray(this.value) ? "a list" : `${JSON.stringify(this.value)}`.slice(0, 80);
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

  get numbers(): number[] {
    if (!Array.isArray(this.value) || !this.value.every((item) => typeof item === "number")) this.fail("a list of numbers");
    return this.value;
  }
}

/** @throws SetosaError MODEL_FILE_INVALID for bytes that are no JSON */
export function parseJson(bytes: Uint8Array): JsonValue {
  try {
    return new JsonValue(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)), "");
  } catch (cause) {
    throw new SetosaError("MODEL_FILE_INVALID", `The file is not valid JSON: ${(cause as Error).message}.`, { cause });
  }
}
