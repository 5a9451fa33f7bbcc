import { isAbsolute, relative, sep } from "node:path";
import { SetosaError } from "../../errors.ts";
import { type LoadFailure, ModelLibrary, nameTaken, newest, ofFile } from "../library.ts";
import type { Model } from "../model.ts";
import { pickFrom, type ServedModels, type TrafficPart } from "../served-models.ts";
import { Comparison, type ComparisonReport } from "./comparison.ts";
import { Decisions } from "./decisions.ts";
import type { ModelEvent } from "./events.ts";
import { type FoundModel, type KeptFile, type ServedFile, scan } from "./scan.ts";
import { Slot } from "./slot.ts";
import { type VersionPolicy, wantedVersions } from "./version-policy.ts";

export interface RepositoryOptions {
  /** Model files, and folders of them. */
  readonly paths: readonly string[];
  /** Links in a folder may lead out of it. */
  readonly followLinks?: boolean | undefined;
  readonly policy: VersionPolicy;
  /** Whether a newer version answers as soon as it is loaded, or when it is promoted. */
  readonly rollout: "immediate" | "manual";
  readonly defaultName?: string | undefined;
  /** Reads, checks and warms a model; `serving` says whether requests wait for this thread meanwhile. */
  readonly load: (found: FoundModel, serving: boolean) => Promise<Model>;
  /** Files that other processes serve from, by path: for a start while something else lies in their place. */
  readonly kept?: ReadonlyMap<string, KeptFile>;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Calls back when the requests that wait have had their turn. */
  readonly defer: (callback: () => void) => void;
}

/** Looks that may miss a file before its model is taken out: one that is replaced may be absent for a moment. */
const mostAbsences = 2;

/** The models of folders that change while they are served. */
export class ModelRepository implements ServedModels {
  library = new ModelLibrary([]);
  readonly decisions = new Decisions();
  readonly #options: RepositoryOptions;
  readonly #slots = new Map<string, Slot>();
  readonly #primaries = new Map<string, string>();
  readonly #comparisons = new Map<string, Comparison>();
  readonly #changed: (() => void)[] = [];
  readonly #hears: ((event: ModelEvent) => void)[] = [];
  #unreadable = new Set<string>();
  /** Everything that loads waits for what loads before it. */
  #queue: Promise<unknown> = Promise.resolve();
  #serving = false;

  constructor(options: RepositoryOptions) {
    this.#options = options;
  }

