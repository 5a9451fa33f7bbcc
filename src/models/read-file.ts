import { SetosaError } from "../errors.ts";
import { insideRoot } from "./inside-root.ts";

/**
 * The bytes of a model file.
 * @param root A folder, without links, in which the file has to lie
 * @throws SetosaError MODEL_FILE_UNREADABLE, MODEL_FILE_TOO_LARGE before anything of a larger file is read
 */
export async function readFile(given: string | URL, maxBytes: number, root?: string): Promise<Uint8Array> {
  const files = await fileSystem();
  const path = String(given);
  try {
    // What was checked is what is read: a link that is turned meanwhile is followed no more.
    const source = root === undefined ? given : await insideRoot(files, root, path);
    // Before it is opened: opening a pipe would wait for somebody to write to it.
    const stats = await files.stat(source);
    if (!stats.isFile())
      throw new SetosaError("MODEL_FILE_UNREADABLE", `${path} is not a file.`, { path, hint: "Give the path of a model file." });
    if (stats.size > maxBytes) throw fileTooLarge(stats.size, maxBytes);
    return await files.readFile(source);
  } catch (error) {
    if (error instanceof SetosaError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SetosaError("MODEL_FILE_UNREADABLE", `The model file cannot be read: ${reason}.`, {
      path,
      hint: "Check the path and the file's permissions.",
      cause: error,
    });
  }
}

export function fileTooLarge(bytes: number, maxBytes: number): SetosaError {
  return new SetosaError("MODEL_FILE_TOO_LARGE", `The model file has ${bytes} bytes, and the limit is ${maxBytes}.`, {
    hint: "Raise maxBytes if you trust the file.",
  });
}

/** Imported when it is needed and within `try`: browsers have no files, and their bundlers leave it out. */
async function fileSystem(): Promise<typeof import("node:fs/promises")> {
  let cause: unknown;
  try {
    const files = await import("node:fs/promises");
    // Some bundlers put an empty module in its place.
    if (typeof files.stat === "function") return files;
  } catch (error) {
    cause = error;
  }
  throw new SetosaError("MODEL_FILE_UNREADABLE", "There is no file system here to read a model from.", {
    hint: "Pass the file's bytes: loadModel(await (await fetch(url)).arrayBuffer()).",
    cause,
  });
}
