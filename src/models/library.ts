import { SetosaError } from "../errors.ts";
import type { Model } from "./model.ts";
import { naturalOrder } from "./natural-order.ts";
import { suggest } from "./suggest.ts";

/** Something that was found and is not served, or not in its newest form. */
export interface LoadFailure {
  /** As far as the folder or the file's own name says it. */
  readonly name: string;
  readonly version: string | undefined;
  readonly error: SetosaError;
  /** Whether a model that was loaded before goes on answering in its place. */
  readonly replacing: boolean;
}

export interface LibraryState {
  /** The model that answers where a request names none; the first one otherwise. */
  readonly defaultName?: string | undefined;
  /** By name the version that answers where a request names none; the newest one otherwise. */
  readonly primaries?: ReadonlyMap<string, string>;
  readonly failures?: readonly LoadFailure[];
}

/** The models that a server answers for: as they are at one time, it never changes. */
export class ModelLibrary {
  readonly list: readonly Model[];
  /** Absent where nothing is loaded, or not what was chosen. */
  readonly default: Model | undefined;
  readonly failures: readonly LoadFailure[];
  readonly #byName = new Map<string, readonly Model[]>();
  readonly #primaries = new Map<string, Model>();

  /** @throws SetosaError MODEL_NAME_TAKEN */
  constructor(models: readonly Model[], { defaultName, primaries, failures = [] }: LibraryState = {}) {
    for (const model of models) {
      const versions = this.#byName.get(model.name) ?? [];
      const other = versions.find(({ version }) => version === model.version);
      if (other !== undefined) throw nameTaken(other, model);
      this.#byName.set(model.name, [...versions, model]);
    }
    for (const [name, versions] of this.#byName) {
      const primary = versions.find(({ version }) => version === primaries?.get(name)) ?? newest(versions);
      if (primary !== undefined) this.#primaries.set(name, primary);
    }
    this.list = models;
    this.failures = failures;
    this.default = this.#primaries.get(defaultName ?? models[0]?.name ?? "");
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  /** Of one name, in the order in which they were found. */
  versions(name: string): readonly Model[] {
    return this.#byName.get(name) ?? [];
  }

  /**
   * The model of this name, in this version or in the one that answers where none is named.
   * @throws SetosaError MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND
   */
  get(name: string, version?: string): Model {
    const primary = this.#primaries.get(name);
    if (primary === undefined) throw this.#notFound(name);
    if (version === undefined || version === primary.version) return primary;
    const versions = this.versions(name);
    const found = versions.find((model) => model.version === version);
    if (found !== undefined) return found;
    throw new SetosaError("MODEL_VERSION_NOT_FOUND", `The model "${name}" has no version ${JSON.stringify(version.slice(0, 80))}.`, {
      hint: `Its versions are ${versions.map((model) => model.version).join(", ")}.`,
    });
  }

  #notFound(name: string): SetosaError {
    const { names } = this;
    const failed = this.failures.find((failure) => failure.name === name);
    if (failed !== undefined)
      return new SetosaError(
        "MODEL_NOT_FOUND",
        `The model ${JSON.stringify(name.slice(0, 80))} could not be loaded (${failed.error.code}).`,
        {
          hint: "GET /models says why.",
        },
      );
    const meant = suggest(name, names);
    return new SetosaError("MODEL_NOT_FOUND", `No model is called ${JSON.stringify(name.slice(0, 80))}.`, {
      hint:
        meant !== undefined
          ? `Did you mean "${meant}"?`
          : names.length === 0
            ? "No model is loaded."
            : `The models are ${names.slice(0, 20).join(", ")}.`,
    });
  }
}

/** Two files that would answer under one name and version. */
export function nameTaken(first: Model, second: Model): SetosaError {
  const files = [first, second].map(({ source }) => source ?? "a model from bytes");
  const { name, version } = second;
  return new SetosaError("MODEL_NAME_TAKEN", `${files.join(" and ")} both are the model "${name}" in version "${version}".`, {
    ...(second.source === undefined ? {} : { path: second.source }),
    hint: files[0] === files[1] ? "Give the file once." : "Save one of them under another name or version, or leave one out.",
  });
}

/** Versions are compared as people read them: 10 comes after 9. */
export function newest(versions: readonly Model[]): Model | undefined {
  return [...versions].sort((a, b) => naturalOrder(a.version, b.version)).at(-1);
}

/** The same error, which says of which file it is. */
export function ofFile(path: string, error: SetosaError): SetosaError {
  return new SetosaError(error.code, `${path}: ${error.message}`, {
    path,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    cause: error,
  });
}
