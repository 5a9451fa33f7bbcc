import { SetosaError } from "../errors.ts";
import { type FindOptions, findModels } from "./find-models.ts";
import { type LoadOptions, loadModel } from "./load-model.ts";
import type { Model } from "./model.ts";
import { naturalOrder } from "./natural-order.ts";
import { suggest } from "./suggest.ts";

export interface LibraryOptions extends Omit<LoadOptions, "name" | "version" | "root">, FindOptions {
  /** The model that answers where a request names none; the first one otherwise. */
  readonly defaultName?: string | undefined;
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
      const other = versions.find(({ version }) => version === model.version);
      if (other !== undefined) throw taken(other, model);
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

function taken(first: Model, second: Model): SetosaError {
  const files = [first, second].map(({ source }) => source ?? "a model from bytes");
  const { name, version } = second;
  return new SetosaError("MODEL_NAME_TAKEN", `${files.join(" and ")} both are the model "${name}" in version "${version}".`, {
    ...(second.source === undefined ? {} : { path: second.source }),
    hint: files[0] === files[1] ? "Give the file once." : "Save one of them under another name or version, or leave one out.",
  });
}

/** Versions are compared as people read them: 10 comes after 9. */
function newest(versions: readonly Model[]): Model | undefined {
  return [...versions].sort((a, b) => naturalOrder(a.version, b.version)).at(-1);
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
