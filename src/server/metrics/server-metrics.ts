import type { ModelControl } from "../../models/control.ts";
import type { ModelMonitors } from "../../models/monitoring/monitors.ts";
import type { ServedModels } from "../../models/served-models.ts";
import type { Protocol } from "../../protocols/exchange.ts";
import { watchLoopLag } from "../../telemetry/metrics/loop-lag.ts";
import { merge } from "../../telemetry/metrics/merge.ts";
import { type BuildInfo, processMetrics } from "../../telemetry/metrics/process-metrics.ts";
import { Registry } from "../../telemetry/metrics/registry.ts";
import type { Snapshot } from "../../telemetry/metrics/snapshot.ts";
import { countsOf, type ProcessCounts } from "../../telemetry/stats/counts.ts";
import type { ConnectionCounts } from "../transport.ts";
import type { WaitingRoom } from "../waiting-room.ts";
import { metricsProtocol } from "./metrics-route.ts";
import { collectModels, countStart } from "./model-metrics.ts";
import { collectMonitoring } from "./monitoring-metrics.ts";
import { processUsage, watchGarbageCollection } from "./process-usage.ts";
import { RequestMeter } from "./request-meter.ts";

export interface ServerMetricsOptions {
  readonly models: ServedModels;
  readonly control: ModelControl;
  readonly build: BuildInfo;
  /** Processes that serve together, this one among them. */
  readonly workers: number;
  /** Whether clients of the models may ask for them: `GET /metrics` on their listener. */
  readonly isPublic: boolean;
  /** What all workers have counted, merged; absent where there is one process. */
  readonly gather?: (() => Promise<Snapshot>) | undefined;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Calls back after milliseconds; gives a function that cancels. */
  readonly timer: (milliseconds: number, callback: () => void) => () => void;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** All that one serving process counts. */
export class ServerMetrics {
  readonly registry: Registry;
  readonly requests: RequestMeter;
  /** `GET /metrics`, for any listener. */
  readonly protocol: Protocol;
  readonly isPublic: boolean;
  readonly #models: ServedModels;
  readonly #ends: readonly (() => void)[];
  readonly #collectModels: () => Promise<void>;
  #watched: WatchedParts | undefined;

  constructor({ models, control, build, workers, isPublic, gather, now, timer, random }: ServerMetricsOptions) {
    this.registry = new Registry(now);
    this.requests = new RequestMeter({ registry: this.registry, now, random });
    this.isPublic = isPublic;
    this.protocol = metricsProtocol(gather ?? (async () => merge([{ worker: "0", snapshot: await this.snapshot() }])));
    this.#models = models;
    countStart(this.registry, models.library);
    this.#collectModels = () => collectModels(this.registry, models.library, control);
    this.registry.gauge("setosa_workers", {}).set(1);
    this.registry.gauge("setosa_workers_configured", {}).set(workers);
    // Added up with the supervisor's, where there is one; without one there are none.
    this.registry.counter("setosa_worker_restarts_total", {});
    processMetrics(this.registry, processUsage, build);
    this.#ends = [watchLoopLag(this.registry, { now, timer }), watchGarbageCollection(this.registry)];
  }

  /** What this process has counted: for those who merge. */
  async snapshot(): Promise<Snapshot> {
    await this.#collectModels();
    return this.registry.snapshot();
  }

  /** A few of the counts, cheap enough to be asked every few seconds. */
  counts(): ProcessCounts {
    this.requests.collectRows();
    const { registry } = this;
    return {
      started: processUsage.startedSeconds,
      ...countsOf({
        requests: registry.read("setosa_requests_total"),
        durations: registry.read("setosa_request_duration_seconds"),
        rows: registry.read("setosa_predicted_rows_total"),
        lags: registry.read("setosa_event_loop_lag_seconds"),
      }),
      cpuSeconds: processUsage.cpuSeconds(),
      residentBytes: processUsage.residentBytes(),
      queue: this.#watched?.waitingRoom.underWay ?? 0,
      connections: this.#watched?.connections().open ?? 0,
    };
  }

  /** Lets the connections and the queue be asked at each scrape. */
  watch(watched: WatchedParts): void {
    const { connections, waitingRoom, monitors } = watched;
    this.#watched = watched;
    if (monitors !== undefined) this.registry.onCollect(() => collectMonitoring(this.registry, this.#models.library, monitors));
    const open = this.registry.gauge("setosa_connections", {});
    const accepted = this.registry.counter("setosa_connections_total", { result: "accepted" });
    const rejected = this.registry.counter("setosa_connections_total", { result: "rejected" });
    const queue = this.registry.gauge("setosa_queue_requests", {});
    const limit = this.registry.gauge("setosa_queue_limit", {});
    this.registry.onCollect(() => {
      const counts = connections();
      open.set(counts.open);
      accepted.set(counts.accepted);
      rejected.set(counts.rejected);
      queue.set(waitingRoom.underWay);
      limit.set(this.#models.library.list.reduce((sum, { engine }) => sum + (engine.queue?.limit ?? 0), 0));
    });
  }

  watchLosses(losses: () => TelemetryLosses): void {
    this.registry.onCollect(() => {
      for (const [kind, count] of Object.entries(losses())) this.registry.counter("setosa_telemetry_lost_total", { kind }).set(count);
    });
  }

  end(): void {
    for (const end of this.#ends) end();
  }
}

/** What telemetry lost, by what it is. */
export interface TelemetryLosses {
  readonly log_lines: number;
  readonly spans: number;
  readonly captured_requests: number;
}

export interface WatchedParts {
  readonly connections: () => ConnectionCounts;
  readonly waitingRoom: WaitingRoom;
  /** Absent where nobody monitors. */
  readonly monitors: ModelMonitors | undefined;
}
