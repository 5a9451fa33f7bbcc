import { open, readFile, realpath, rename, unlink } from "node:fs/promises";
import { SetosaError } from "../../errors.ts";
import type { ApiKey } from "./api-key.ts";
import { formatKey, parseKeys } from "./key-file.ts";

/** @throws SetosaError ARGUMENT_INVALID where the file cannot be read or is damaged */
export async function listKeys(file: string): Promise<readonly ApiKey[]> {
  return [...parseKeys(await read(file), file).values()];
}

/** @throws SetosaError ARGUMENT_INVALID where the id is taken or none, or the file cannot be written */
export function addKey(file: string, key: ApiKey): Promise<void> {
  return change(file, (text) => {
    const lines = text === "" || text.endsWith("\n") ? text : `${text}\n`;
    return `${lines}${formatKey(key)}\n`;
  });
}

/** @throws SetosaError ARGUMENT_INVALID where no key has the id */
export function removeKey(file: string, id: string): Promise<void> {
  return change(file, (text) => {
    const isIts = (line: string) => [...parseKeys(line, file).values()].some((key) => key.id === id);
    const lines = text.split("\n");
    const left = lines.filter((line) => !isIts(line));
    if (left.length === lines.length)
      throw new SetosaError("ARGUMENT_INVALID", `${file} has no key "${id}".`, { hint: `See setosa keys list --api-keys ${file}.` });
    return left.join("\n");
  });
}

/** A server that reads meanwhile sees the file before or after, never half of it. */
async function change(file: string, edit: (text: string) => string): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const draft = `${target}.new`;
  // Two at once would lose the key of one: whoever makes the draft is alone.
  const handle = await attempt(file, () => open(draft, "wx", 0o600));
  try {
    try {
      const before = await read(target).catch((error: unknown) => {
        if (isMissing(error)) return "";
        throw error;
      });
      parseKeys(before, file);
      const after = edit(before);
      parseKeys(after, file);
      await handle.writeFile(after);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await attempt(file, () => rename(draft, target));
  } catch (error) {
    await unlink(draft).catch(() => {});
    throw error;
  }
}

function read(file: string): Promise<string> {
  return attempt(file, () => readFile(file, "utf8"));
}

async function attempt<T>(file: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const isTaken = cause instanceof Error && "code" in cause && cause.code === "EEXIST";
    throw new SetosaError("ARGUMENT_INVALID", `The keys in ${file} cannot be read or written: ${reason}.`, {
      path: "--api-keys",
      hint: isTaken ? `Somebody else is changing it; if that was cut short, remove ${file}.new.` : "Check the path and its permissions.",
      cause,
    });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof SetosaError && error.cause instanceof Error && "code" in error.cause && error.cause.code === "ENOENT";
}
