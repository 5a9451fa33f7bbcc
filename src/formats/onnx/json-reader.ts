import { SetosaError } from "../../errors.ts";

/** Metadata larger than this is refused before it is parsed. */
const maxCharacters = 64 * 1024 * 1024;

/** A value of parsed JSON and the path to it: every read checks the type and names the place when it is wrong. */
export class JsonReader {
  readonly #value: unknown;
  readonly path: string;

  constructor(value: unknown, path: string) {
    this.#value = value;
    this.path = path;
  }

  static parse(text: string, path: string): JsonReader {
    if (text.length > maxCharacters) throw new JsonReader(undefined, path).wrong(`at most ${maxCharacters} characters long`);
    try {
      return new JsonReader(JSON.parse(text), path);
    } catch (cause) {
      throw new SetosaError("MODEL_SIGNATURE_INVALID", `The model's ${path} is not valid JSON.`, { path, cause });
    }
  }

  wrong(expected: string): SetosaError {
    return new SetosaError("MODEL_SIGNATURE_INVALID", `The model's ${this.path} should be ${expected}.`, {
      path: this.path,
      hint: "Save the model again with a current version of setosa.save.",
    });
  }

  get present(): boolean {
    return this.#value !== undefined && this.#value !== null;
  }

  get value(): unknown {
    return this.#value;
  }

  field(name: string): JsonReader {
    if (typeof this.#value !== "object" || this.#value === null || Array.isArray(this.#value)) throw this.wrong("an object");
    const value: unknown = Object.hasOwn(this.#value, name) ? (this.#value as Record<string, unknown>)[name] : undefined;
    return new JsonReader(value, `${this.path}.${name}`);
  }

  optional<T>(name: string, read: (field: JsonReader) => T): T | undefined {
    const field = this.field(name);
    return field.present ? read(field) : undefined;
  }

  list<T>(read: (item: JsonReader, index: number) => T): T[] {
    if (!Array.isArray(this.#value)) throw this.wrong("a list");
    return this.#value.map((item: unknown, index) => read(new JsonReader(item, `${this.path}[${index}]`), index));
  }

  get text(): string {
    if (typeof this.#value !== "string") throw this.wrong("a string");
    return this.#value;
  }

  get number(): number {
    if (typeof this.#value !== "number" || !Number.isFinite(this.#value)) throw this.wrong("a number");
    return this.#value;
  }

  get index(): number {
    if (!Number.isSafeInteger(this.#value) || (this.#value as number) < 0) throw this.wrong("a whole number from 0");
    return this.#value as number;
  }

  get boolean(): boolean {
    if (typeof this.#value !== "boolean") throw this.wrong("true or false");
    return this.#value;
  }

  /** A number, string or boolean. */
  get scalar(): number | string | boolean {
    if (typeof this.#value === "boolean") return this.#value;
    return typeof this.#value === "string" ? this.#value : this.number;
  }

  oneOf<const T extends string>(options: readonly T[]): T {
    const found = options.find((option) => option === this.#value);
    if (found === undefined) throw this.wrong(`one of ${options.join(", ")}`);
    return found;
  }
}
