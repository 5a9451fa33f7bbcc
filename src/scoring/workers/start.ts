import type { LoadOptions } from "../../models/load-model.ts";
import type { ScoringSettings } from "../settings.ts";

/** What a thread needs to begin with. */
export interface WorkerStart {
  readonly model: Uint8Array;
  readonly load: Pick<LoadOptions, "engine" | "name" | "version">;
  readonly settings: ScoringSettings;
}
