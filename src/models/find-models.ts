import type { Dirent } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { SetosaError } from "../errors.ts";
import { isTrainersFormat } from "../formats/registry.ts";
import { naturalOrder } from "./natural-order.ts";

/** A model file to load; the folders `name/version/model.onnx` say name and version themselves. */
export interface ModelSource {
  readonly path: string;
  readonly name?: string;
  readonly version?: string;
}

/**
 * The model files that a path means: itself, or the model files and the folders `name/version/model.onnx`
 * of a folder, always in the same order. A model file has a name that models have, and begins like one.
 * @throws SetosaError MODELS_EMPTY, MODEL_FILE_UNREADABLE
 */
export async function findModels(path: string): Promise<ModelSource[]> {
  if (!(await reading(path, async () => (await stat(path)).isDirectory()))) return [{ path }];
  const { files, folders } = await list(path);
  const versions = await Promise.all(folders.map((name) => findVersions(path, name)));
  const sources = [...files.map((name) => ({ path: join(path, name) })), ...versions.flat()];
  if (sources.length === 0)
    throw new SetosaError("MODELS_EMPTY", `The folder ${path} holds no model.`, {
      path,
      hint: `Put model files into it (${extensions.join(", ")}), or folders name/version/model.onnx.`,
    });
  return sources;
}

/** `name/version/model.onnx`: one model file in each version's folder. */
async function findVersions(folder: string, name: string): Promise<ModelSource[]> {
  const sources: ModelSource[] = [];
  for (const version of (await list(join(folder, name))).folders)
    for (const file of (await list(join(folder, name, version))).files)
      sources.push({ path: join(folder, name, version, file), name, version });
  return sources;
}

/** The model files and the folders in a folder, in the order of their names, whatever the file system's is; hidden ones left out. */
async function list(folder: string): Promise<{ readonly files: readonly string[]; readonly folders: readonly string[] }> {
  const entries = await reading(folder, () => readdir(folder, { withFileTypes: true }));
  const files: string[] = [];
  const folders: string[] = [];
  for (const entry of entries.sort(byStem)) {
    if (entry.name.startsWith(".")) continue;
    if (entry.isDirectory() || (entry.isSymbolicLink() && (await leadsToFolder(join(folder, entry.name))))) folders.push(entry.name);
    else if (await isModelFile(folder, entry.name)) files.push(entry.name);
  }
  return { files, folders };
}

/** `iris.onnx` before `iris-forest.onnx`. */
function byStem(a: Dirent, b: Dirent): number {
  return naturalOrder(stem(a.name), stem(b.name)) || (a.name < b.name ? -1 : 1);
}

function stem(name: string): string {
  return name.replace(/\.[^.]*$/, "");
}

/** What models are called. Of most of these names most files are something else. */
const extensions = [".onnx", ".json", ".txt", ".ubj"];
const headBytes = 4096;

async function isModelFile(folder: string, name: string): Promise<boolean> {
  if (name.endsWith(".onnx")) return true;
  if (!extensions.some((extension) => name.endsWith(extension))) return false;
  const file = await open(join(folder, name)).catch(() => undefined);
  // One that cannot be read is no model for all that is known; the file alone says what is wrong.
  if (file === undefined) return false;
  try {
    const { bytesRead, buffer } = await file.read(new Uint8Array(headBytes), 0, headBytes, 0);
    return isTrainersFormat(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

/** A link that leads nowhere is taken for a file, whose loading says so. */
async function leadsToFolder(link: string): Promise<boolean> {
  return stat(link).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const missing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SetosaError("MODEL_FILE_UNREADABLE", missing ? `There is no file or folder ${path}.` : `${path} cannot be read: ${reason}.`, {
      path,
      hint: missing ? "Check the path." : "Check its permissions.",
      cause,
    });
  }
}
