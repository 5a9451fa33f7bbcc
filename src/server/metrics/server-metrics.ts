import type { ServedModels } from "../../models/served-models.ts";
import type { Protocol } from "../../protocols/exchange.ts";
import { watchLoopLag } from "../../telemetry/metrics/loop-lag.ts";
import { merge } from "../../telemetry/metrics/merge.ts";
import { type BuildInfo, processMetrics } from "../../telemetry/metrics/process-metrics.ts";
import { Registry } from "../../telemetry/metrics/registry.ts";
import type { Snapshot } from "../../telemetry/metrics/snapshot.ts";
import type { Limits } from "../limits.ts";
import type { ConnectionCounts } from "../transport.ts";
import type { WaitingRoom } from "../waiting-room.ts";
import { metricsProtocol } from "./metrics-route.ts";
import { modelMetrics } from "./model-metrics.ts";
import { processUsage, watchGarbageCollection } from "./process-usage.ts";
import { RequestMeter } from "./request-meter.ts";

export interface ServerMetricsOptions {
  readonly build: BuildInfo;
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
  readonly #ends: readonly (() => void)[];

  constructor({ build, isPublic, gather, now, timer, random }: ServerMetricsOptions) {
    this.registry = new Registry(now);
    this.requests = new RequestMeter({ registry: this.registry, now, random });
    this.isPublic = isPublic;
    this.protocol = metricsProtocol(gather ?? (() => merge([{ worker: "0", snapshot: this.snapshot() }])));
    processMetrics(this.registry, processUsage, build);
    this.#ends = [watchLoopLag(this.registry, { now, timer }), watchGarbageCollection(this.registry)];
  }

  /** What this process has counted: for those who merge. */
  snapshot(): Snapshot {
    return this.registry.snapshot();
  }

  /** Lets the models, the connections and the queue be asked at each scrape. */
  watch(parts: WatchedParts): void {
    modelMetrics(this.registry, parts.models);
    loadMetrics(this.registry, parts);
  }

  end(): void {
    for (const end of this.#ends) end();
  }
}

export interface WatchedParts {
  readonly models: ServedModels;
  readonly connections: () => ConnectionCounts;
  readonly waitingRoom: WaitingRoom;
  readonly limits: Limits;
}

function loadMetrics(registry: Registry, { connections, waitingRoom, limits }: WatchedParts): void {
  const open = registry.gauge("setosa_connections", {});
  const accepted = registry.counter("setosa_connections_total", { result: "accepted" });
  const rejected = registry.counter("setosa_connections_total", { result: "rejected" });
  const queue = registry.gauge("setosa_queue_requests", {});
  registry.gauge("setosa_queue_limit", {}).set(limits.queue);
  registry.gauge("setosa_workers", {}).set(1);
  registry.onCollect(() => {
    const counts = connections();
    open.set(counts.open);
    accepted.set(counts.accepted);
    rejected.set(counts.rejected);
    queue.set(waitingRoom.underWay);
  });
}
