import { describe, expect, it } from "vitest";
import { merge } from "./merge.ts";
import { Registry } from "./registry.ts";
import type { Snapshot } from "./snapshot.ts";
import { WorkerMetrics } from "./worker-metrics.ts";

/** A worker that has served some requests of iris 1. */
function worker(requests: number, versions = ["1"]): Snapshot {
  const registry = new Registry(() => 0);
  registry.loaded(versions.map((version) => ({ model: "iris", version })));
  registry
    .counter("setosa_requests_total", { protocol: "predict", model: "iris", version: versions[0] ?? "", code: "ok", status: "200" })
    .add(requests);
  const duration = registry.histogram("setosa_request_duration_seconds", {
    protocol: "predict",
    model: "iris",
    version: versions[0] ?? "",
  });
  for (let request = 0; request < requests; request++) duration.observe(0.5);
  registry.gauge("setosa_connections", {}).set(requests);
  registry.gauge("setosa_process_resident_memory_bytes", {}).set(requests * 1000);
  registry.gauge("setosa_model_parity_rows", { model: "iris", version: versions[0] ?? "" }).set(20);
  // What a channel between processes does to it.
  return JSON.parse(JSON.stringify(registry.snapshot())) as Snapshot;
}

function total(snapshot: Snapshot): number | undefined {
  return snapshot.metrics.setosa_requests_total?.[0]?.values[0];
}

describe("merge", () => {
  const merged = merge([
    { worker: "0", snapshot: worker(3) },
    { worker: "1", snapshot: worker(4) },
  ]);

  it("adds up counters, histograms and what workers share out", () => {
    expect(merged.metrics.setosa_requests_total).toEqual([{ labels: ["predict", "iris", "1", "ok", "200"], values: [7] }]);
    const values = merged.metrics.setosa_request_duration_seconds?.[0]?.values ?? [];
    expect(values.at(-1)).toBe(3.5);
    expect(values.slice(0, -1).filter((count) => count > 0)).toEqual([7]);
    expect(merged.metrics.setosa_connections).toEqual([{ labels: [], values: [7] }]);
  });

  it("keeps processes apart, and takes what is the same once", () => {
    expect(merged.metrics.setosa_process_resident_memory_bytes).toEqual([
      { labels: ["0"], values: [3000] },
      { labels: ["1"], values: [4000] },
    ]);
    expect(merged.metrics.setosa_model_parity_rows).toEqual([{ labels: ["iris", "1"], values: [20] }]);
  });
});

describe("WorkerMetrics", () => {
  it("does not lose what a dead worker counted, however often one dies", () => {
    const workers = new WorkerMetrics();
    let last = 0;
    for (let life = 1; life <= 5; life++) {
      workers.take("0", worker(10 * life));
      workers.take("1", worker(life));
      const now = total(workers.merged()) ?? 0;
      expect(now).toBeGreaterThan(last);
      last = now;
      workers.ended("0");
      expect(total(workers.merged())).toBe(last);
    }
    expect(last).toBe(10 + 20 + 30 + 40 + 50 + 5);
  });

  it("forgets the state of a dead worker", () => {
    const workers = new WorkerMetrics();
    workers.take("0", worker(3));
    workers.take("1", worker(4));
    workers.ended("0");
    const { metrics } = workers.merged();
    expect(metrics.setosa_connections).toEqual([{ labels: [], values: [4] }]);
    expect(metrics.setosa_process_resident_memory_bytes).toEqual([{ labels: ["1"], values: [4000] }]);
  });

  it("keeps counting while no worker is alive", () => {
    const workers = new WorkerMetrics();
    workers.take("0", worker(3));
    workers.ended("0");
    expect(total(workers.merged())).toBe(3);
    workers.take("0", worker(1));
    expect(total(workers.merged())).toBe(4);
  });

  it("drops what dead workers counted of versions that nobody has any more", () => {
    const workers = new WorkerMetrics();
    for (let version = 1; version <= 1000; version++) {
      workers.take("0", worker(1, [String(version)]));
      workers.merged();
      workers.ended("0");
    }
    workers.take("0", worker(1, ["1001"]));
    workers.merged();
    expect(workers.merged().metrics.setosa_requests_total).toHaveLength(1);
  });

  it("joins in what the supervisor counts itself", () => {
    const own = new Registry(() => 0);
    own.counter("setosa_worker_restarts_total", {}).add(2);
    own.gauge("setosa_process_resident_memory_bytes", {}).set(5);
    const workers = new WorkerMetrics();
    workers.take("0", worker(1));
    const { metrics } = workers.merged(own.snapshot());
    expect(metrics.setosa_worker_restarts_total).toEqual([{ labels: [], values: [2] }]);
    expect(metrics.setosa_process_resident_memory_bytes?.map(({ labels }) => labels)).toEqual([["0"], ["supervisor"]]);
  });
});
