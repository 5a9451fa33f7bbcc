import type { Dirent } from "node:fs";
import { open, readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { SetosaError } from "../errors.ts";
import { isTrainersFormat } from "../formats/registry.ts";
import { insideRoot } from "./inside-root.ts";
import { naturalOrder } from "./natural-order.ts";

/** A model file to load; the folders `name/version/model.onnx` say name and version themselves. */
export interface ModelSource {
  readonly path: string;
  readonly name?: string;
  readonly version?: string;
  /** The folder, without links, in which the file has to lie; it was found there. */
  readonly root?: string;
}

export interface FindOptions {
  /** Links may lead out of the folder in which they lie. */
  readonly followLinks?: boolean | undefined;
  /** Files that were models: whatever lies in their place now is taken for one, so that loading it says what is wrong with it. */
  readonly known?: ReadonlySet<string>;
}

/**
 * The model files that a path means: itself, or the model files and the folders `name/version/model.onnx`
 * of a folder, always in the same order. A model file has a name that models have, and begins like one.
 * @throws SetosaError MODELS_EMPTY, MODEL_FILE_UNREADABLE
 */
export async function findModels(path: string, { followLinks = false, known = new Set() }: FindOptions = {}): Promise<ModelSource[]> {
  if (!(await reading(path, async () => (await stat(path)).isDirectory()))) return [{ path }];
  const folder: Folder = { path, known, root: followLinks ? undefined : await reading(path, () => realpath(path)) };
  const { files, folders, outside } = await list(folder);
  const versions = await Promise.all(folders.map((name) => findVersions({ ...below(folder, name), known }, name)));
  const sources = [...[...files, ...outside].map((name) => below(folder, name)), ...versions.flat()];
  if (sources.length === 0)
    throw new SetosaError("MODELS_EMPTY", `The folder ${path} holds no model.`, {
      path,
      hint: `Put model files into it (${extensions.join(", ")}), or folders name/version/model.onnx.`,
    });
  return sources;
}

interface Folder {
  readonly path: string;
  /** Undefined where links may lead anywhere. */
  readonly root?: string | undefined;
  readonly known: ReadonlySet<string>;
}

function below({ path, root }: Folder, name: string): { readonly path: string; readonly root?: string } {
  return { path: join(path, name), ...(root === undefined ? {} : { root }) };
}

/** `name/version/model.onnx`: one model file in each version's folder. */
async function findVersions(folder: Folder, name: string): Promise<ModelSource[]> {
  const { folders, outside } = await list(folder);
  const sources: ModelSource[] = outside.map((version) => ({ ...below(folder, version), name, version }));
  for (const version of folders) {
    const versionFolder = { ...below(folder, version), known: folder.known };
    const found = await list(versionFolder);
    for (const file of [...found.files, ...found.outside]) sources.push({ ...below(versionFolder, file), name, version });
  }
  return sources;
}

interface Listed {
  readonly files: readonly string[];
  readonly folders: readonly string[];
  /** Links to files or folders out of the root: not looked behind, and kept so that loading them says why they are not served. */
  readonly outside: readonly string[];
}

/** The model files and the folders in a folder, in the order of their names, whatever the file system's is; hidden ones left out. */
async function list(folder: Folder): Promise<Listed> {
  const entries = await reading(folder.path, () => readdir(folder.path, { withFileTypes: true }));
  const files: string[] = [];
  const folders: string[] = [];
  const outside: string[] = [];
  for (const entry of entries.sort(byStem)) {
    const { name } = entry;
    // A volume of its own has lost+found, which only root may read.
    if (name.startsWith(".") || name === "lost+found") continue;
    const path = join(folder.path, name);
    const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && (await leadsToFolder(path)));
    if (entry.isSymbolicLink() && !(await leadsInside(folder, path))) {
      if (isFolder || extensions.some((extension) => name.endsWith(extension))) outside.push(name);
    } else if (isFolder) folders.push(name);
    else if (folder.known.has(path) || (await isModelFile(path))) files.push(name);
  }
  return { files, folders, outside };
}

async function leadsInside({ root }: Folder, link: string): Promise<boolean> {
  if (root === undefined) return true;
  return insideRoot({ realpath }, root, link).then(
    () => true,
    // One that leads nowhere is left to what follows.
    (error: unknown) => !(error instanceof SetosaError),
  );
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

async function isModelFile(path: string): Promise<boolean> {
  if (path.endsWith(".onnx")) return true;
  if (!extensions.some((extension) => path.endsWith(extension))) return false;
  // Opening a pipe would wait for somebody to write to it, and a device may do anything.
  const isFile = await stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
  const file = isFile ? await open(path).catch(() => undefined) : undefined;
  // One that cannot be read is no model for all that is known; the file alone says what is wrong.
  if (file === undefined) return false;
  try {
    const { bytesRead, buffer } = await file.read(new Uint8Array(headBytes), 0, headBytes, 0);
    return isTrainersFormat(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

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
