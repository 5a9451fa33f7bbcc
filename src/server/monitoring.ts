import { ModelMonitors } from "../models/monitoring/monitors.ts";
import type { MonitorSnapshot } from "../models/monitoring/snapshot.ts";
import type { ServedModels } from "../models/served-models.ts";
import type { Protocol } from "../protocols/exchange.ts";
import { monitoringProtocol } from "../protocols/monitoring/routes.ts";
import type { ProcessGroup } from "./workers/process-group.ts";

const snapshotTopic = "monitoring.snapshot";

interface Version {
  readonly name: string;
  readonly version: string;
}

export interface Monitoring {
  /** Of this process. */
  readonly monitors: ModelMonitors;
  readonly protocol: Protocol;
}

/** Counts what the models are asked. Where several processes serve, each answers for all of them. */
export function startMonitoring(models: ServedModels, windowMinutes: number, group: ProcessGroup | undefined): Monitoring {
  const monitors = new ModelMonitors({ models, clock: coarseClock(), windowMinutes });
  if (group === undefined) return { monitors, protocol: monitoringProtocol(models, monitors) };
  group.provide(snapshotTopic, (asked) => {
    const { name, version } = asked as Version;
    return monitors.snapshot(name, version) ?? null;
  });
  const collect = async (name: string, version: string) => {
    const answers = await group.collect(snapshotTopic, { name, version } satisfies Version);
    return answers.flatMap(({ value }) => (value === null ? [] : [value as MonitorSnapshot]));
  };
  return { monitors, protocol: monitoringProtocol(models, monitors, collect) };
}

/** Milliseconds, to within a second: read for every request, and a system's clock costs as much as a small model. */
function coarseClock(): () => number {
  let now = performance.now();
  setInterval(() => {
    now = performance.now();
  }, 1000).unref();
  return () => now;
}
