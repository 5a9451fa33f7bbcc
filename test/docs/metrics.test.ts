import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { definitionOf, metricNames } from "../../src/telemetry/metrics/definitions.ts";
import { root } from "../e2e/process.ts";
import { alertRules, dashboardExpressions } from "../prometheus/expressions.ts";

/** What can be asked for: a histogram's samples have endings. */
const samples = new Set<string>(
  metricNames.flatMap((name) => (definitionOf(name).type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name])),
);

function unknown(text: string): string[] {
  return [...new Set(text.match(/\bsetosa_[a-z_]+/g))].filter((name) => !samples.has(name));
}

describe("the metrics' definitions", () => {
  it.each(metricNames)("name %s as Prometheus wants it", (name) => {
    const { type, help, labels, buckets } = definitionOf(name);
    expect(name.endsWith("_total")).toBe(type === "counter");
    expect(name).not.toMatch(/_(milliseconds|ms|microseconds|kilobytes|kb|percent)(_|$)/);
    expect(help).toMatch(/\.$/);
    expect(labels).not.toContain("le");
    expect(buckets !== undefined).toBe(type === "histogram");
  });
});

describe("what is deployed with the metrics", () => {
  it("asks for metrics that there are", () => {
    // Their texts may name a histogram as a whole.
    expect(unknown(alertRules()).filter((name) => !metricNames.some((known) => known === name))).toEqual([]);
    for (const { title, expr } of dashboardExpressions()) expect([title, ...unknown(expr)]).toEqual([title]);
  });

  it("has a test in which each alert fires", () => {
    const tests = readFileSync(`${root}deploy/prometheus/alerts.test.yml`, "utf8");
    const alerts = [...alertRules().matchAll(/- alert: (\w+)/g)].map(([, name]) => name ?? "");
    expect(alerts.length).toBeGreaterThan(10);
    for (const name of alerts) expect([name, new RegExp(`alertname: ${name}\\n\\s+exp_alerts:\\n`).test(tests)]).toEqual([name, true]);
  });

  it.each(["metrics-doc", "grafana-dashboard"])("is up to date: tools/%s.ts", (tool) => {
    execFileSync(process.execPath, ["--import", "tsx", `tools/${tool}.ts`, "--check"], { cwd: root, stdio: "pipe" });
  });
});
