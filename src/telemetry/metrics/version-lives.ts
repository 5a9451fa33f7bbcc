import { labelKey, type VersionSnapshot } from "./snapshot.ts";

/** Milliseconds that an unloaded version is still shown: several scrapes, so that its last requests are seen. */
const shownMilliseconds = 10 * 60_000;
/** As long again, and as many again, it is kept but not shown: another worker may have unloaded it a moment later. */
const keptMilliseconds = 2 * shownMilliseconds;
/** Unloaded versions that are shown for each model, however fast versions follow one another. */
const mostShown = 5;
const mostKept = 2 * mostShown;

interface Life {
  readonly model: string;
  readonly version: string;
  /** Undefined while it is loaded. */
  unloadedAt: number | undefined;
}

/**
 * Which model versions have series: those that are loaded, and for a while those that were. A Prometheus counter may disappear;
 * it may not fall, and what it counted may not turn up in another series, where it would look like a burst of requests.
 */
export class VersionLives {
  readonly #now: () => number;
  readonly #lives = new Map<string, Life>();

  /** @param now Milliseconds of a clock that never goes back */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The versions that are loaded now: others were unloaded, if they were loaded before. */
  loaded(versions: readonly { readonly model: string; readonly version: string }[]): void {
    const keys = new Set(versions.map(keyOf));
    for (const { model, version } of versions) this.#lives.set(keyOf({ model, version }), { model, version, unloadedAt: undefined });
    for (const [key, life] of this.#lives)
      if (!keys.has(key) && life.unloadedAt === undefined) {
        // Last in the map is last unloaded.
        this.#lives.delete(key);
        this.#lives.set(key, { ...life, unloadedAt: this.#now() });
      }
  }

  has(model: string, version: string): boolean {
    return this.#lives.has(labelKey([model, version]));
  }

  hasModel(model: string): boolean {
    return [...this.#lives.values()].some((life) => life.model === model);
  }

  /** The versions to keep series of; the others are forgotten. */
  sweep(): readonly VersionSnapshot[] {
    const now = this.#now();
    const unloaded = new Map<string, number>();
    const kept: VersionSnapshot[] = [];
    for (const [key, { model, version, unloadedAt }] of [...this.#lives].reverse()) {
      if (unloadedAt === undefined) {
        kept.push({ model, version, expired: false });
        continue;
      }
      const newer = unloaded.get(model) ?? 0;
      unloaded.set(model, newer + 1);
      const age = now - unloadedAt;
      if (newer >= mostKept || age >= keptMilliseconds) this.#lives.delete(key);
      else kept.push({ model, version, expired: newer >= mostShown || age >= shownMilliseconds });
    }
    return kept.reverse();
  }
}

function keyOf({ model, version }: { readonly model: string; readonly version: string }): string {
  return labelKey([model, version]);
}
