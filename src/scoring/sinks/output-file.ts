import { createWriteStream } from "node:fs";
import { link, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { SetosaError } from "../../errors.ts";
import { isGzipName } from "../formats.ts";

/** Where bytes go. */
export interface Sink {
  write(bytes: Uint8Array): Promise<void>;
  /** After this, and not before, the file is there. */
  finish(): Promise<void>;
  /** Nothing of it is left. */
  discard(): Promise<void>;
}

/**
 * A file that appears when it is whole: it is written in a folder beside its place and moved there.
 * @throws SetosaError ARGUMENT_INVALID where another file has the name and may not be replaced, or the folder cannot be written to
 */
export async function fileSink(path: string, { force }: { readonly force: boolean }): Promise<Sink> {
  const existing = await stat(path).catch(() => undefined);
  if (existing?.isDirectory() === true) throw refused(path, `${path} is a folder.`, "Name a file.");
  // A device or a pipe is written to where it is.
  if (existing !== undefined && !existing.isFile()) return new StreamSink(createWriteStream(path), { gzip: isGzipName(path) });
  if (existing !== undefined && !force) throw taken(path);
  const folder = await mkdtemp(join(dirname(path), ".setosa-")).catch((cause: NodeJS.ErrnoException) => {
    throw refused(
      path,
      `Nothing can be written to ${dirname(path)}: ${cause.code ?? cause.message}.`,
      "Name a file in a folder that there is, and that you may write to.",
    );
  });
  const work = join(folder, basename(path));
  const stream = new StreamSink(createWriteStream(work, { flags: "wx" }), { gzip: isGzipName(path) });
  const remove = () => rm(folder, { recursive: true, force: true });
  return {
    write: (bytes) => stream.write(bytes),
    finish: async () => {
      await stream.finish();
      if (force) await rename(work, path);
      else await place(work, path);
      await remove();
    },
    discard: async () => {
      await stream.discard();
      await remove();
    },
  };
}

/** Unlike a rename, a link never replaces a file that somebody else has made in the meantime. */
async function place(work: string, path: string): Promise<void> {
  try {
    await link(work, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw taken(path);
    // File systems without links.
    await rename(work, path);
  }
}

function taken(path: string): SetosaError {
  return refused(path, `${path} is there already.`, "Write --force to replace it, or -o with another name.");
}

function refused(path: string, message: string, hint: string): SetosaError {
  return new SetosaError("ARGUMENT_INVALID", message, { path, hint });
}

/** A stream that somebody else reads, such as standard output, or a file. */
export class StreamSink implements Sink {
  readonly #stream: Writable;
  readonly #gone: Promise<unknown>;
  readonly #stays: boolean;
  #failure: Error | undefined;

  /** @param stays Whether it is used for other things afterwards, as standard output is */
  constructor(target: Writable, { gzip = false, stays = false }: { readonly gzip?: boolean; readonly stays?: boolean } = {}) {
    this.#stays = stays;
    if (gzip) {
      const packed = createGzip();
      packed.pipe(target);
      target.on("error", (error) => packed.destroy(error));
      this.#stream = packed;
    } else this.#stream = target;
    this.#gone = finished(target, { readable: false }).catch((error: Error) => {
      this.#failure = error;
    });
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (bytes.length === 0 || this.#stream.write(bytes)) return;
    await Promise.race([new Promise((resolve) => this.#stream.once("drain", resolve)), this.#gone]);
    if (this.#failure !== undefined) throw this.#failure;
  }

  async finish(): Promise<void> {
    if (this.#stays) await Promise.race([new Promise((resolve) => this.#stream.write("", resolve)), this.#gone]);
    else {
      this.#stream.end();
      await this.#gone;
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  async discard(): Promise<void> {
    if (!this.#stays) this.#stream.destroy();
  }
}
