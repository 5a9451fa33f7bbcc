import { buckets } from "../metrics/buckets.ts";
import { labelKey } from "../metrics/snapshot.ts";
import type { ProcessCounts, VersionCounts } from "./counts.ts";
import { addVersions, groupVersions, since } from "./differences.ts";
import { quantilesOf } from "./quantiles.ts";
import type { ModelTraffic, Stats, StatsPoint, StatsStep, StatsSummary, Traffic } from "./stats.ts";

export const intervalSeconds = 5;
export const windowSeconds = 15 * 60;
const mostPoints = windowSeconds / intervalSeconds;
/** Models that a point tells of one by one, so that a server of thousands keeps no thousands of series. */
const mostModels = 64;

export interface WorkerCounts {
  readonly worker: string;
  readonly counts: ProcessCounts;
}

interface Kept {
  readonly point: StatsPoint;
  /** What its figures were made of, for those of the whole window. */
  readonly versions: readonly VersionCounts[];
  readonly clientErrors: number;
  readonly serverErrors: number;
}

const none: VersionCounts = { model: "", version: "", requests: 0, clientErrors: 0, serverErrors: 0, rows: 0, durations: [] };

/** Keeps the last minutes of a server, a point for each interval: what all of its processes have counted, as differences. */
export class StatsRecorder {
  readonly #before = new Map<string, ProcessCounts>();
  #kept: readonly Kept[] = [];
  #lastTime: number | undefined;
  #number = 0;

  /**
   * Takes what the processes have counted so far, which makes the next point; the first time it is only where counting begins.
   * @param time Milliseconds since 1970
   */
  take(time: number, workers: readonly WorkerCounts[]): void {
    const last = this.#lastTime;
    const parts = workers.map(({ worker, counts }) => ({ counts, change: since(this.#before.get(worker), counts) }));
    for (const { worker, counts } of workers) this.#before.set(worker, counts);
    this.#lastTime = time;
    // A clock that was set back makes no point.
    if (last === undefined || time <= last) return;
    const seconds = (time - last) / 1000;
    const sum = (of: (part: (typeof parts)[number]) => number) => parts.reduce((total, part) => total + of(part), 0);
    const versions = busiest([
      ...groupVersions(
        parts.flatMap(({ change }) => change.versions),
        byVersion,
      ).values(),
    ]);
    const clientErrors = sum(({ change }) => change.clientErrors);
    const serverErrors = sum(({ change }) => change.serverErrors);
    const lags = parts.flatMap(({ change }) => change.lags.map((counts) => quantilesOf(counts, buckets.lag)));
    const latest = (name: "p50" | "p90" | "p99") => lags.reduce<number | null>((most, lag) => greater(most, lag[name]), null);
    const point: StatsPoint = {
      number: ++this.#number,
      time,
      seconds,
      workers: workers.length,
      total: totalOf(versions, clientErrors, serverErrors),
      models: modelsOf(versions),
      queue: sum(({ counts }) => counts.queue),
      connections: sum(({ counts }) => counts.connections),
      memoryBytes: sum(({ counts }) => counts.residentBytes),
      cores: Math.max(0, Number((sum(({ change }) => change.cpuSeconds) / seconds).toPrecision(3))),
      loopLagMilliseconds: { p50: latest("p50"), p90: latest("p90"), p99: latest("p99") },
    };
    this.#kept = [...this.#kept, { point, versions, clientErrors, serverErrors }].slice(-mostPoints);
  }

  /** Everything that is kept. */
  stats(): Stats {
    return { intervalSeconds, windowSeconds, summary: this.#summary(), points: this.#kept.map(({ point }) => point) };
  }

  /** What has come behind the point with this number. */
  after(number: number): readonly StatsStep[] {
    const newer = this.#kept.filter(({ point }) => point.number > number);
    if (newer.length === 0) return [];
    const summary = this.#summary();
    return newer.map(({ point }) => ({ summary, point }));
  }

  #summary(): StatsSummary {
    const versions = [
      ...groupVersions(
        this.#kept.flatMap((kept) => kept.versions),
        byVersion,
      ).values(),
    ];
    const sum = (of: (kept: Kept) => number) => this.#kept.reduce((total, kept) => total + of(kept), 0);
    return {
      seconds: sum(({ point }) => point.seconds),
      total: totalOf(
        versions,
        sum(({ clientErrors }) => clientErrors),
        sum(({ serverErrors }) => serverErrors),
      ),
      models: modelsOf(versions).map((model) => ({
        ...model,
        versions: versions
          .filter((counts) => counts.model === model.name)
          .map((counts) => ({ version: counts.version, ...trafficOf(counts) })),
      })),
    };
  }
}

function byVersion({ model, version }: VersionCounts): string {
  return labelKey([model, version]);
}

/** Those beyond the bound count in the total alone: as one version without a name. */
function busiest(versions: readonly VersionCounts[]): readonly VersionCounts[] {
  if (versions.length <= mostModels) return versions;
  const sorted = versions.toSorted((one, other) => other.requests - one.requests);
  const rest = sorted.slice(mostModels).reduce(addVersions, none);
  return [...sorted.slice(0, mostModels), rest];
}

function modelsOf(versions: readonly VersionCounts[]): ModelTraffic[] {
  const models = groupVersions(
    versions.filter(({ model }) => model !== ""),
    ({ model }) => model,
  );
  return [...models.values()].map((counts) => ({ name: counts.model, ...trafficOf(counts) }));
}

function totalOf(versions: readonly VersionCounts[], clientErrors: number, serverErrors: number): Traffic {
  const all = versions.reduce(addVersions, none);
  return trafficOf({
    ...all,
    requests: all.requests + clientErrors + serverErrors,
    clientErrors: all.clientErrors + clientErrors,
    serverErrors: all.serverErrors + serverErrors,
  });
}

function trafficOf({ requests, clientErrors, serverErrors, rows, durations }: VersionCounts): Traffic {
  return { requests, clientErrors, serverErrors, rows, latencyMilliseconds: quantilesOf(durations, buckets.duration) };
}

function greater(one: number | null, other: number | null): number | null {
  return one === null ? other : other === null ? one : Math.max(one, other);
}
