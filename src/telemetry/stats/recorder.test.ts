import { describe, expect, it } from "vitest";
import { Registry } from "../metrics/registry.ts";
import { countsOf, type ProcessCounts } from "./counts.ts";
import { intervalSeconds, StatsRecorder, windowSeconds } from "./recorder.ts";

/** A process that counts as a server does. */
function counting(started = 1) {
  const registry = new Registry(() => 0);
  let residentBytes = 0;
  return {
    registry,
    answered: (model: string, times: number, { status = "200", version = "1", seconds = 0.001, protocol = "predict" } = {}) => {
      const code = status === "200" ? "ok" : "FEATURE_MISSING";
      registry.counter("setosa_requests_total", { protocol, model, version, code, status }).add(times);
      if (version === "") return;
      const duration = registry.histogram("setosa_request_duration_seconds", { protocol, model, version });
      for (let time = 0; time < times; time++) duration.observe(seconds);
    },
    late: (seconds: number) => registry.histogram("setosa_event_loop_lag_seconds", {}).observe(seconds),
    holds: (bytes: number) => {
      residentBytes = bytes;
    },
    counts: (): ProcessCounts => ({
      started,
      ...countsOf({
        requests: registry.read("setosa_requests_total"),
        durations: registry.read("setosa_request_duration_seconds"),
        rows: registry.read("setosa_predicted_rows_total"),
        lags: registry.read("setosa_event_loop_lag_seconds"),
      }),
      cpuSeconds: 0,
      residentBytes,
      queue: 1,
      connections: 2,
    }),
  };
}

const at = (point: number) => 1_000_000 + point * intervalSeconds * 1000;
const none = { p50: null, p90: null, p99: null };

describe("the recorder of the last minutes", () => {
  it("makes a point of what was counted since the one before", () => {
    const one = counting();
    const recorder = new StatsRecorder();
    one.answered("iris", 100);
    recorder.take(at(0), [{ worker: "0", counts: one.counts() }]);
    expect(recorder.stats().points).toEqual([]);
    one.answered("iris", 7);
    one.answered("iris", 2, { status: "400" });
    one.answered("wine", 1, { status: "500" });
    one.holds(5000);
    recorder.take(at(1), [{ worker: "0", counts: one.counts() }]);
    recorder.take(at(2), [{ worker: "0", counts: one.counts() }]);
    const [first, second] = recorder.stats().points;
    expect(first).toMatchObject({
      number: 1,
      time: at(1),
      seconds: 5,
      workers: 1,
      total: { requests: 10, clientErrors: 2, serverErrors: 1 },
      queue: 1,
      connections: 2,
      memoryBytes: 5000,
    });
    expect(first?.models.map(({ name, requests }) => [name, requests])).toEqual([
      ["iris", 9],
      ["wine", 1],
    ]);
    expect(second).toMatchObject({ total: { requests: 0, latencyMilliseconds: none }, models: [] });
    expect(recorder.after(1).map(({ point }) => point.number)).toEqual([2]);
  });

  it("adds up workers, whichever of them die and begin anew", () => {
    const recorder = new StatsRecorder();
    const [steady, dying, next] = [counting(1), counting(2), counting(3)];
    const take = (point: number, second: typeof steady) =>
      recorder.take(at(point), [
        { worker: "0", counts: steady.counts() },
        { worker: "1", counts: second.counts() },
      ]);
    take(0, dying);
    steady.answered("iris", 3);
    dying.answered("iris", 50);
    take(1, dying);
    // In its place another process has counted 4, which is less than 50 and all of it new.
    next.answered("iris", 4);
    take(2, next);
    expect(recorder.stats().points.map(({ total }) => total.requests)).toEqual([53, 4]);
    expect(recorder.stats().summary.total.requests).toBe(57);
  });

  it("estimates quantiles within the buckets of the metrics, for points and for the whole window", () => {
    const one = counting();
    const recorder = new StatsRecorder();
    recorder.take(at(0), [{ worker: "0", counts: one.counts() }]);
    one.answered("iris", 90, { seconds: 0.0015 });
    recorder.take(at(1), [{ worker: "0", counts: one.counts() }]);
    one.answered("iris", 10, { seconds: 0.15, version: "2" });
    one.late(0.003);
    recorder.take(at(2), [{ worker: "0", counts: one.counts() }]);
    const { points, summary } = recorder.stats();
    // Between 1 and 2 ms, and between 100 and 200 ms, spread evenly.
    expect(points.map(({ total }) => total.latencyMilliseconds)).toEqual([
      { p50: 1.5, p90: 1.9, p99: 1.99 },
      { p50: 150, p90: 190, p99: 199 },
    ]);
    expect(summary.total.latencyMilliseconds).toEqual({ p50: 1.56, p90: 2, p99: 190 });
    expect(summary.models).toMatchObject([{ name: "iris", requests: 100, versions: [{ version: "1" }, { version: "2", requests: 10 }] }]);
    expect(points.map(({ loopLagMilliseconds }) => loopLagMilliseconds.p50)).toEqual([null, 3.5]);
  });

  it("counts refusals that reached no model, and not who looks at the server", () => {
    const one = counting();
    const recorder = new StatsRecorder();
    recorder.take(at(0), [{ worker: "0", counts: one.counts() }]);
    one.answered("", 3, { status: "404", version: "", protocol: "" });
    one.answered("", 2, { status: "503", version: "" });
    one.answered("", 90, { version: "", protocol: "page" });
    one.answered("", 90, { status: "503", version: "", protocol: "health" });
    one.answered("", 90, { version: "" });
    recorder.take(at(1), [{ worker: "0", counts: one.counts() }]);
    expect(recorder.stats().points[0]).toMatchObject({ total: { requests: 5, clientErrors: 3, serverErrors: 2 }, models: [] });
  });

  it("keeps the last 15 minutes, and of many models the busiest apart", () => {
    const one = counting();
    const recorder = new StatsRecorder();
    const most = windowSeconds / intervalSeconds;
    for (let point = 0; point <= most + 5; point++) {
      one.answered("iris", 1);
      recorder.take(at(point), [{ worker: "0", counts: one.counts() }]);
    }
    expect(recorder.stats().points).toHaveLength(most);
    expect(recorder.stats().summary.total.requests).toBe(most);
    for (let model = 0; model < 200; model++) one.answered(`model-${model}`, model);
    recorder.take(at(most + 6), [{ worker: "0", counts: one.counts() }]);
    const last = recorder.stats().points.at(-1);
    expect(last?.models).toHaveLength(64);
    expect(last?.models[0]?.name).toBe("model-199");
    expect(last?.total.requests).toBe((199 * 200) / 2);
  });

  it("makes no point where the clock was set back", () => {
    const recorder = new StatsRecorder();
    for (const point of [2, 1, 3]) recorder.take(at(point), []);
    expect(recorder.stats().points.map(({ time }) => time)).toEqual([at(3)]);
  });
});
