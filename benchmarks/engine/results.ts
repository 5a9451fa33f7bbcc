import type { Specification } from "./catalogue.ts";
import type { ContenderId } from "./contenders.ts";
import type { Info } from "./prepared.ts";
import type { Timing } from "./timing.ts";

/** What the benchmark writes to results/engine.json; every table is made of it. */
export interface EngineResults {
  readonly date: string;
  readonly machine: string;
  readonly commit: string;
  readonly command: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly models: readonly ModelResult[];
}

export interface ModelResult extends Timing {
  readonly model: string;
  readonly specification: Specification;
  readonly info: Pick<Info, "features" | "rows" | "nodes" | "steps" | "made">;
  readonly absent: Partial<Record<ContenderId, string>>;
}
