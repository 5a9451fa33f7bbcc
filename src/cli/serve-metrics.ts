import { ServerMetrics } from "../server/metrics/server-metrics.ts";
import { currentRuntime, startTimer } from "../server/serve.ts";
import type { ServeValues } from "./serve-options.ts";
import { packageVersion } from "./version.ts";

/** What is counted; undefined where nobody could ask for it. */
export function openMetrics(values: ServeValues): ServerMetrics | undefined {
  if (values["no-metrics"] === true) return undefined;
  return new ServerMetrics({
    build: {
      version: packageVersion(),
      runtime: currentRuntime,
      runtimeVersion: process.versions.bun ?? process.versions.node,
    },
    isPublic: true,
    now: () => performance.now(),
    timer: startTimer,
    random: Math.random,
  });
}
