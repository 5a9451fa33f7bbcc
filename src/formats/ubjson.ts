import { SetosaError } from "../errors.ts";

/** Deeper nesting than any model has. */
const maxDepth = 64;

type Make = (length: number) => Int8Array | Uint8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** Numbers by their marker: bytes, how one is read (big-endian), and the list that holds many. */
const numbers: Readonly<
  Record<string, { readonly bytes: number; readonly read: (view: DataView, at: number) => number; readonly make: Make }>
> = {
  i: { bytes: 1, read: (view, at) => view.getInt8(at), make: (length) => new Int8Array(length) },
  U: { bytes: 1, read: (view, at) => view.getUint8(at), make: (length) => new Uint8Array(length) },
  I: { bytes: 2, read: (view, at) => view.getInt16(at), make: (length) => new Int16Array(length) },
  l: { bytes: 4, read: (view, at) => view.getInt32(at), make: (length) => new Int32Array(length) },
  L: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at)), make: (length) => new Float64Array(length) },
  d: { bytes: 4, read: (view, at) => view.getFloat32(at), make: (length) => new Float32Array(length) },
  D: { bytes: 8, read: (view, at) => view.getFloat64(at), make: (length) => new Float64Array(length) },
};

/**
 * Reads a value of Universal Binary JSON, draft 12: objects, lists, texts, numbers and the constants. Lists of one type
 * of numbers become typed arrays.
 * @throws SetosaError MODEL_FILE_INVALID naming the byte
 */
export function parseUbjson(bytes: Uint8Array): unknown {
  const reader = new Reader(bytes);
  const value = reader.value(reader.marker(), 0);
  if (reader.at !== bytes.length) reader.fail("more bytes than the value has");
  return value;
}

class Reader {
  at = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  fail(what: string): never {
    throw new SetosaError("MODEL_FILE_INVALID", `The UBJSON file is damaged at byte ${this.at}: ${what}.`);
  }

  /** The next marker that is no padding. */
  marker(): string {
    let code = this.#byte();
    while (code === 0x4e) code = this.#byte();
    return String.fromCharCode(code);
  }

  value(marker: string, depth: number): unknown {
    if (depth > maxDepth) this.fail(`it nests deeper than ${maxDepth}`);
    const number = numbers[marker];
    if (number !== undefined) {
      this.#need(number.bytes);
      const value = number.read(this.#view, this.at);
      this.at += number.bytes;
      return value;
    }
    switch (marker) {
      case "{":
        return this.#object(depth);
      case "[":
        return this.#list(depth);
      case "S":
        return this.#text();
      case "C":
        return String.fromCharCode(this.#byte());
      case "T":
        return true;
      case "F":
        return false;
      case "Z":
        return null;
      default:
        return this.fail(`the marker ${JSON.stringify(marker)} is none of a value`);
    }
  }

  #object(depth: number): Record<string, unknown> {
    const { type, count } = this.#container();
    // Without a prototype, a key called __proto__ is a key like any other.
    const object = Object.create(null) as Record<string, unknown>;
    for (let index = 0; count === undefined || index < count; index++) {
      if (count === undefined && this.#peek() === 0x7d) {
        this.at++;
        break;
      }
      const key = this.#text();
      object[key] = this.value(type ?? this.marker(), depth + 1);
    }
    return object;
  }

  #list(depth: number): unknown {
    const { type, count } = this.#container();
    const number = type === undefined ? undefined : numbers[type];
    if (number !== undefined && count !== undefined) {
      this.#need(count * number.bytes);
      const list = number.make(count);
      for (let index = 0; index < count; index++) list[index] = number.read(this.#view, this.at + index * number.bytes);
      this.at += count * number.bytes;
      return list;
    }
    const list: unknown[] = [];
    for (let index = 0; count === undefined || index < count; index++) {
      if (count === undefined && this.#peek() === 0x5d) {
        this.at++;
        break;
      }
      list.push(this.value(type ?? this.marker(), depth + 1));
    }
    return list;
  }

  /** The type of all entries and their number, where a container states them. */
  #container(): { readonly type?: string; readonly count?: number } {
    let type: string | undefined;
    if (this.#peek() === 0x24) {
      this.at++;
      type = this.marker();
      if (this.#peek() !== 0x23) this.fail("a container has a type and no length");
    }
    if (this.#peek() !== 0x23) return {};
    this.at++;
    const count = this.#length();
    // Constants take no bytes: a list of them could be of any length.
    if (type !== undefined && "TFZ".includes(type)) this.fail("a list of constants");
    if (count > this.#bytes.length) this.fail("a container is longer than the file");
    return type === undefined ? { count } : { type, count };
  }

  #text(): string {
    const length = this.#length();
    this.#need(length);
    const text = this.#bytes.subarray(this.at, this.at + length);
    this.at += length;
    try {
      return this.#decoder.decode(text);
    } catch {
      return this.fail("a text is not UTF-8");
    }
  }

  #length(): number {
    const marker = this.marker();
    const length = "iUIlL".includes(marker) ? this.value(marker, 0) : this.fail("a length is no integer");
    if (typeof length !== "number" || !(length >= 0 && length <= Number.MAX_SAFE_INTEGER)) this.fail("a length is negative or too large");
    return length;
  }

  #peek(): number {
    this.#need(1);
    return this.#bytes[this.at] as number;
  }

  #byte(): number {
    const byte = this.#peek();
    this.at++;
    return byte;
  }

  #need(bytes: number): void {
    if (this.at + bytes > this.#bytes.length) this.fail("it ends too early");
  }
}
