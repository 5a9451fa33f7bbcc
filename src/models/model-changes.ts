/** Something that happened to a model. */
export interface ModelChange {
  /** In milliseconds since 1970. */
  readonly time: number;
  /**
   * `swapped`: another version answers where none is named; `reloaded`: the same one from another file; `loaded`, `unloaded`: it can be
   * asked by its version, or not any more; `failed`: a file was refused, and what was loaded goes on; `traffic`: canary or shadow began or ended.
   */
  readonly kind: "loaded" | "swapped" | "reloaded" | "unloaded" | "failed" | "traffic";
  /** The version that it happened to. */
  readonly version?: string;
  /** Of a swap: the version that answered before. */
  readonly from?: string;
  /** In words, for people. */
  readonly why: string;
}

/** What the versions of a model do now. */
export interface TrafficState {
  /** The version that answers where none is named. */
  readonly primary?: string;
  /** The one that has a share of these requests. */
  readonly canary?: { readonly version: string; readonly percent: number };
  /** The one that has a copy of them. */
  readonly shadow?: string;
}

/** `GET /models/{name}/history`. */
export interface HistoryReport {
  readonly model: string;
  /** From when on changes are remembered, in milliseconds since 1970. */
  readonly since: number;
  readonly traffic: TrafficState;
  /** The newest first. */
  readonly changes: readonly ModelChange[];
}
