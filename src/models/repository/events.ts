import type { SetosaError } from "../../errors.ts";
import type { Model } from "../model.ts";

/** What happens to models while a server runs: for logs and metrics. */
export type ModelEvent =
  /** It answers from now on; `replaced` is what it took the place of in the same name. */
  | { readonly kind: "loaded"; readonly model: Model; readonly replaced: Model | undefined }
  /** A file was refused; a model that was loaded before goes on. */
  | {
      readonly kind: "failed";
      readonly name: string;
      readonly version: string | undefined;
      readonly path: string;
      readonly error: SetosaError;
    }
  /** It takes no more requests. */
  | { readonly kind: "unloaded"; readonly model: Model }
  /** Another version answers where a request names none. */
  | {
      readonly kind: "promoted";
      readonly name: string;
      readonly version: string;
      readonly from: string | undefined;
      readonly reason: PromotionReason;
    }
  /** A version began or ceased to get a share or a copy of the traffic. */
  | { readonly kind: "traffic"; readonly name: string; readonly traffic: TrafficText }
  /** The folder cannot be read; what is loaded stays. */
  | { readonly kind: "unreadable"; readonly path: string; readonly error: SetosaError };

/** Why a version took another's place: it is newer, an operator chose it, or the other one is not loaded any more. */
export type PromotionReason = "newer" | "chosen" | "gone";

/** For people: `canary 2 5 %`, `shadow 3`, or that there is none any more. */
export type TrafficText = string;
