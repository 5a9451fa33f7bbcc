import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../src/server/workers/free-port.ts";
import { type Running, root, runtimes, start } from "../e2e/process.ts";
import { sharedServer } from "../e2e/server.ts";
import { dashboardExpressions } from "./expressions.ts";

for (const program of ["prometheus", "promtool"])
  if (spawnSync(program, ["--version"]).error !== undefined)
    throw new Error(`${program} is not installed: apt-get install prometheus (or run .ci/run, which installs it)`);

const folder = mkdtempSync(join(tmpdir(), "setosa-prometheus-"));
afterAll(() => rmSync(folder, { recursive: true }));

function promtool(args: readonly string[], input?: string): string {
  return execFileSync("promtool", args, { cwd: `${root}deploy/prometheus`, encoding: "utf8", input });
}

describe("deploy/prometheus", () => {
  it("has a configuration and rules that promtool takes", () => {
    expect(promtool(["check", "config", "prometheus.yml"])).toContain("SUCCESS: prometheus.yml is valid");
    expect(promtool(["check", "rules", "--lint-fatal", "alerts.yml"])).toContain("SUCCESS");
  });

  it("has rules that fire when they should, and not otherwise", () => {
    expect(promtool(["test", "rules", "alerts.test.yml"])).toContain("SUCCESS");
  });
});

interface QueryAnswer {
  readonly status: string;
  readonly error?: string;
  readonly data?: { readonly result: readonly { readonly metric: Record<string, string>; readonly value: readonly [number, string] }[] };
}

/** A Prometheus that scrapes a server every second, with the rules that are deployed. */
class Prometheus {
  readonly #url: string;
  readonly #running: Running;

  constructor(port: number, target: number, name: string) {
    const config = join(folder, `${name}.yml`);
    writeFileSync(
      config,
      `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: ["${root}deploy/prometheus/alerts.yml"]
scrape_configs: [{ job_name: setosa, static_configs: [{ targets: ["127.0.0.1:${target}"] }] }]
`,
    );
    const data = join(folder, name);
    this.#url = `http://127.0.0.1:${port}`;
    this.#running = start("prometheus", [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ]);
  }

  async ready(): Promise<void> {
    await this.#running.waitFor(/Server is ready to receive web requests/, "errors");
  }

  async query(expr: string): Promise<QueryAnswer> {
    const answer = await fetch(`${this.#url}/api/v1/query`, { method: "POST", body: new URLSearchParams({ query: expr }) });
    return (await answer.json()) as QueryAnswer;
  }

  /** The one number that an expression gives. */
  async number(expr: string): Promise<number | undefined> {
    const value = (await this.query(expr)).data?.result[0]?.value[1];
    return value === undefined ? undefined : Number(value);
  }

  async ruleHealth(): Promise<readonly (readonly [string, string])[]> {
    const { data } = (await (await fetch(`${this.#url}/api/v1/rules`)).json()) as {
      data: { groups: { rules: { name: string; health: string }[] }[] };
    };
    return data.groups.flatMap(({ rules }) => rules.map(({ name, health }) => [name, health] as const));
  }

  stop(): Promise<number | null> {
    return this.#running.stop();
  }
}

/** Panels that are empty while nothing goes wrong, or where the runtime or the models have nothing to tell. */
const mayBeEmpty = ["Batch rows", "Canary and shadow", "Garbage collection", "States and errors", "annotation"];

describe.each(runtimes)("a Prometheus that scrapes two workers on %s", (runtime) => {
  const server = sharedServer(runtime, ["models/iris.onnx", "models/wine.onnx", "--workers", "2"]);
  let prometheus: Prometheus;
  beforeAll(async () => {
    const port = await freePort({ host: "127.0.0.1", port: 0 });
    prometheus = new Prometheus(port, server().port, runtime);
    await prometheus.ready();
  });
  afterAll(() => prometheus.stop());

  it("sees every request once, whichever worker answered", async () => {
    // What is there at the first scrape is no news to rate().
    await expect.poll(() => prometheus.number('count_over_time(up{job="setosa"}[1m])'), { timeout: 30_000 }).toBeGreaterThan(1);
    const row = [5.1, 3.5, 1.4, 0.2];
    for (let round = 0; round < 10; round++)
      await Promise.all(
        Array.from({ length: 20 }, async () => {
          // A connection for each, so that both workers get some.
          const answer = await server().post("/predict", row, { "content-type": "application/json", connection: "close" });
          await answer.text();
        }),
      );
    await server().post("/predict", { petal: 1 });
    const answered = 'sum(setosa_requests_total{job="setosa", model="iris", code="ok"})';
    await expect.poll(() => prometheus.number(answered), { timeout: 15_000 }).toBe(200);
    const workers = await prometheus.number("count(setosa_process_resident_memory_bytes{worker=~'[01]'})");
    expect([await prometheus.number("sum(setosa_workers)"), workers]).toEqual([2, 2]);
  });

  it("answers every expression of the dashboard, with data", async () => {
    const failed = async () => {
      const failures: unknown[] = [];
      for (const { title, expr } of dashboardExpressions()) {
        const { status, error, data } = await prometheus.query(expr);
        if (status !== "success") failures.push([title, expr, error]);
        else if (data?.result.length === 0 && !mayBeEmpty.includes(title)) failures.push([title, expr, "is empty"]);
      }
      return failures;
    };
    // A rate needs two scrapes of a series.
    await expect.poll(failed, { timeout: 15_000 }).toEqual([]);
  });

  it("evaluates every alert, and none fires", async () => {
    await expect.poll(async () => (await prometheus.ruleHealth()).filter(([, health]) => health !== "ok"), { timeout: 15_000 }).toEqual([]);
    expect((await prometheus.ruleHealth()).length).toBeGreaterThan(10);
    expect((await prometheus.query('ALERTS{alertstate="firing"}')).data?.result).toEqual([]);
  });

  it("is given what promtool finds nothing wrong with", async () => {
    const text = await (await fetch(`${server().url}/metrics`)).text();
    expect(promtool(["check", "metrics"], text)).toBe("");
  });
});
