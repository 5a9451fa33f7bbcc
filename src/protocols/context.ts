import type { ModelControl } from "../models/control.ts";
import type { ServedModels } from "../models/served-models.ts";
import type { StatisticsBook } from "../models/statistics.ts";
import type { VersionStatistics } from "../models/statistics-totals.ts";
import type { Turns } from "../models/turns.ts";
import type { Platform } from "./platform.ts";

export interface ProtocolLimits {
  /** Bytes of a body that a handler puts together from its pieces; any number where it is not said. */
  readonly bodyBytes?: number;
  /** How deep a body's arrays and objects nest. */
  readonly jsonDepth: number;
  /** Rows in one request. */
  readonly rows: number;
  /** For large requests, in a thread that has others to serve as well; without it they are answered at once. */
  readonly turns?: Turns;
}

/** What protocols answer from. */
export interface ProtocolContext {
  readonly models: ServedModels;
  readonly limits: ProtocolLimits;
  /** Whether the server should be sent requests: what `/health/ready` says. */
  readonly isReady: () => boolean;
  /** What the server calls itself. */
  readonly server: { readonly name: string; readonly version: string };
  /** What clients may do to models; absent where only operators may. */
  readonly control?: ModelControl | undefined;
  /** The cloud platform that runs the server; absent where none does. */
  readonly platform?: Platform | undefined;
  /** Of requests in the protocols that tell of them, by model; absent where nobody counts. */
  readonly statistics?: StatisticsBook | undefined;
  /** The same of all processes that serve together; absent in one that serves alone. */
  readonly gatherStatistics?: (() => Promise<readonly VersionStatistics[]>) | undefined;
}
