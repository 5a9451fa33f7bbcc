import type { ModelChange, TrafficState } from "../model-changes.ts";
import type { ModelEvent, PromotionReason } from "./events.ts";
import type { ModelRepository } from "./repository.ts";

/** Of each model, and of how many models. */
const mostChanges = 50;
const mostNames = 1000;

const reasons: Readonly<Record<PromotionReason, string>> = {
  newer: "a newer version was loaded",
  chosen: "an operator chose it",
  gone: "the version before it is not loaded any more",
};

/** Remembers what happened to the models since the process started: so much and no more. */
export class ModelHistory {
  /** When it began, in milliseconds since 1970. */
  readonly since: number;
  readonly #repository: ModelRepository;
  readonly #wall: () => number;
  readonly #changes = new Map<string, ModelChange[]>();

  /** @param wall Milliseconds since 1970 */
  constructor(repository: ModelRepository, wall: () => number) {
    this.#repository = repository;
    this.#wall = wall;
    this.since = wall();
    const { list, failures } = repository.library;
    for (const { name, version } of list) this.#add(name, { kind: "loaded", version, why: "the server started" });
    for (const { name, version, error } of failures) this.#add(name, { kind: "failed", ...versionOf(version), why: error.message });
    repository.onEvent((event) => this.#hear(event));
  }

  /** The newest first. */
  changes(name: string): readonly ModelChange[] {
    return this.#changes.get(name)?.toReversed() ?? [];
  }

  traffic(name: string): TrafficState {
    const repository = this.#repository;
    const primary = repository.versionWith(name, "primary");
    const canary = repository.versionWith(name, "canary");
    const shadow = repository.versionWith(name, "shadow");
    const percent = repository.decisions.canary.get(name)?.percent;
    return {
      ...(primary === undefined ? {} : { primary }),
      ...(canary === undefined || percent === undefined ? {} : { canary: { version: canary, percent } }),
      ...(shadow === undefined ? {} : { shadow }),
    };
  }

  #hear(event: ModelEvent): void {
    switch (event.kind) {
      case "loaded": {
        const { model, replaced } = event;
        const { name, version } = model;
        if (replaced?.version === version) this.#add(name, { kind: "reloaded", version, from: version, why: "its file changed" });
        else this.#add(name, { kind: "loaded", version, why: "its file was found" });
        return;
      }
      case "promoted": {
        const { name, version, from, reason } = event;
        this.#add(name, { kind: "swapped", version, ...(from === undefined ? {} : { from }), why: reasons[reason] });
        return;
      }
      case "unloaded": {
        const { name, version } = event.model;
        // What another file took the place of is told of as that. The library without this model may still be to come.
        const there = this.#repository.find(name, version);
        if (there === undefined || there === event.model) this.#add(name, { kind: "unloaded", version, why: "it takes no more requests" });
        return;
      }
      case "failed":
        this.#add(event.name, { kind: "failed", ...versionOf(event.version), why: `${event.error.code}: ${event.error.message}` });
        return;
      case "traffic":
        this.#add(event.name, { kind: "traffic", why: event.traffic });
        return;
      case "unreadable":
        return;
    }
  }

  #add(name: string, change: Omit<ModelChange, "time">): void {
    const changes = this.#changes.get(name) ?? [];
    changes.push({ time: this.#wall(), ...change });
    if (changes.length > mostChanges) changes.shift();
    // The one that something happened to last is the last to be forgotten.
    this.#changes.delete(name);
    this.#changes.set(name, changes);
    const [oldest] = this.#changes.keys();
    if (this.#changes.size > mostNames && oldest !== undefined) this.#changes.delete(oldest);
  }
}

function versionOf(version: string | undefined): { readonly version?: string } {
  return version === undefined ? {} : { version };
}
