import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { PassThrough, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { SetosaError } from "../errors.ts";
import { formatOfBytes, formatOfName, type InputFormat, isGzip } from "./formats.ts";

/** A table to be read, opened. */
export interface Source {
  /** For people. */
  readonly name: string;
  /** Undefined for standard input. */
  readonly path: string | undefined;
  readonly format: InputFormat;
  /** Bytes of the file; undefined where nobody knows. */
  readonly size: number | undefined;
  /** Bytes of it that have been read. */
  readonly read: number;
  /** What it holds, decompressed. */
  stream(): AsyncIterable<Uint8Array>;
  /** Ends reading, also where it waits for more. */
  destroy(): void;
}

const headBytes = 64;
const readBytes = 1 << 18;

/**
 * Opens a file, or standard input for `-`. Its format is the one that is asked for, else what its first bytes and its name say, else CSV.
 * @throws SetosaError ARGUMENT_INVALID
 */
export async function openSource(file: string, asked: InputFormat | undefined, input: Readable): Promise<Source> {
  if (file === "-") return new StreamSource({ name: "standard input", path: undefined, size: undefined }, await peeked(input, file), asked);
  const stats = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    throw new SetosaError(
      "ARGUMENT_INVALID",
      cause.code === "ENOENT" ? `There is no file ${file}.` : `${file} cannot be read: ${cause.message}.`,
      {
        path: file,
        hint: cause.code === "ENOENT" ? "Check the path." : "Check its permissions.",
        cause,
      },
    );
  });
  if (stats.isDirectory())
    throw new SetosaError("ARGUMENT_INVALID", `${file} is a folder.`, { path: file, hint: "Name a file: one run scores one table." });
  // A pipe is read once.
  const size = stats.isFile() ? stats.size : undefined;
  const stream = createReadStream(file, { highWaterMark: readBytes });
  return new StreamSource({ name: file, path: file, size }, await peeked(stream, file), asked);
}

interface Peeked {
  readonly stream: Readable;
  readonly iterator: AsyncIterator<Uint8Array>;
  readonly head: Uint8Array;
}

/** Reads the first bytes, which are read again. */
async function peeked(stream: Readable, file: string): Promise<Peeked> {
  const iterator = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < headBytes) {
    const next = await iterator.next().catch((cause: Error) => {
      throw new SetosaError("ARGUMENT_INVALID", `${file} cannot be read: ${cause.message}.`, {
        path: file,
        hint: "Check its permissions.",
        cause,
      });
    });
    if (next.done === true) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return { stream, iterator, head };
}

class StreamSource implements Source {
  readonly name: string;
  readonly path: string | undefined;
  readonly size: number | undefined;
  readonly format: InputFormat;
  readonly #peeked: Peeked;
  readonly #gzip: boolean;
  #read = 0;

  constructor({ name, path, size }: Pick<Source, "name" | "path" | "size">, source: Peeked, asked: InputFormat | undefined) {
    this.name = name;
    this.path = path;
    this.size = size;
    this.#peeked = source;
    this.#gzip = isGzip(source.head);
    const named = formatOfName(name);
    if (named === "json" && asked === undefined)
      throw new SetosaError("ARGUMENT_INVALID", `${name} is named as one JSON document, and rows are read from JSON Lines.`, {
        path: name,
        hint: "Write an object on each line, or give --from jsonl where the file is so already.",
      });
    this.format = asked ?? (this.#gzip ? undefined : formatOfBytes(source.head)) ?? (named === "json" ? undefined : named) ?? "csv";
  }

  get read(): number {
    return this.#read;
  }

  async *stream(): AsyncIterable<Uint8Array> {
    if (!this.#gzip) {
      yield* this.#raw();
      return;
    }
    const unpacked = new PassThrough({ highWaterMark: readBytes });
    const done = pipeline(this.#raw(), createGunzip(), unpacked);
    done.catch(() => {});
    try {
      for await (const piece of unpacked) yield piece as Uint8Array;
      await done;
    } catch (cause) {
      if (cause instanceof SetosaError) throw cause;
      throw new SetosaError("BODY_SHAPE_INVALID", `The file is damaged: ${cause instanceof Error ? cause.message : String(cause)}.`, {
        hint: "It begins as gzip does: check it with gzip -t.",
        cause,
      });
    }
  }

  destroy(): void {
    this.#peeked.stream.destroy();
  }

  async *#raw(): AsyncGenerator<Uint8Array> {
    const { head, iterator } = this.#peeked;
    this.#read = head.length;
    if (head.length > 0) yield head;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      this.#read += next.value.length;
      yield next.value;
    }
  }
}
