import { Registry } from "../../telemetry/metrics/registry.ts";
import type { Snapshot } from "../../telemetry/metrics/snapshot.ts";
import { WorkerMetrics } from "../../telemetry/metrics/worker-metrics.ts";
import type { ProcessGroup } from "../workers/process-group.ts";
import type { Supervisor } from "../workers/supervisor.ts";

export const metricsTopic = "metrics";

/**
 * What all workers have counted, for whoever is asked for it: in the supervisor, which outlives them. Of a worker that has ended, what
 * it had counted at the last scrape stays in the sums.
 * @param now Milliseconds of a clock that never goes back
 */
export function gatherMetrics(supervisor: Supervisor, group: ProcessGroup, now: () => number): () => Promise<Snapshot> {
  const workers = new WorkerMetrics();
  const own = new Registry(now);
  const restarts = own.counter("setosa_worker_restarts_total", {});
  own.onCollect(() => restarts.set(supervisor.status().restarts));
  supervisor.onEnd((index) => workers.ended(String(index)));
  const gather = async () => {
    for (const { worker, value } of await group.collect(metricsTopic)) workers.take(worker, value as Snapshot);
    return workers.merged(own.snapshot());
  };
  group.provide(metricsTopic, gather);
  return gather;
}
