import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { root, runtimes } from "./process.ts";
import { sendRaw } from "./raw-http.ts";
import { scrape, total } from "./scrape.ts";
import { sharedServer, startServer } from "./server.ts";
import { workersOf } from "./workers.ts";

const row = [5.1, 3.5, 1.4, 0.2];
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describe.each(runtimes)("/metrics on %s", (runtime) => {
  const server = sharedServer(runtime, ["models/iris.onnx", "models/wine.onnx"]);

  it("counts every request by what it was answered, and rows", async () => {
    const before = await scrape(server().url);
    const asked = [
      ...Array.from({ length: 20 }, () => server().post("/predict", row)),
      server().post("/models/iris/predict", [row, row, row]),
      server().post("/predict", { petal: 1 }),
      server().post("/models/tulip/predict", row),
    ];
    await Promise.all((await Promise.all(asked)).map((answer) => answer.text()));
    const after = await scrape(server().url);
    const more = (name: string, labels: Record<string, string>) => (total(after, name, labels) ?? 0) - (total(before, name, labels) ?? 0);
    const iris = { protocol: "predict", model: "iris", version: "1" };
    expect(more("setosa_requests_total", { ...iris, code: "ok", status: "200" })).toBe(21);
    expect(more("setosa_requests_total", { ...iris, code: "FEATURE_MISSING", status: "400" })).toBe(1);
    expect(more("setosa_requests_total", { model: "", code: "MODEL_NOT_FOUND", status: "404" })).toBe(1);
    expect(more("setosa_requests_total", { protocol: "metrics" })).toBe(1);
    expect(more("setosa_request_duration_seconds_count", iris)).toBe(22);
    expect(more("setosa_predicted_rows_total", { model: "iris" })).toBe(23);
    expect(more("setosa_monitored_rows_total", { model: "iris" })).toBe(23);
  });

  it("says what is loaded, on what, and how it was checked", async () => {
    const samples = await scrape(server().url);
    expect(total(samples, "setosa_build_info", { runtime })).toBe(1);
    expect(total(samples, "setosa_model_info", { model: "iris", version: "1", engine: "compiled" })).toBe(1);
    expect(total(samples, "setosa_model_parity_rows", { model: "wine" })).toBe(20);
    expect(total(samples, "setosa_model_loads_total", { result: "ok" })).toBe(2);
    expect(total(samples, "setosa_process_resident_memory_bytes", { worker: "0" })).toBeGreaterThan(1e7);
    expect(total(samples, "setosa_process_open_fds")).toBeGreaterThan(3);
    // Not on Bun, which does not tell.
    expect(total(samples, "setosa_gc_duration_seconds_count")).toEqual(runtime === "node" ? expect.any(Number) : undefined);
  });

  it("tells of values unlike those of the training rows", async () => {
    const feature = { model: "wine", problem: "above_max", feature: "alcohol" };
    const { example, features } = (await (await fetch(`${server().url}/models/wine`)).json()) as {
      example: Record<string, number>;
      features: { name: string; max?: number }[];
    };
    const highest = features.find(({ name }) => name === feature.feature)?.max ?? Number.NaN;
    const before = total(await scrape(server().url), "setosa_feature_values_total", feature) ?? 0;
    expect((await server().post("/models/wine/predict", { ...example, alcohol: highest + 1 })).status).toBe(200);
    expect(total(await scrape(server().url), "setosa_feature_values_total", feature)).toBe(before + 1);
  });

  it("sees its own standing still", async () => {
    await expect
      .poll(async () => total(await scrape(server().url), "setosa_event_loop_lag_seconds_count") ?? 0, { timeout: 5000 })
      .toBeGreaterThan(3);
  });

  it("gives no client a label of its own", async () => {
    const names = ["zweiundvierzig", "quarante-deux"];
    for (const name of names) {
      await server().post(`/models/${name}/predict`, row);
      await server().post(`/models/iris/versions/${name}/predict`, row);
      await fetch(`${server().url}/${name}`);
      await fetch(`${server().url}/predict`, { method: name.toUpperCase() });
      await sendRaw([`${name}\r\n\r\n`], { port: server().port });
    }
    const text = await (await fetch(`${server().url}/metrics`)).text();
    for (const name of names) expect(text).not.toMatch(new RegExp(name, "i"));
    expect(total(await scrape(server().url), "setosa_rejects_total", { reason: "request-invalid" })).toBe(2);
  });

  it("speaks OpenMetrics to who asks for it", async () => {
    const plain = await fetch(`${server().url}/metrics`);
    expect(plain.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const open = await fetch(`${server().url}/metrics`, { headers: { accept: "application/openmetrics-text;version=1.0.0,*/*;q=0.1" } });
    expect(open.headers.get("content-type")).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
    expect(await open.text()).toMatch(/# EOF\n$/);
  });

  it("counts connections, and those that were too many", async () => {
    const crowded = await startServer(runtime, ["models/iris.onnx", "--max-connections", "1"]);
    const held = connect({ port: crowded.port, host: "127.0.0.1" });
    await once(held, "connect");
    expect((await sendRaw([], { port: crowded.port })).status).toBe(503);
    held.destroy();
    // Until the place is free, scrapes are refused, and counted like the first one.
    let refused = 1;
    const seen = async () => {
      const samples = await scrape(crowded.url).catch(() => undefined);
      if (samples === undefined) refused++;
      return (
        samples && {
          reason: (total(samples, "setosa_rejects_total", { reason: "too-many-connections" }) ?? 0) - refused,
          result: (total(samples, "setosa_connections_total", { result: "rejected" }) ?? 0) - refused,
        }
      );
    };
    await expect.poll(seen).toEqual({ reason: 0, result: 0 });
    await crowded.running.stop();
  });

  it("shows a swap, and why a bad file did not", async () => {
    const folder = mkdtempSync(join(tmpdir(), "setosa-metrics-"));
    folders.push(folder);
    const put = (version: string, write: (path: string) => void) => {
      mkdirSync(join(folder, "iris", version), { recursive: true });
      write(join(folder, "iris", version, "model.onnx"));
    };
    put("1", (path) => copyFileSync(`${root}models/iris.onnx`, path));
    const swapping = await startServer(runtime, [folder, "--poll-ms", "50"]);
    put("2", (path) => copyFileSync(`${root}models/iris.onnx`, path));
    const samples = () => scrape(swapping.url);
    await expect.poll(async () => total(await samples(), "setosa_model_swaps_total", { model: "iris" }), { timeout: 10_000 }).toBe(1);
    put("3", (path) => writeFileSync(path, "no model"));
    await expect.poll(async () => total(await samples(), "setosa_model_error", { version: "3" }), { timeout: 10_000 }).toBe(1);
    expect(total(await samples(), "setosa_model_state", { version: "2", state: "primary" })).toBe(1);
    expect(total(await samples(), "setosa_model_state", { version: "3", state: "failed" })).toBe(1);
    expect(total(await samples(), "setosa_model_loads_total", { result: "ok" })).toBe(2);
    expect(total(await samples(), "setosa_model_state", { version: "1", state: "unloaded" })).toBe(1);
    await swapping.running.stop();
  }, 60_000);

  it("loses nothing when a worker dies", async () => {
    const both = await startServer(runtime, ["models/iris.onnx", "--workers", "2"]);
    const answered = async () => total(await scrape(both.url), "setosa_requests_total", { model: "iris", code: "ok" });
    const ask = async () => {
      const answers = Array.from({ length: 20 }, () =>
        both.post("/predict", row, { "content-type": "application/json", connection: "close" }),
      );
      for (const answer of await Promise.all(answers)) expect(answer.status).toBe(200);
    };
    await ask();
    expect(await answered()).toBe(20);
    process.kill(workersOf(both.port)[0] ?? 0, "SIGKILL");
    await both.running.waitFor(/Worker \d serves again/, "errors");
    expect(await answered()).toBe(20);
    await ask();
    const samples = await scrape(both.url);
    expect(total(samples, "setosa_requests_total", { model: "iris", code: "ok" })).toBe(40);
    expect([total(samples, "setosa_workers"), total(samples, "setosa_worker_restarts_total")]).toEqual([2, 1]);
    const processes = samples.filter(({ name }) => name === "setosa_process_start_time_seconds").map(({ labels }) => labels.worker);
    expect(processes.sort()).toEqual(["0", "1", "supervisor"]);
    await both.running.stop();
  }, 60_000);

  it("is not there with --no-metrics", async () => {
    const silent = await startServer(runtime, ["models/iris.onnx", "--no-metrics"]);
    expect((await fetch(`${silent.url}/metrics`)).status).toBe(404);
    expect((await silent.post("/predict", row)).status).toBe(200);
    await silent.running.stop();
  });

  it("is on the admin listener, also where clients may not see it", async () => {
    const guarded = await startServer(runtime, ["models/iris.onnx", "--no-metrics", "--admin-port", "0"]);
    const [, admin = ""] = await guarded.running.waitFor(/Operators on (http:\/\/\S+:\d+)/);
    await guarded.post("/predict", row);
    expect((await fetch(`${guarded.url}/metrics`)).status).toBe(404);
    expect(total(await scrape(admin), "setosa_requests_total", { model: "iris", code: "ok" })).toBe(1);
    await guarded.running.stop();
  });
});
