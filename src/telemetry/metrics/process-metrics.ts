import type { Registry } from "./registry.ts";

/** What a process can say about itself, each in the base unit. Called at a scrape only, so that it may cost something. */
export interface ProcessUsage {
  /** Since 1970. */
  readonly startedSeconds: number;
  cpuSeconds(): number;
  residentBytes(): number;
  heapBytes(): number;
  /** Undefined where the system does not tell. */
  openFiles(): number | undefined;
  readonly mostOpenFiles: number | undefined;
}

export interface BuildInfo {
  readonly version: string;
  readonly runtime: string;
  readonly runtimeVersion: string;
}

export function processMetrics(registry: Registry, usage: ProcessUsage, { version, runtime, runtimeVersion }: BuildInfo): void {
  registry.gauge("setosa_build_info", { version, runtime, runtime_version: runtimeVersion }).set(1);
  registry.gauge("setosa_process_start_time_seconds", {}).set(usage.startedSeconds);
  registry.gauge("setosa_process_max_fds", {}).set(usage.mostOpenFiles ?? Number.NaN);
  const cpu = registry.counter("setosa_process_cpu_seconds_total", {});
  const resident = registry.gauge("setosa_process_resident_memory_bytes", {});
  const heap = registry.gauge("setosa_process_heap_bytes", {});
  const files = registry.gauge("setosa_process_open_fds", {});
  registry.onCollect(() => {
    cpu.set(usage.cpuSeconds());
    resident.set(usage.residentBytes());
    heap.set(usage.heapBytes());
    files.set(usage.openFiles() ?? Number.NaN);
  });
}
