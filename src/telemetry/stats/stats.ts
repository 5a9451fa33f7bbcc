import type { Quantiles } from "./quantiles.ts";

/** Predictions of a time, and how they were answered. */
export interface Traffic {
  readonly requests: number;
  /** Answered with a status of 400 to 499, and of 500 and more. */
  readonly clientErrors: number;
  readonly serverErrors: number;
  readonly rows: number;
  /** From a request's head to its answer; without what was refused at once. */
  readonly latencyMilliseconds: Quantiles;
}

export interface ModelTraffic extends Traffic {
  readonly name: string;
}

export interface VersionTraffic extends Traffic {
  readonly version: string;
}

/** All processes that serve, over one interval. */
export interface StatsPoint {
  /** Counts on from one point to the next. */
  readonly number: number;
  /** Its end, in milliseconds since 1970. */
  readonly time: number;
  readonly seconds: number;
  /** Processes that answered for it. */
  readonly workers: number;
  /** Errors that reached no model are in here too. */
  readonly total: Traffic;
  /** Those that were asked; the busiest, where it is many. */
  readonly models: readonly ModelTraffic[];
  /** At its end: predictions under way or waiting, open connections, and memory in RAM, of all processes. */
  readonly queue: number;
  readonly connections: number;
  readonly memoryBytes: number;
  /** Cores that were busy: 1 is one whole core. */
  readonly cores: number;
  /** How late the event loop was, of whichever process was latest. */
  readonly loopLagMilliseconds: Quantiles;
}

/** The last minutes as a whole. */
export interface StatsSummary {
  /** Seconds that the points cover. */
  readonly seconds: number;
  readonly total: Traffic;
  readonly models: readonly (ModelTraffic & { readonly versions: readonly VersionTraffic[] })[];
}

/** `GET /stats`. */
export interface Stats {
  readonly intervalSeconds: number;
  readonly windowSeconds: number;
  readonly summary: StatsSummary;
  readonly points: readonly StatsPoint[];
}

/** One step on: what `GET /stats/stream` tells after it has told all. */
export interface StatsStep {
  readonly summary: StatsSummary;
  readonly point: StatsPoint;
}
