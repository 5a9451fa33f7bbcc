import { SetosaError } from "../../errors.ts";
import type { IndexEntry, ModelControl } from "../control.ts";
import { naturalOrder } from "../natural-order.ts";
import type { ModelRepository } from "./repository.ts";
import type { Slot } from "./slot.ts";

/** Control of the repository of this process. */
export function localControl(repository: ModelRepository): ModelControl {
  const { decisions } = repository;

  /** The places of a model: a version of it, or all. */
  const slotsOf = (name: string, version?: string): Slot[] => {
    const slots = repository.slots.filter((slot) => slot.name === name && (version === undefined || slot.version === version));
    if (slots.length > 0) return slots;
    // Throws with the names that there are.
    const known = repository.slots.find((slot) => slot.name === name);
    if (known === undefined) repository.library.get(name);
    throw new SetosaError("MODEL_VERSION_NOT_FOUND", `The model "${name}" has no version ${JSON.stringify(version?.slice(0, 80) ?? "")}.`, {
      hint: "Put it into the folder; the index lists what was found.",
    });
  };

  /** A version that can answer now, loaded if need be. */
  const ready = async (name: string, version: string): Promise<void> => {
    const slots = slotsOf(name, version);
    if (repository.find(name, version) === undefined) {
      decisions.load(name, version, true);
      repository.retry(slots);
      await repository.reconcile();
    }
    const error = slots.find((slot) => slot.error !== undefined)?.error;
    if (repository.find(name, version) !== undefined) return;
    throw (
      error ??
      new SetosaError("MODEL_VERSION_NOT_FOUND", `The model "${name}" is not loaded in version "${version}".`, {
        hint: "Ask for the index.",
      })
    );
  };

  const load = async (name: string, version?: string): Promise<void> => {
    await repository.rescan();
    const slots = slotsOf(name, version);
    const beyondPolicy = version !== undefined || repository.loadsOnRequest;
    for (const slot of slots) if (slot.version !== undefined) decisions.load(name, slot.version, beyondPolicy);
    // It was asked for, so that nobody is copying it any more.
    for (const slot of slots) slot.settled = true;
    repository.retry(slots);
    await repository.reconcile();
    const failed = slots.find(({ error }) => error !== undefined);
    if (failed?.error !== undefined) throw failed.error;
  };

  const unload = async (name: string, version?: string): Promise<void> => {
    const slots = slotsOf(name, version);
    for (const slot of slots) if (slot.version !== undefined) decisions.unload(name, slot.version);
    if (version === undefined || decisions.canary.get(name)?.version === version || decisions.shadow.get(name) === version)
      decisions.clear(name);
    repository.apply();
  };

  const promote = async (name: string, version?: string): Promise<void> => {
    const wanted = version ?? decisions.canary.get(name)?.version ?? decisions.shadow.get(name) ?? newestVersion(slotsOf(name));
    await ready(name, wanted);
    endTraffic(name);
    // The newest needs no pin: a newer one shall take its place as it does otherwise.
    if (repository.promotesNewest && wanted === newestVersion(slotsOf(name))) decisions.pinned.delete(name);
    else decisions.pinned.set(name, wanted);
    repository.apply(true);
  };

  const rollback = async (name: string): Promise<void> => {
    slotsOf(name);
    if (endTraffic(name)) {
      repository.apply();
      return;
    }
    const previous = decisions.previous.get(name);
    if (previous === undefined)
      throw new SetosaError("MODEL_VERSION_NOT_FOUND", `No other version of "${name}" answered before this one.`, {
        hint: "Promote the version that shall answer.",
      });
    await promote(name, previous);
  };

  const candidate = async (name: string, version: string, decide: () => void): Promise<void> => {
    await ready(name, version);
    if (repository.library.get(name).version === version)
      throw new SetosaError("ARGUMENT_INVALID", `Version "${version}" of "${name}" answers all requests already.`, {
        path: "version",
        hint: "Roll back first, or name another version.",
      });
    decisions.clear(name);
    // What answers now goes on to, though it may not be the newest.
    decisions.pinned.set(name, repository.library.get(name).version);
    decide();
    repository.apply();
    tellTraffic(name);
  };

  /** Whether there was a canary or a shadow. */
  const endTraffic = (name: string): boolean => {
    if (!decisions.canary.has(name) && !decisions.shadow.has(name)) return false;
    decisions.clear(name);
    tellTraffic(name);
    return true;
  };

  const tellTraffic = (name: string) => {
    const canary = decisions.canary.get(name);
    const shadow = decisions.shadow.get(name);
    const traffic =
      canary === undefined
        ? shadow === undefined
          ? "no canary or shadow any more"
          : `shadow ${shadow}`
        : `canary ${canary.version} ${canary.percent} %`;
    repository.tell({ kind: "traffic", name, traffic });
  };

  return {
    load,
    unload,
    promote,
    rollback,
    index: async () => repository.slots.map((slot) => indexEntry(slot, repository)),
    rescan: () => repository.rescan(),
    canary: async (name, version, percent) => {
      if (!(percent > 0 && percent <= 100))
        throw new SetosaError("ARGUMENT_INVALID", `A share of ${percent} % is none.`, {
          path: "percent",
          hint: "Give more than 0 and up to 100.",
        });
      await candidate(name, version, () => decisions.canary.set(name, { version, percent }));
    },
    shadow: (name, version) => candidate(name, version, () => decisions.shadow.set(name, version)),
    clear: async (name) => {
      slotsOf(name);
      if (endTraffic(name)) repository.apply();
    },
    comparison: async (name) => repository.comparison(name),
    state: async () => decisions.state(),
    restore: async (state) => {
      decisions.restore(state);
      await repository.reconcile();
    },
  };
}

function newestVersion(slots: readonly Slot[]): string {
  const versions = slots.flatMap(({ version }) => (version === undefined ? [] : [version])).sort(naturalOrder);
  return versions.at(-1) ?? "";
}

function indexEntry({ name, version, model, error, loading }: Slot, repository: ModelRepository): IndexEntry {
  const { canary, shadow } = repository.decisions;
  const traffic =
    model === undefined
      ? undefined
      : repository.library.get(name).version === version
        ? "primary"
        : canary.get(name)?.version === version
          ? "canary"
          : shadow.get(name) === version
            ? "shadow"
            : undefined;
  return {
    name,
    version,
    state: model !== undefined ? "READY" : loading ? "LOADING" : "UNAVAILABLE",
    ...(error === undefined ? {} : { reason: error.message, code: error.code }),
    ...(traffic === undefined ? {} : { traffic }),
    ...(traffic === "canary" ? { percent: canary.get(name)?.percent ?? 0 } : {}),
  };
}
