import { describe, expect, it } from "vitest";
import { watchLoopLag } from "./loop-lag.ts";
import { processMetrics } from "./process-metrics.ts";
import { Registry } from "./registry.ts";

describe("processMetrics", () => {
  it("asks at each snapshot, and says nothing of what the system does not tell", () => {
    const registry = new Registry(() => 0);
    let cpu = 1;
    const usage = {
      startedSeconds: 5,
      cpuSeconds: () => cpu++,
      residentBytes: () => 100,
      heapBytes: () => 50,
      openFiles: () => undefined,
      mostOpenFiles: undefined,
    };
    processMetrics(registry, usage, { version: "1.2.3", runtime: "bun", runtimeVersion: "1.4.5" });
    registry.snapshot();
    const { metrics } = registry.snapshot();
    expect(metrics.setosa_process_cpu_seconds_total).toEqual([{ labels: [], values: [2] }]);
    expect(metrics.setosa_process_open_fds).toEqual([]);
    expect(metrics.setosa_build_info).toEqual([{ labels: ["1.2.3", "bun", "1.4.5"], values: [1] }]);
  });
});

describe("watchLoopLag", () => {
  it("observes how much later than asked each timer calls back", () => {
    const registry = new Registry(() => 0);
    let now = 0;
    let fire = () => {};
    let cancelled = false;
    const end = watchLoopLag(registry, {
      now: () => now,
      timer: (milliseconds, callback) => {
        expect(milliseconds).toBe(40);
        fire = callback;
        return () => {
          cancelled = true;
        };
      },
    });
    for (const late of [0, -0.4, 3, 150]) {
      now += 40 + late;
      fire();
    }
    const values = registry.histogram("setosa_event_loop_lag_seconds", {}).read();
    expect(values.at(-1)).toBeCloseTo(0.153);
    // Up to 1 ms, 2, 5, 10, 20, 50, 100, 200 …
    expect(values.slice(0, 8)).toEqual([2, 0, 1, 0, 0, 0, 0, 1]);
    end();
    expect(cancelled).toBe(true);
  });
});
