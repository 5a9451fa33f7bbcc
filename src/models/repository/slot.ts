import type { SetosaError } from "../../errors.ts";
import type { Model } from "../model.ts";
import { fileName } from "../model-identity.ts";
import type { FoundModel, ServedFile } from "./scan.ts";

/** A place where a model file lies or lay, and what is loaded from it. */
export class Slot {
  /** As it was seen last. */
  found: FoundModel;
  /** Whether two looks in a row saw the same: a file that is still being copied is left alone. */
  settled: boolean;
  /** The fingerprint of what was loaded or refused last. */
  tried: string | undefined;
  /** Set by `hold`. */
  model: Model | undefined;
  /** What the model that was loaded last is called. */
  #held: (Pick<Model, "name" | "version"> & Pick<FoundModel, "fingerprint">) | undefined;
  error: SetosaError | undefined;
  loading = false;
  /** Looks in a row that did not find it. */
  absent = 0;

  constructor(found: FoundModel, settled: boolean) {
    this.found = found;
    this.settled = settled;
  }

  /** It was seen again. */
  see(found: FoundModel): void {
    this.settled = found.fingerprint === this.found.fingerprint;
    this.found = found;
    this.absent = 0;
  }

  /** @param fingerprint Of the file that the model was read from */
  hold(model: Model, fingerprint: string): void {
    this.model = model;
    this.#held = { name: model.name, version: model.version, fingerprint };
    this.error = undefined;
  }

  /** The file that the model was read from, which may be no more. */
  get served(): ServedFile | undefined {
    return this.model === undefined || this.#held === undefined ? undefined : { path: this.path, ...this.#held };
  }

  get path(): string {
    return this.found.path;
  }

  /** The folder's, the model's or the file's. */
  get name(): string {
    return this.found.name ?? this.#held?.name ?? fileName(this.path);
  }

  /** Undefined for a file that has not been loaded yet. */
  get version(): string | undefined {
    return this.found.version ?? this.#held?.version;
  }

  get needsLoading(): boolean {
    return this.settled && this.tried !== this.found.fingerprint;
  }
}
