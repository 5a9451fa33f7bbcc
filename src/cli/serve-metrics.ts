import type { ModelControl } from "../models/control.ts";
import type { ServedModels } from "../models/served-models.ts";
import { askMerged, provideSnapshot } from "../server/metrics/group-metrics.ts";
import { ServerMetrics } from "../server/metrics/server-metrics.ts";
import { currentRuntime, startTimer } from "../server/serve.ts";
import type { ProcessGroup } from "../server/workers/process-group.ts";
import type { BuildInfo } from "../telemetry/metrics/process-metrics.ts";
import { readWorkers, type ServeValues } from "./serve-options.ts";
import { adminAddress } from "./serve-security.ts";
import { packageVersion } from "./version.ts";

export interface MeteredParts {
  readonly models: ServedModels;
  readonly control: ModelControl;
  /** The workers that count together; undefined where one process serves. */
  readonly group: ProcessGroup | undefined;
}

/** What is counted; undefined where nobody could ask for it. */
export function openMetrics(values: ServeValues, { models, control, group }: MeteredParts): ServerMetrics | undefined {
  const isPublic = values["no-metrics"] !== true;
  if (!isPublic && adminAddress(values) === undefined) return undefined;
  const metrics = new ServerMetrics({
    models,
    control,
    build: buildInfo(),
    workers: readWorkers(values),
    gather: group && (() => askMerged(group)),
    isPublic,
    now: () => performance.now(),
    timer: startTimer,
    random: Math.random,
  });
  if (group !== undefined) provideSnapshot(group, () => metrics.snapshot());
  return metrics;
}

export function buildInfo(): BuildInfo {
  return { version: packageVersion(), runtime: currentRuntime, runtimeVersion: process.versions.bun ?? process.versions.node };
}
