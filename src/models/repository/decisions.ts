import type { ControlState } from "../control.ts";

/** What people decided of a repository's models: see ControlState. */
export class Decisions {
  readonly pinned = new Map<string, string>();
  readonly previous = new Map<string, string>();
  readonly canary = new Map<string, { readonly version: string; readonly percent: number }>();
  readonly shadow = new Map<string, string>();
  readonly #unloaded = new Set<string>();
  readonly #loaded = new Set<string>();

  isUnloaded(name: string, version: string): boolean {
    return this.#unloaded.has(key(name, version));
  }

  /** Asked for by name, whatever the policy says. */
  isLoaded(name: string, version: string): boolean {
    return this.#loaded.has(key(name, version));
  }

  unload(name: string, version: string): void {
    this.#loaded.delete(key(name, version));
    this.#unloaded.add(key(name, version));
  }

  load(name: string, version: string, beyondPolicy: boolean): void {
    this.#unloaded.delete(key(name, version));
    if (beyondPolicy) this.#loaded.add(key(name, version));
  }

  /** Ends canary and shadow. */
  clear(name: string): void {
    this.canary.delete(name);
    this.shadow.delete(name);
  }

  state(): ControlState {
    return {
      pinned: Object.fromEntries(this.pinned),
      previous: Object.fromEntries(this.previous),
      canary: Object.fromEntries(this.canary),
      shadow: Object.fromEntries(this.shadow),
      unloaded: [...this.#unloaded],
      loaded: [...this.#loaded],
    };
  }

  restore({ pinned, previous, canary, shadow, unloaded, loaded }: ControlState): void {
    refill(this.pinned, pinned);
    refill(this.previous, previous);
    refill(this.canary, canary);
    refill(this.shadow, shadow);
    this.#unloaded.clear();
    for (const name of unloaded) this.#unloaded.add(name);
    this.#loaded.clear();
    for (const name of loaded) this.#loaded.add(name);
  }
}

/** Neither names nor versions have slashes. */
function key(name: string, version: string): string {
  return `${name}/${version}`;
}

function refill<T>(map: Map<string, T>, values: Readonly<Record<string, T>>): void {
  map.clear();
  for (const [name, value] of Object.entries(values)) map.set(name, value);
}
