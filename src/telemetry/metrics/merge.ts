import { type Definition, definitionOf, type MetricName, metricNames } from "./definitions.ts";
import { type KnownVersions, liveSeries } from "./live-series.ts";
import { emptySnapshot, labelKey, type SeriesSnapshot, type Snapshot, type VersionSnapshot } from "./snapshot.ts";

export interface WorkerSnapshot {
  /** The worker's number: its place is taken by the next process when it dies, so that there are never more than there are workers. */
  readonly worker: string;
  readonly snapshot: Snapshot;
}

/**
 * One snapshot for all workers, and for those that have ended. Metrics that are kept apart by worker get its number as one more label.
 * A version that one worker has not shown for long is shown for none: their sum would fall, and a fall looks like a restart.
 */
export function merge(live: readonly WorkerSnapshot[], ended: Snapshot = emptySnapshot): Snapshot {
  const versions = mergeVersions(live.map(({ snapshot }) => snapshot));
  // With nobody alive, nobody can say what has expired.
  const shown = versions.length === 0 ? anyVersion : knownVersions(versions.filter(({ expired }) => !expired));
  const parts = [...live, { worker: "", snapshot: ended }];
  const metrics: Partial<Record<MetricName, readonly SeriesSnapshot[]>> = {};
  for (const name of metricNames) {
    const isShown = liveSeries(name, shown);
    const definition = definitionOf(name);
    const series = new Map<string, SeriesSnapshot>();
    for (const { worker, snapshot } of parts)
      for (const { labels, values } of snapshot.metrics[name] ?? []) {
        if (!isShown(labels)) continue;
        const named = definition.across === "worker" ? [...labels, worker] : labels;
        const key = labelKey(named);
        series.set(key, { labels: named, values: join(definition, series.get(key)?.values, values) });
      }
    if (series.size > 0) metrics[name] = [...series.values()];
  }
  return { metrics, versions };
}

/** What is left of a worker that has ended: its counts, which the sum must not lose, and nothing of its state. */
export function retain(ended: Snapshot, last: Snapshot): Snapshot {
  const metrics: Partial<Record<MetricName, readonly SeriesSnapshot[]>> = {};
  for (const name of metricNames) {
    const definition = definitionOf(name);
    if (definition.type === "gauge" || definition.across !== "sum") continue;
    const series = new Map((ended.metrics[name] ?? []).map((one) => [labelKey(one.labels), one]));
    for (const { labels, values } of last.metrics[name] ?? []) {
      const key = labelKey(labels);
      series.set(key, { labels, values: join(definition, series.get(key)?.values, values) });
    }
    if (series.size > 0) metrics[name] = [...series.values()];
  }
  return { metrics, versions: [] };
}

/** What is kept of ended workers once no living one knows a version any more. */
export function prune(ended: Snapshot, { versions }: Snapshot): Snapshot {
  const known = knownVersions(versions);
  const metrics: Partial<Record<MetricName, readonly SeriesSnapshot[]>> = {};
  for (const name of metricNames) {
    const isLive = liveSeries(name, known);
    const series = ended.metrics[name]?.filter(({ labels }) => isLive(labels));
    if (series !== undefined && series.length > 0) metrics[name] = series;
  }
  return { metrics, versions: [] };
}

function join({ across }: Definition, some: readonly number[] | undefined, more: readonly number[]): readonly number[] {
  if (some === undefined) return more;
  return more.map((value, index) => (across === "max" ? Math.max(value, some[index] ?? value) : value + (some[index] ?? 0)));
}

function mergeVersions(snapshots: readonly Snapshot[]): readonly VersionSnapshot[] {
  const versions = new Map<string, VersionSnapshot>();
  for (const snapshot of snapshots)
    for (const one of snapshot.versions) {
      const key = labelKey([one.model, one.version]);
      versions.set(key, { ...one, expired: one.expired || versions.get(key)?.expired === true });
    }
  return [...versions.values()];
}

const anyVersion: KnownVersions = { has: () => true, hasModel: () => true };

function knownVersions(versions: readonly VersionSnapshot[]): KnownVersions {
  const keys = new Set(versions.map(({ model, version }) => labelKey([model, version])));
  const models = new Set(versions.map(({ model }) => model));
  return { has: (model, version) => keys.has(labelKey([model, version])), hasModel: (model) => models.has(model) };
}
