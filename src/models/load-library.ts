import { SetosaError } from "../errors.ts";
import { type FindOptions, findModels } from "./find-models.ts";
import { ModelLibrary, ofFile } from "./library.ts";
import { type LoadOptions, loadModel } from "./load-model.ts";
import type { Model } from "./model.ts";

export interface LibraryOptions extends Omit<LoadOptions, "name" | "version" | "root">, FindOptions {
  /** The model that answers where a request names none; the first one otherwise. */
  readonly defaultName?: string | undefined;
}

/**
 * Loads every model of the paths: files, folders of `.onnx` files, and folders `name/version/model.onnx`.
 * The first file that fails stops it; models that were loaded are closed again.
 * @throws SetosaError MODELS_EMPTY and whatever `loadModel` throws, its path the file's
 */
export async function loadLibrary(paths: readonly string[], options: LibraryOptions = {}): Promise<ModelLibrary> {
  const { defaultName, followLinks, ...load } = options;
  const sources = (await Promise.all(paths.map((path) => findModels(path, { followLinks })))).flat();
  const models: Model[] = [];
  try {
    for (const { path, ...named } of sources) models.push(await loadNamed(path, { ...load, ...named }));
    if (models.length === 0) throw new SetosaError("MODELS_EMPTY", "There is no model to serve.");
    const library = new ModelLibrary(models, { defaultName });
    if (defaultName !== undefined) library.get(defaultName);
    return library;
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
    throw error instanceof SetosaError ? ofFile(path, error) : error;
  }
}
