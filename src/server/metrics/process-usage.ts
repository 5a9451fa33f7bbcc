import { readdirSync, readFileSync, statSync } from "node:fs";
import { PerformanceObserver } from "node:perf_hooks";
import type { ProcessUsage } from "../../telemetry/metrics/process-metrics.ts";
import type { Registry } from "../../telemetry/metrics/registry.ts";
import type { Histogram } from "../../telemetry/metrics/series.ts";

export const processUsage: ProcessUsage = {
  startedSeconds: performance.timeOrigin / 1000,
  cpuSeconds: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
  residentBytes: () => process.memoryUsage.rss(),
  heapBytes: () => process.memoryUsage().heapUsed,
  openFiles,
  mostOpenFiles: mostOpenFiles(),
};

/** Linux tells the number as the folder's size since 6.2 (proc(5)); before, the folder has to be read. */
function openFiles(): number | undefined {
  try {
    const { size } = statSync("/proc/self/fd");
    return size > 0 ? size : readdirSync("/proc/self/fd").length;
  } catch {
    return undefined;
  }
}

function mostOpenFiles(): number | undefined {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

/** `performance_gc_kind`: see NODE_PERFORMANCE_GC_… in Node's documentation of perf_hooks. */
const kinds: Readonly<Record<number, string>> = { 1: "minor", 4: "major", 8: "incremental", 16: "weakcb" };

/**
 * Times garbage collections, where the runtime tells of them: Bun does not.
 * @returns a function that ends it
 */
export function watchGarbageCollection(registry: Registry): () => void {
  // Types of Node; those of Bun, which lack both fields, are in the way.
  const { supportedEntryTypes } = PerformanceObserver as { readonly supportedEntryTypes?: readonly string[] };
  if (supportedEntryTypes?.includes("gc") !== true) return () => {};
  const histograms = new Map<number, Histogram>();
  for (const [kind, name] of Object.entries(kinds))
    histograms.set(Number(kind), registry.histogram("setosa_gc_duration_seconds", { kind: name }));
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as readonly { readonly duration: number; readonly detail?: { readonly kind?: number } }[])
      histograms.get(entry.detail?.kind ?? 0)?.observe(entry.duration / 1000);
  });
  observer.observe({ entryTypes: ["gc"] });
  return () => observer.disconnect();
}
