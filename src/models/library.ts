import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { SetosaError } from "../errors.ts";
import { type LoadOptions, loadModel } from "./load-model.ts";
import type { Model } from "./model.ts";
import { suggest } from "./suggest.ts";

export interface LibraryOptions extends Omit<LoadOptions, "name" | "version"> {
  /** The model that answers where a request names none; the first one otherwise. */
  readonly defaultName?: string | undefined;
}

/** A model file to load; the folders `name/version/model.onnx` say name and version themselves. */
interface Source {
  readonly path: string;
  readonly name?: string;
  readonly version?: string;
}

/** The models that a server answers for. */
export class ModelLibrary {
  readonly list: readonly Model[];
  readonly default: Model;
  readonly #byName = new Map<string, Model[]>();

  /**
   * @param models At least one
   * @throws SetosaError MODEL_NAME_TAKEN, MODEL_NOT_FOUND when no model has the default's name
   */
  constructor(models: readonly Model[], defaultName?: string) {
    for (const model of models) {
      const versions = this.#byName.get(model.name) ?? [];
      if (versions.some(({ version }) => version === model.version))
        throw new SetosaError("MODEL_NAME_TAKEN", `Two model files have the name "${model.name}" and the version "${model.version}".`, {
          hint: "Rename one of them, or save it with another version.",
        });
      this.#byName.set(model.name, [...versions, model]);
    }
    this.list = models;
    const [first] = models;
    if (first === undefined) throw new SetosaError("MODELS_EMPTY", "There is no model to serve.");
    this.default = this.get(defaultName ?? first.name);
  }

  /**
   * The model of this name, in this version or in its newest.
   * @throws SetosaError MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND
   */
  get(name: string, version?: string): Model {
    const versions = this.#byName.get(name);
    if (versions === undefined) {
      const names = [...this.#byName.keys()];
      const meant = suggest(name, names);
      throw new SetosaError("MODEL_NOT_FOUND", `No model is called ${JSON.stringify(name.slice(0, 80))}.`, {
        hint: meant === undefined ? `The models are ${names.slice(0, 20).join(", ")}.` : `Did you mean "${meant}"?`,
      });
    }
    const found = version === undefined ? newest(versions) : versions.find((model) => model.version === version);
    if (found !== undefined) return found;
    throw new SetosaError(
      "MODEL_VERSION_NOT_FOUND",
      `The model "${name}" has no version ${JSON.stringify((version ?? "").slice(0, 80))}.`,
      {
        hint: `Its versions are ${versions.map((model) => model.version).join(", ")}.`,
      },
    );
  }
}

const byVersion = new Intl.Collator("en", { numeric: true });

/** Versions are compared as people read them: 10 comes after 9. */
function newest(versions: readonly Model[]): Model | undefined {
  return [...versions].sort((a, b) => byVersion.compare(a.version, b.version)).at(-1);
}

/**
 * Loads every model of the paths: files, folders of `.onnx` files, and folders `name/version/model.onnx`.
 * The first file that fails stops it; models that were loaded are closed again.
 * @throws SetosaError MODELS_EMPTY and whatever `loadModel` throws, its path the file's
 */
export async function loadLibrary(paths: readonly string[], options: LibraryOptions = {}): Promise<ModelLibrary> {
  const { defaultName, ...load } = options;
  const sources = (await Promise.all(paths.map(findModels))).flat();
  const models: Model[] = [];
  try {
    for (const { path, ...named } of sources) models.push(await loadNamed(path, { ...load, ...named }));
    return new ModelLibrary(models, defaultName);
  } catch (error) {
    await Promise.all(models.map((model) => model.close()));
    throw error;
  }
}

/** A failure tells which file it is about. */
async function loadNamed(path: string, options: LoadOptions): Promise<Model> {
  try {
    return await loadModel(path, options);
  } catch (error) {
    if (!(error instanceof SetosaError)) throw error;
    throw new SetosaError(error.code, `${path}: ${error.message}`, {
      path,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    });
  }
}

async function findModels(path: string): Promise<Source[]> {
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    (cause: unknown) => {
      throw new SetosaError("MODEL_FILE_UNREADABLE", `There is no file or folder ${path}.`, { path, hint: "Check the path.", cause });
    },
  );
  if (!isFolder) return [{ path }];
  const entries = await list(path);
  const files = entries
    .filter((entry) => isModelFile(entry.name) && !entry.isDirectory())
    .map((entry) => ({ path: join(path, entry.name) }));
  const versions = await Promise.all(entries.filter((entry) => entry.isDirectory()).map((entry) => findVersions(path, entry.name)));
  const sources = [...files, ...versions.flat()];
  if (sources.length === 0)
    throw new SetosaError("MODELS_EMPTY", `The folder ${path} holds no model.`, {
      path,
      hint: "Put .onnx files into it, or folders name/version/model.onnx.",
    });
  return sources;
}

/** `name/version/model.onnx`: one model file in each version's folder. */
async function findVersions(folder: string, name: string): Promise<Source[]> {
  const sources: Source[] = [];
  for (const version of (await list(join(folder, name))).filter((entry) => entry.isDirectory()))
    for (const file of (await list(join(folder, name, version.name))).filter((entry) => isModelFile(entry.name)))
      sources.push({ path: join(folder, name, version.name, file.name), name, version: version.name });
  return sources;
}

/** In the order of their names, whatever the file system's is; hidden ones left out. */
async function list(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter(({ name }) => !name.startsWith(".")).sort((a, b) => byVersion.compare(a.name, b.name));
}

function isModelFile(name: string): boolean {
  return name.endsWith(".onnx");
}
