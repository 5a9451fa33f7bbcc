import { SetosaError } from "../errors.ts";
import { ModelLibrary } from "../models/library.ts";
import { Model, type ModelTypes } from "../models/model.ts";
import type { Scheduling } from "../models/scheduled.ts";
import { type CompiledModel, isCompiledModel, modelOfCompiled } from "./compiled-model.ts";

/** What has to be read and compiled: the path or `file:` URL of a model file or of a folder of them, or the bytes of a file. */
export type UnloadedSource = string | URL | Uint8Array | ArrayBuffer;

/** That, a model that `loadModel` returned, or one that a module of `setosa compile` has loaded. */
export type ModelSource = UnloadedSource | Model<ModelTypes> | CompiledModel;

/** One source, several, or by the name that clients ask for. */
export type ModelsOption = ModelSource | readonly ModelSource[] | Readonly<Record<string, ModelSource>>;

export interface LoadSourceOptions {
  readonly name: string | undefined;
  readonly parity: boolean;
  readonly scheduling: Scheduling;
}

/** Loads what is not loaded: files, folders, bytes. */
export type LoadSource = (source: UnloadedSource, options: LoadSourceOptions) => Promise<readonly Model[]>;

/** The models of a handler, and which of them are its own to close. */
export interface Loaded {
  readonly library: ModelLibrary;
  readonly own: readonly Model[];
}

export interface LoadAllOptions extends Omit<LoadSourceOptions, "name"> {
  readonly defaultName: string | undefined;
  readonly loadSource: LoadSource;
}

/** @throws SetosaError MODELS_EMPTY, MODEL_NAME_TAKEN, MODEL_NOT_FOUND and what `loadSource` throws */
export async function loadAll(models: ModelsOption, { defaultName, loadSource, parity, scheduling }: LoadAllOptions): Promise<Loaded> {
  const own: Model[] = [];
  const list: Model[] = [];
  try {
    for (const { name, source } of entriesOf(models)) {
      if (source instanceof Model) list.push(named(source, name));
      else if (isCompiledModel(source)) list.push(named(modelOfCompiled(source), name));
      else {
        const loaded = await loadSource(source, { name, parity, scheduling });
        own.push(...loaded);
        list.push(...loaded);
      }
    }
    if (list.length === 0) throw new SetosaError("MODELS_EMPTY", "There is no model to serve.", { hint: "Give createHandler a model." });
    const library = new ModelLibrary(list, { defaultName });
    if (defaultName !== undefined) library.get(defaultName);
    return { library, own };
  } catch (error) {
    await Promise.all(own.map((model) => model.close()));
    throw error;
  }
}

interface Entry {
  readonly name: string | undefined;
  readonly source: ModelSource;
}

function entriesOf(models: ModelsOption): readonly Entry[] {
  if (isSource(models)) return [{ name: undefined, source: models }];
  const entries = Array.isArray(models)
    ? models.map((source: unknown) => ({ name: undefined, source }))
    : Object.entries(models ?? {}).map(([name, source]) => ({ name, source: source as unknown }));
  return entries.map(({ name, source }, index) => {
    if (isSource(source)) return { name, source };
    throw new SetosaError("ARGUMENT_INVALID", `The model ${name ?? index} is neither a path nor bytes nor a loaded model.`, {
      path: name === undefined ? `models[${index}]` : `models[${JSON.stringify(name)}]`,
      hint: "Give a path, a file: URL, the file's bytes, what loadModel returned, or what a module of setosa compile has loaded.",
    });
  });
}

function isSource(source: unknown): source is ModelSource {
  return (
    typeof source === "string" ||
    source instanceof URL ||
    source instanceof Uint8Array ||
    source instanceof ArrayBuffer ||
    source instanceof Model ||
    isCompiledModel(source)
  );
}

/** The same model under the name that clients ask for: another view of the same kernel. */
function named(model: Model<ModelTypes>, name: string | undefined): Model {
  if (name === undefined || name === model.name) return model as Model;
  const { version, signature, graph, engine, source, bytes, loadMilliseconds, clock, parity } = model;
  return new Model({ name, version, signature, graph, engine, source, bytes, loadMilliseconds, clock }, parity);
}
