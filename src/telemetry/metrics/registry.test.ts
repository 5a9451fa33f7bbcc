import { describe, expect, it } from "vitest";
import { merge } from "./merge.ts";
import { Registry } from "./registry.ts";

const minute = 60_000;

function requests(registry: Registry, version: string) {
  return registry.counter("setosa_requests_total", { protocol: "predict", model: "iris", version, code: "ok", status: "200" });
}

/** Versions with a series of requests, as a scrape shows them. */
function shown(...registries: Registry[]): string[] {
  const merged = merge(registries.map((registry, worker) => ({ worker: String(worker), snapshot: registry.snapshot() })));
  return (merged.metrics.setosa_requests_total ?? []).map(({ labels }) => labels[2] ?? "");
}

describe("Registry", () => {
  it("gives the same series for the same labels, whatever their order", () => {
    const registry = new Registry(() => 0);
    expect(registry.gauge("setosa_build_info", { version: "1", runtime: "bun", runtime_version: "2" })).toBe(
      registry.gauge("setosa_build_info", { runtime_version: "2", runtime: "bun", version: "1" }),
    );
  });

  it("asks collectors at each snapshot, and leaves out gauges that have no value", () => {
    const registry = new Registry(() => 0);
    const open = registry.gauge("setosa_connections", {});
    registry.gauge("setosa_queue_requests", {});
    let connections = 2;
    registry.onCollect(() => open.set(connections++));
    expect(registry.snapshot().metrics).toEqual({ setosa_connections: [{ labels: [], values: [2] }], setosa_queue_requests: [] });
    expect(registry.snapshot().metrics.setosa_connections).toEqual([{ labels: [], values: [3] }]);
  });

  it("shows an unloaded version for ten minutes, and then forgets it", () => {
    let now = 0;
    const registry = new Registry(() => now);
    for (const version of ["1", "2"]) {
      registry.loaded([{ model: "iris", version }]);
      requests(registry, version).increment();
    }
    now = 9 * minute;
    expect(shown(registry)).toEqual(["1", "2"]);
    now = 10 * minute;
    expect(shown(registry)).toEqual(["2"]);
    // Kept, should it come back, so that it goes on where it was.
    expect(registry.snapshot().metrics.setosa_requests_total).toHaveLength(2);
    now = 20 * minute;
    expect(registry.snapshot().metrics.setosa_requests_total).toHaveLength(1);
    expect(registry.snapshot().versions).toEqual([{ model: "iris", version: "2", expired: false }]);
  });

  it("goes on counting where it was when a version comes back", () => {
    let now = 0;
    const registry = new Registry(() => now);
    registry.loaded([{ model: "iris", version: "1" }]);
    requests(registry, "1").add(5);
    registry.loaded([]);
    now = 12 * minute;
    expect(shown(registry)).toEqual([]);
    registry.loaded([{ model: "iris", version: "1" }]);
    requests(registry, "1").increment();
    expect(registry.snapshot().metrics.setosa_requests_total?.[0]?.values).toEqual([6]);
  });

  it("keeps few versions after a thousand swaps, and the newest of them", () => {
    const registry = new Registry(() => 0);
    for (let version = 1; version <= 1000; version++) {
      registry.loaded([{ model: "iris", version: String(version) }]);
      requests(registry, String(version)).increment();
      if (version % 100 === 0) registry.snapshot();
    }
    expect(shown(registry)).toEqual(["995", "996", "997", "998", "999", "1000"]);
    expect(registry.snapshot().metrics.setosa_requests_total).toHaveLength(11);
  });

  it("drops histograms of a model with its last version, and keeps what tells why it does not load", () => {
    let now = 0;
    const registry = new Registry(() => now);
    registry.loaded([{ model: "iris", version: "1" }]);
    registry.histogram("setosa_request_rows", { model: "iris" }).observe(1);
    registry.counter("setosa_model_loads_total", { model: "wine", result: "MODEL_PARITY_FAILED" }).increment();
    registry.loaded([]);
    now = 20 * minute;
    const { metrics } = registry.snapshot();
    expect(metrics.setosa_request_rows).toEqual([]);
    expect(metrics.setosa_model_loads_total).toHaveLength(1);
  });

  it("shows a version in no worker once one of them has not shown it for long", () => {
    let now = 0;
    const [first, second] = [new Registry(() => now), new Registry(() => now)];
    for (const registry of [first, second]) {
      registry.loaded([{ model: "iris", version: "1" }]);
      requests(registry, "1").increment();
    }
    first.loaded([]);
    now = 1;
    second.loaded([]);
    now = 10 * minute;
    expect(shown(second)).toEqual(["1"]);
    expect(shown(first, second)).toEqual([]);
    now = 20 * minute;
    expect(shown(first, second)).toEqual([]);
  });
});
