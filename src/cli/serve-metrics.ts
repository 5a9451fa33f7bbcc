import type { ModelControl } from "../models/control.ts";
import type { ServedModels } from "../models/served-models.ts";
import { ServerMetrics } from "../server/metrics/server-metrics.ts";
import { currentRuntime, startTimer } from "../server/serve.ts";
import type { ServeValues } from "./serve-options.ts";
import { adminAddress } from "./serve-security.ts";
import { packageVersion } from "./version.ts";

/** What is counted; undefined where nobody could ask for it. */
export function openMetrics(values: ServeValues, models: ServedModels, control: ModelControl): ServerMetrics | undefined {
  const isPublic = values["no-metrics"] !== true;
  if (!isPublic && adminAddress(values) === undefined) return undefined;
  return new ServerMetrics({
    models,
    control,
    build: {
      version: packageVersion(),
      runtime: currentRuntime,
      runtimeVersion: process.versions.bun ?? process.versions.node,
    },
    workers: values.workers ?? 1,
    isPublic,
    now: () => performance.now(),
    timer: startTimer,
    random: Math.random,
  });
}