  /**
   * Loads everything for the first time. A file that was named itself has to load; of a folder's files one has to.
   * @throws SetosaError what a named file or the first of all files failed with; MODELS_EMPTY, MODEL_NOT_FOUND for the default
   */
  async start(): Promise<void> {
    const { paths, defaultName, followLinks, kept } = this.#options;
    const known = new Set(kept?.keys());
    for (const path of paths) {
      const looked = scan(path, { followLinks, known });
      // Whoever will ask for models may not have made the folder yet.
      const all = this.loadsOnRequest ? await looked.catch(() => []) : await looked;
      for (const found of all) this.#slots.set(found.path, new Slot(found, true));
    }
    if (this.#slots.size === 0 && !this.loadsOnRequest) throw noModels(paths);
    await this.#loadAll();
    this.#serving = true;
    const failed = [...this.#slots.values()].filter(({ error, model }) => error !== undefined && model === undefined);
    const fatal = failed.find(({ path }) => paths.includes(path)) ?? (this.library.list.length === 0 ? failed[0] : undefined);
    if (fatal?.error !== undefined) {
      await this.close();
      throw ofFile(fatal.path, fatal.error);
    }
    if (defaultName !== undefined && !this.loadsOnRequest && !failed.some(({ name }) => name === defaultName))
      this.library.get(defaultName);
  }

  pick(name?: string, version?: string): Model {
    const { library } = this;
    if (version !== undefined || this.decisions.canary.size === 0) return pickFrom(library, name, version);
    const primary = pickFrom(library, name, undefined);
    const canary = this.decisions.canary.get(primary.name);
    if (canary === undefined || this.#options.random() * 100 >= canary.percent) return primary;
    return this.find(primary.name, canary.version) ?? primary;
  }

  versionWith(name: string, part: TrafficPart): string | undefined {
    if (part === "primary") return this.#primaries.get(name);
    const version = part === "canary" ? this.decisions.canary.get(name)?.version : this.decisions.shadow.get(name);
    return this.#loaded(name, version)?.version;
  }

  onChange(listener: () => void): void {
    this.#changed.push(listener);
  }

  onEvent(listener: (event: ModelEvent) => void): void {
    this.#hears.push(listener);
  }

  /** Whether versions are loaded only when somebody asks for them: it may begin with none. */
  get loadsOnRequest(): boolean {
    return this.#options.policy.kind === "none";
  }

  get promotesNewest(): boolean {
    return this.#options.rollout === "immediate";
  }

  get slots(): readonly Slot[] {
    return [...this.#slots.values()];
  }

  /** The files that models are served from. */
  get servedFiles(): readonly ServedFile[] {
    return this.slots.flatMap(({ served }) => served ?? []);
  }

  /** A version that is loaded. */
  find(name: string, version: string): Model | undefined {
    return this.library.versions(name).find((model) => model.version === version);
  }

  comparison(name: string): ComparisonReport | undefined {
    return this.#comparisons.get(name)?.report();
  }

  /** Whether every model that was found answers in some version, or with `any` whether one does. */
  isReady(when: "all" | "any"): boolean {
    const { list, failures } = this.library;
    return list.length > 0 && (when === "any" || failures.every(({ name }) => this.library.versions(name).length > 0));
  }

  /** Looks at the folders and loads what is new. What cannot be read stays as it is. */
  rescan(): Promise<void> {
    return this.#inTurn(async () => {
      for (const path of this.#options.paths) await this.#look(path);
      await this.#loadAll();
    });
  }

  /** Loads what the decisions and the policy want and is not there. */
  reconcile(): Promise<void> {
    return this.#inTurn(() => this.#loadAll());
  }

  /**
   * Puts decisions into effect that need nothing to be loaded.
   * @param chosen Whether somebody has just said which version shall answer
   */
  apply(chosen = false): void {
    this.#publish(chosen);
    this.#retireUnwanted();
  }

  /** Forgets what became of the slot's file, so that it is loaded again. */
  retry(slots: readonly Slot[]): void {
    for (const slot of slots) if (slot.model === undefined) slot.tried = undefined;
  }

  tell(event: ModelEvent): void {
    for (const hear of this.#hears) hear(event);
  }

  async close(): Promise<void> {
    for (const comparison of this.#comparisons.values()) comparison.end();
    await Promise.all(this.library.list.map((model) => model.close()));
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => {});
    return done;
  }

  async #look(path: string): Promise<void> {
    let found: FoundModel[];
    try {
      found = await scan(path, { followLinks: this.#options.followLinks, known: new Set(this.#slots.keys()) });
      this.#unreadable.delete(path);
    } catch (error) {
      if (!(error instanceof SetosaError)) throw error;
      // Said once, not at every look.
      if (!this.#unreadable.has(path)) this.tell({ kind: "unreadable", path, error });
      this.#unreadable.add(path);
      return;
    }
    const paths = new Set(found.map((model) => model.path));
    for (const model of found) {
      const slot = this.#slots.get(model.path);
      if (slot === undefined) this.#slots.set(model.path, new Slot(model, false));
      else slot.see(model);
    }
    for (const slot of this.#slots.values()) if (isBelow(slot.path, path) && !paths.has(slot.path)) slot.absent++;
  }

  async #loadAll(): Promise<void> {
    for (const slot of [...this.#slots.values()]) if (this.#isWanted(slot) && slot.needsLoading) await this.#load(slot);
    this.#removeAbsent();
    this.apply();
  }

  async #load(slot: Slot): Promise<void> {
    const { found } = slot;
    slot.loading = true;
    try {
      const model = await this.#options.load(found, this.#serving);
      const other = [...this.#slots.values()].find(
        (one) => one !== slot && one.model?.name === model.name && one.model.version === model.version,
      );
      if (other?.model !== undefined) {
        await model.close();
        throw nameTaken(other.model, model);
      }
      const replaced = slot.model ?? this.#primary(model.name);
      const old = slot.model;
      slot.hold(model, found.fingerprint);
      this.#publish();
      this.tell({ kind: "loaded", model, replaced });
      if (old !== undefined) void this.#retire(old);
    } catch (error) {
      slot.error = loadError(error);
      await this.#loadKept(slot, slot.error);
      this.tell({ kind: "failed", name: slot.name, version: slot.version, path: slot.path, error: slot.error });
    } finally {
      slot.tried = found.fingerprint;
      slot.loading = false;
    }
  }

  /** A process that starts has nothing that a bad file could leave in place, but for what others serve. */
  async #loadKept(slot: Slot, error: SetosaError): Promise<void> {
    const kept = this.#serving ? undefined : this.#options.kept?.get(slot.path);
    if (kept === undefined) return;
    const { keptAt: path, fingerprint, name, version } = kept;
    try {
      slot.hold(await this.#options.load({ path, fingerprint, name, version }, false), fingerprint);
      slot.error = error;
    } catch {
      // It has gone, or was written over: what the file itself failed with says more.
    }
  }

  #removeAbsent(): void {
    for (const [path, slot] of this.#slots) {
      if (slot.absent < mostAbsences) continue;
      this.#slots.delete(path);
      if (slot.model !== undefined) void this.#retire(slot.model);
    }
  }

  /** By the policy among the versions of its name, unless somebody decided otherwise. */
  #isWanted({ found, name, version }: Slot): boolean {
    if (version === undefined) return true;
    const { decisions } = this;
    if (decisions.isUnloaded(name, version)) return false;
    // The policy is for folders `name/version/`.
    if (found.name === undefined || decisions.isLoaded(name, version) || this.#hasTraffic(name, version)) return true;
    const versions = [...this.#slots.values()].flatMap((slot) =>
      slot.found.name === name && slot.version !== undefined && !decisions.isUnloaded(name, slot.version) ? [slot.version] : [],
    );
    return wantedVersions(this.#options.policy, versions).has(version);
  }

  #hasTraffic(name: string, version: string): boolean {
    const { pinned, canary, shadow } = this.decisions;
    return pinned.get(name) === version || canary.get(name)?.version === version || shadow.get(name) === version;
  }

  /** Older versions stay until what should answer instead of them does. */
  #retireUnwanted(): void {
    let any = false;
    for (const slot of this.#slots.values()) {
      const { model } = slot;
      if (model === undefined || this.#isWanted(slot)) continue;
      const isUnloaded = this.decisions.isUnloaded(model.name, model.version);
      if (!isUnloaded && this.#primary(model.name) === model) continue;
      slot.model = undefined;
      slot.tried = undefined;
      any = true;
      void this.#retire(model);
    }
    if (any) this.#publish();
  }

  async #retire(model: Model): Promise<void> {
    this.tell({ kind: "unloaded", model });
    await model.retire();
  }

  #primary(name: string): Model | undefined {
    const version = this.#primaries.get(name);
    return version === undefined ? undefined : this.find(name, version);
  }

  /** Makes what is loaded now the library, and lets everybody know. */
  #publish(chosen = false): void {
    const slots = [...this.#slots.values()];
    const models = slots.flatMap(({ model }) => (model === undefined ? [] : [model]));
    this.#choosePrimaries(models, chosen);
    const failures = slots.flatMap(({ error, name, version, model }): LoadFailure[] =>
      error === undefined ? [] : [{ name, version, error, replacing: model !== undefined }],
    );
    this.library = new ModelLibrary(models, { defaultName: this.#defaultName(models), primaries: this.#primaries, failures });
    this.#compare();
    for (const listener of this.#changed) listener();
  }

  /** The first model that there was: it does not change with the order of files that come later. */
  #defaultName(models: readonly Model[]): string | undefined {
    const name = this.#options.defaultName ?? this.library.default?.name;
    return name === undefined || (this.#options.defaultName === undefined && !models.some((model) => model.name === name))
      ? undefined
      : name;
  }

  #choosePrimaries(models: readonly Model[], chosen: boolean): void {
    const names = new Set(models.map(({ name }) => name));
    for (const name of this.#primaries.keys()) if (!names.has(name)) this.#primaries.delete(name);
    for (const name of names) {
      const versions = models.filter((model) => model.name === name);
      const before = this.#primaries.get(name);
      const stays = (version: string | undefined) => versions.find((model) => model.version === version);
      const pinned = stays(this.decisions.pinned.get(name));
      const kept = this.#options.rollout === "manual" && this.#serving ? stays(before) : undefined;
      // A version with a share or a copy of the traffic has to be promoted.
      const candidates = versions.filter(({ version }) => !this.#isCandidate(name, version));
      const primary = (pinned ?? kept ?? newest(candidates.length > 0 ? candidates : versions))?.version;
      if (primary === undefined || primary === before) continue;
      this.#primaries.set(name, primary);
      if (before === undefined) continue;
      this.decisions.previous.set(name, before);
      const reason = chosen || pinned?.version === primary ? "chosen" : stays(before) === undefined ? "gone" : "newer";
      this.tell({ kind: "promoted", name, version: primary, from: before, reason });
    }
  }

  #isCandidate(name: string, version: string): boolean {
    return this.decisions.canary.get(name)?.version === version || this.decisions.shadow.get(name) === version;
  }

  /** Canary and shadow are compared with the primary, whatever versions these are by now. */
  #compare(): void {
    const { defer, random } = this.#options;
    const { canary, shadow } = this.decisions;
    for (const name of new Set([...this.#comparisons.keys(), ...canary.keys(), ...shadow.keys()])) {
      const primary = this.#loaded(name, this.#primaries.get(name));
      const [canaryModel, shadowModel] = [this.#loaded(name, canary.get(name)?.version), this.#loaded(name, shadow.get(name))];
      const before = this.#comparisons.get(name);
      const [answered, compared] = canaryModel === undefined ? [primary, shadowModel] : [canaryModel, primary];
      if (answered !== undefined && compared !== undefined && before?.isOf(answered, compared)) continue;
      before?.end();
      this.#comparisons.delete(name);
      if (answered === undefined || compared === undefined || answered === compared) continue;
      const kind = canaryModel === undefined ? "shadow" : "canary";
      this.#comparisons.set(name, new Comparison({ kind, answered, compared, defer, random }));
    }
  }

  #loaded(name: string, version: string | undefined): Model | undefined {
    return version === undefined ? undefined : this.find(name, version);
  }
}

/** Whether a path was found in a root: it begins with it, up to a separator. */
function isBelow(path: string, root: string): boolean {
  const below = relative(root, path);
  return below === "" || !(below === ".." || below.startsWith(`..${sep}`) || isAbsolute(below));
}

function noModels(paths: readonly string[]): SetosaError {
  return new SetosaError("MODELS_EMPTY", `The folder ${paths[0] ?? ""} holds no model.`, {
    path: paths[0] ?? "",
    hint: "Put model files into it (.onnx, .json, .txt, .ubj), or folders name/version/model.onnx.",
  });
}

function loadError(error: unknown): SetosaError {
  if (error instanceof SetosaError) return error;
  // What both engines throw where an array or a WebAssembly memory cannot be had.
  if (error instanceof RangeError && /memory|allocat/i.test(error.message))
    return new SetosaError("MODEL_MEMORY_EXHAUSTED", `There is not enough memory for it: ${error.message}.`, {
      hint: "Unload other models, or give the process more memory.",
      cause: error,
    });
  return new SetosaError("INTERNAL", `Loading it failed: ${String(error)}`, { cause: error });
}
