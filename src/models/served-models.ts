import { SetosaError } from "../errors.ts";
import type { ModelLibrary } from "./library.ts";
import type { Model } from "./model.ts";

/** Of the requests that name no version: all but a canary's share, that share, or a copy whose answers nobody gets. */
export const trafficParts = ["primary", "canary", "shadow"] as const;
export type TrafficPart = (typeof trafficParts)[number];

/** The models of a running server, which come and go. */
export interface ServedModels {
  /** As they are now: another object after every change. */
  readonly library: ModelLibrary;
  /**
   * The model that answers one request. Asked for each request anew: what is chosen differs while a version has a share of the traffic.
   * @param name The default model where it is undefined
   * @throws SetosaError MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND
   */
  pick(name?: string, version?: string): Model;
  /** The version that has this part of a model's traffic; undefined where none has. Absent where versions have no parts. */
  versionWith?(name: string, part: TrafficPart): string | undefined;
  /** Calls back after every change of `library`. */
  onChange(listener: () => void): void;
}

/** As the library says it, without chance. */
export function pickFrom(library: ModelLibrary, name: string | undefined, version: string | undefined): Model {
  if (name !== undefined) return library.get(name, version);
  if (library.default !== undefined) return library.default;
  throw new SetosaError("MODEL_NOT_FOUND", "The default model is not loaded.", { hint: "GET /models lists those that are." });
}
