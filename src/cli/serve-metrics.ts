import { ServerMetrics } from "../server/metrics/server-metrics.ts";
import { metricsTopic } from "../server/metrics/workers-metrics.ts";
import { currentRuntime, startTimer } from "../server/serve.ts";
import type { ProcessGroup } from "../server/workers/process-group.ts";
import type { Snapshot } from "../telemetry/metrics/snapshot.ts";
import { readWorkers, type ServeValues } from "./serve-options.ts";
import { adminAddress } from "./serve-security.ts";
import { packageVersion } from "./version.ts";

/**
 * What is counted; undefined where nobody could ask for it.
 * @param group The workers that count together; undefined where one process serves
 */
export function openMetrics(values: ServeValues, group: ProcessGroup | undefined): ServerMetrics | undefined {
  const isPublic = values["no-metrics"] !== true;
  if (!isPublic && adminAddress(values) === undefined) return undefined;
  const metrics = new ServerMetrics({
    build: {
      version: packageVersion(),
      runtime: currentRuntime,
      runtimeVersion: process.versions.bun ?? process.versions.node,
    },
    workers: readWorkers(values),
    gather: group && (async () => (await group.ask(metricsTopic)) as Snapshot),
    isPublic,
    now: () => performance.now(),
    timer: startTimer,
    random: Math.random,
  });
  group?.provide(metricsTopic, () => metrics.snapshot());
  return metrics;
}
