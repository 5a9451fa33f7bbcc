import type { ComparisonReport } from "./repository/comparison.ts";

/** Of one version, as clients of the repository are told it. */
export interface IndexEntry {
  readonly name: string;
  /** Undefined for a file that says no version and could not be loaded. */
  readonly version: string | undefined;
  readonly state: "READY" | "LOADING" | "UNAVAILABLE";
  /** Why it is not ready, or why a newer file did not replace it. */
  readonly reason?: string;
  readonly code?: string;
  /** Its part of the traffic that names no version. */
  readonly traffic?: "primary" | "canary" | "shadow";
  /** Of a canary. */
  readonly percent?: number;
}

/** What people decided, as opposed to what lies in the folders: for a process that starts later. */
export interface ControlState {
  /** By name: the version that answers whatever is newer, and the one before it. */
  readonly pinned: Readonly<Record<string, string>>;
  readonly previous: Readonly<Record<string, string>>;
  readonly canary: Readonly<Record<string, { readonly version: string; readonly percent: number }>>;
  readonly shadow: Readonly<Record<string, string>>;
  /** `name/version` that was taken out, or asked for whatever the policy says. */
  readonly unloaded: readonly string[];
  readonly loaded: readonly string[];
}

/**
 * Everything that can be done to a server's models. Arguments and results are plain JSON, so that they can be sent to other processes.
 * All throw SetosaError MODEL_NOT_FOUND and MODEL_VERSION_NOT_FOUND where there is no such model.
 */
export interface ModelControl {
  index(): Promise<readonly IndexEntry[]>;
  /** Looks at the folders now, loads what is new, and resolves when that is done. */
  rescan(): Promise<void>;
  /**
   * Loads a version, or all that the policy wants of a name, even where it had been unloaded.
   * @throws SetosaError what loading it failed with
   */
  load(name: string, version?: string): Promise<void>;
  /** Takes a version, or all of a name, out until it is loaded again. */
  unload(name: string, version?: string): Promise<void>;
  /** Makes a version (or the canary, the shadow, the newest: the first that there is) answer where none is named, and ends canary and shadow. */
  promote(name: string, version?: string): Promise<void>;
  /** Ends a canary or a shadow; without one, goes back to the version that answered before. */
  rollback(name: string): Promise<void>;
  /** Gives a version a share of the requests that name no version. */
  canary(name: string, version: string, percent: number): Promise<void>;
  /** Gives a version a copy of the requests that name no version; its answers are compared and thrown away. */
  shadow(name: string, version: string): Promise<void>;
  /** Ends canary and shadow. */
  clear(name: string): Promise<void>;
  /** What the comparison of canary or shadow with the primary has found; undefined where there is none. */
  comparison(name: string): Promise<ComparisonReport | undefined>;
  state(): Promise<ControlState>;
  restore(state: ControlState): Promise<void>;
}
