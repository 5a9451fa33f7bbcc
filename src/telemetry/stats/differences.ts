import { labelKey } from "../metrics/snapshot.ts";
import type { ProcessCounts, VersionCounts } from "./counts.ts";

/** What several processes counted within one interval. */
export interface IntervalCounts {
  readonly versions: readonly VersionCounts[];
  readonly clientErrors: number;
  readonly serverErrors: number;
  readonly lags: readonly (readonly number[])[];
  readonly cpuSeconds: number;
}

const nothing: VersionCounts = { model: "", version: "", requests: 0, clientErrors: 0, serverErrors: 0, rows: 0, durations: [] };

/**
 * What a process counted since it was asked last. Another process in its place began anew, and so did a version that was forgotten and
 * came back: their counts are all new.
 */
export function since(before: ProcessCounts | undefined, now: ProcessCounts): IntervalCounts {
  const old = before?.started === now.started ? before : undefined;
  const known = new Map(old?.versions.map((counts) => [labelKey([counts.model, counts.version]), counts]));
  const versions = now.versions.map((counts) => {
    const last = known.get(labelKey([counts.model, counts.version])) ?? nothing;
    const from = counts.requests < last.requests || counts.rows < last.rows ? nothing : last;
    return {
      model: counts.model,
      version: counts.version,
      requests: counts.requests - from.requests,
      clientErrors: counts.clientErrors - from.clientErrors,
      serverErrors: counts.serverErrors - from.serverErrors,
      rows: counts.rows - from.rows,
      durations: counts.durations.map((count, index) => count - (from.durations[index] ?? 0)),
    };
  });
  return {
    versions: versions.filter(({ requests, rows }) => requests > 0 || rows > 0),
    clientErrors: now.otherClientErrors - (old?.otherClientErrors ?? 0),
    serverErrors: now.otherServerErrors - (old?.otherServerErrors ?? 0),
    lags: [now.lags.map((count, index) => count - (old?.lags[index] ?? 0))],
    cpuSeconds: now.cpuSeconds - (old?.cpuSeconds ?? 0),
  };
}

export function addVersions(some: VersionCounts, more: VersionCounts): VersionCounts {
  return {
    ...some,
    requests: some.requests + more.requests,
    clientErrors: some.clientErrors + more.clientErrors,
    serverErrors: some.serverErrors + more.serverErrors,
    rows: some.rows + more.rows,
    durations: addCounts(some.durations, more.durations),
  };
}

export function addCounts(some: readonly number[], more: readonly number[]): readonly number[] {
  const [longer, shorter] = some.length >= more.length ? [some, more] : [more, some];
  return longer.map((count, index) => count + (shorter[index] ?? 0));
}

/** The same added up by a key. */
export function groupVersions(all: readonly VersionCounts[], keyOf: (counts: VersionCounts) => string): Map<string, VersionCounts> {
  const groups = new Map<string, VersionCounts>();
  for (const counts of all) {
    const key = keyOf(counts);
    const sum = groups.get(key);
    groups.set(key, sum === undefined ? counts : addVersions(sum, counts));
  }
  return groups;
}
