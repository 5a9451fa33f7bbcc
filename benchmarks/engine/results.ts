import type { Specification } from "./catalogue.ts";
import type { ContenderId } from "./contenders.ts";
import type { Info } from "./prepared.ts";
import type { Timing } from "./timing.ts";

export type Runtime = "node" | "bun";

/** What the benchmark writes to results/engine.json; every table is made of it. */
export interface EngineResults {
  readonly date: string;
  readonly machine: string;
  readonly commit: string;
  readonly command: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly models: readonly ModelResult[];
  readonly workers: readonly WorkersResult[];
  readonly loading: readonly LoadingResult[];
  readonly largeLoading: readonly LargeLoadingResult[];
  /** What was measured anew in runs of its own. */
  readonly apart?: readonly (Pick<EngineResults, "command" | "commit" | "date"> & { readonly names: readonly string[] })[];
}

export interface ModelResult extends Timing {
  readonly model: string;
  readonly specification: Specification;
  readonly info: Pick<Info, "features" | "rows" | "nodes" | "steps" | "made">;
  readonly absent: Partial<Record<ContenderId, string>>;
}

/** Batches in one worker thread and in two: microseconds per row, by round. */
export interface WorkersResult {
  readonly model: string;
  readonly runtime: Runtime;
  readonly rows: number;
  readonly one: readonly number[];
  readonly two: readonly number[];
}

/** Milliseconds that a load takes in a process of its own, and a second load of the same file in it. */
export interface LoadingResult {
  readonly model: string;
  readonly runtime: Runtime;
  readonly first: readonly number[];
  readonly second: readonly number[];
}

/** Loads of a large forest, each in a process of its own; memory in bytes, after minus before. */
export interface LargeLoadingResult {
  readonly model: string;
  readonly format: string;
  readonly runtime: Runtime;
  readonly nodes: number;
  readonly milliseconds: readonly number[];
  /** Resident set. */
  readonly resident: readonly number[];
  /** Heap in use and external memory, as the runtime counts them. */
  readonly used: readonly number[];
}
