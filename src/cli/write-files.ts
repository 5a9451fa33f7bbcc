import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SetosaError } from "../errors.ts";

export interface WriteFilesOptions {
  /** Whether files that are there already may be replaced. */
  readonly force: boolean;
}

export interface WrittenFile {
  readonly path: string;
  readonly bytes: number;
  readonly change: "written" | "replaced" | "unchanged";
}

/**
 * Writes files into a folder, which is made where it is missing: all of them, or none. Each is written beside its place and then moved
 * there, so that no reader ever finds half of one.
 * @throws SetosaError ARGUMENT_INVALID where another file has the name and may not be replaced, or the folder cannot be written to
 */
export async function writeFiles(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
  { force }: WriteFilesOptions,
): Promise<readonly WrittenFile[]> {
  let made: string | undefined;
  let work: string | undefined;
  try {
    made = await mkdir(folder, { recursive: true });
    const written: WrittenFile[] = [];
    for (const [name, bytes] of files) {
      const path = join(folder, name);
      written.push({ path, bytes: bytes.length, change: await changeOf(path, bytes, force) });
    }
    work = await mkdtemp(join(folder, ".setosa-"));
    for (const [name, bytes] of files) await writeFile(join(work, name), bytes);
    for (const name of files.keys()) await rename(join(work, name), join(folder, name));
    await rm(work, { recursive: true, force: true });
    return written;
  } catch (error) {
    const ours = made ?? work;
    if (ours !== undefined) await rm(ours, { recursive: true, force: true });
    if (error instanceof SetosaError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SetosaError("ARGUMENT_INVALID", `Nothing can be written to ${folder}: ${reason}.`, {
      path: folder,
      hint: "Name a folder that you may write to.",
      cause: error,
    });
  }
}

async function changeOf(path: string, bytes: Uint8Array, force: boolean): Promise<WrittenFile["change"]> {
  const stats = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (stats === undefined) return "written";
  if (!stats.isFile())
    throw new SetosaError("ARGUMENT_INVALID", `${path} is there and is no file.`, { path, hint: "Remove it, or write somewhere else." });
  if (stats.size === bytes.length && (await readFile(path)).equals(bytes)) return "unchanged";
  if (force) return "replaced";
  throw new SetosaError("ARGUMENT_INVALID", `${path} is there already, with other contents. Nothing was written.`, {
    path,
    hint: "Write --force to replace it, or -o with another place.",
  });
}
