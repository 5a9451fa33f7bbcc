import type { ModelLibrary } from "../models/library.ts";
import type { Model } from "../models/model.ts";
import { pickFrom, type ServedModels } from "../models/served-models.ts";
import type { Loaded } from "./sources.ts";

/** The models of a handler, which change as a whole. */
export class HandlerModels implements ServedModels {
  #loaded: Loaded;
  readonly #listeners: (() => void)[] = [];

  constructor(loaded: Loaded) {
    this.#loaded = loaded;
  }

  get library(): ModelLibrary {
    return this.#loaded.library;
  }

  pick(name?: string, version?: string): Model {
    return pickFrom(this.library, name, version);
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Others answer from now on; resolves when the ones before have ended. */
  async replace(loaded: Loaded): Promise<void> {
    const before = this.#loaded;
    this.#loaded = loaded;
    for (const listener of this.#listeners) listener();
    await retire(before);
  }

  close(): Promise<void> {
    return retire(this.#loaded);
  }
}

async function retire({ own }: Loaded): Promise<void> {
  await Promise.all(own.map((model) => model.retire()));
}
