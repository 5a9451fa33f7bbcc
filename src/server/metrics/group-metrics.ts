import { type BuildInfo, processMetrics } from "../../telemetry/metrics/process-metrics.ts";
import { Registry } from "../../telemetry/metrics/registry.ts";
import type { Snapshot } from "../../telemetry/metrics/snapshot.ts";
import { WorkerMetrics } from "../../telemetry/metrics/worker-metrics.ts";
import type { ProcessGroup } from "../workers/process-group.ts";
import { processUsage } from "./process-usage.ts";

const snapshotTopic = "metrics.snapshot";
const mergedTopic = "metrics.merged";

/** In a worker: lets itself be asked. */
export function provideSnapshot(group: ProcessGroup, snapshot: () => Promise<Snapshot>): void {
  group.provide(snapshotTopic, snapshot);
}

/** In a worker: what all have counted, which only the supervisor knows, as some of them are dead. */
export async function askMerged(group: ProcessGroup): Promise<Snapshot> {
  return (await group.ask(mergedTopic)) as Snapshot;
}

export interface SupervisedOptions {
  readonly group: ProcessGroup;
  readonly build: BuildInfo;
  /** Workers that ended without being asked to, and were started again. */
  readonly restarts: () => number;
  /** Calls back with the number of each worker that has ended. */
  readonly onEnd: (listener: (index: number) => void) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/**
 * In the supervisor: asks the workers, and keeps what the dead ones had counted.
 * @returns what all have counted, merged: for its own listener
 */
export function superviseMetrics({ group, build, restarts, onEnd, now }: SupervisedOptions): () => Promise<Snapshot> {
  const workers = new WorkerMetrics();
  const own = new Registry(now);
  processMetrics(own, processUsage, build);
  const restarted = own.counter("setosa_worker_restarts_total", {});
  own.onCollect(() => restarted.set(restarts()));
  onEnd((index) => workers.ended(String(index)));
  const merged = async () => {
    for (const { worker, value } of await group.collect(snapshotTopic)) workers.take(worker, value as Snapshot);
    return workers.merged(own.snapshot());
  };
  group.provide(mergedTopic, merged);
  return merged;
}
