import type { MetricName } from "./definitions.ts";

/** What one process has counted: plain JSON, so that it can be sent to another. */
export interface Snapshot {
  readonly metrics: Readonly<Partial<Record<MetricName, readonly SeriesSnapshot[]>>>;
  /** The model versions that series are about. */
  readonly versions: readonly VersionSnapshot[];
}

export interface SeriesSnapshot {
  /** Label values, in the order of the metric's labels. */
  readonly labels: readonly string[];
  /** See `Series.read`. */
  readonly values: readonly number[];
}

export interface VersionSnapshot {
  readonly model: string;
  readonly version: string;
  /** Unloaded for so long that no process should show it any more: see `VersionLives`. */
  readonly expired: boolean;
}

export const emptySnapshot: Snapshot = { metrics: {}, versions: [] };

/** Label values as one key: no file name and no version has a zero byte. */
export function labelKey(labels: readonly string[]): string {
  return labels.join("\0");
}
