import { describe, expect, it } from "vitest";
import { expose, expositionFormat } from "./exposition.ts";
import { merge } from "./merge.ts";
import { Registry } from "./registry.ts";

function filled() {
  const registry = new Registry(() => 0);
  registry.loaded([{ model: "iris", version: "1" }]);
  registry.counter("setosa_requests_total", { protocol: "predict", model: "iris", version: "1", code: "ok", status: "200" }).add(3);
  const rows = registry.histogram("setosa_request_rows", { model: "iris" });
  for (const value of [1, 1, 3]) rows.observe(value);
  registry.gauge("setosa_model_info", { model: "iris", version: "1", engine: "compiled", reason: 'a "reason"\nin C:\\two lines' }).set(1);
  registry.gauge("setosa_process_open_fds", {}).set(12);
  return merge([{ worker: "0", snapshot: registry.snapshot() }]);
}

describe("expose", () => {
  const text = expose(filled(), "text");

  it("writes counters, escaped labels, and the worker where processes are kept apart", () => {
    expect(text).toContain(
      '\n# TYPE setosa_requests_total counter\nsetosa_requests_total{protocol="predict",model="iris",version="1",code="ok",status="200"} 3\n',
    );
    expect(text).toContain('engine="compiled",reason="a \\"reason\\"\\nin C:\\\\two lines"} 1\n');
    expect(text).toContain('\nsetosa_process_open_fds{worker="0"} 12\n');
  });

  it("writes cumulative buckets, the sum and the count", () => {
    const lines = text.split("\n").filter((line) => line.startsWith("setosa_request_rows"));
    expect(lines.slice(0, 4)).toEqual([
      'setosa_request_rows_bucket{model="iris",le="1.0"} 2',
      'setosa_request_rows_bucket{model="iris",le="2.0"} 2',
      'setosa_request_rows_bucket{model="iris",le="5.0"} 3',
      'setosa_request_rows_bucket{model="iris",le="10.0"} 3',
    ]);
    expect(lines.slice(-3)).toEqual([
      'setosa_request_rows_bucket{model="iris",le="+Inf"} 3',
      'setosa_request_rows_sum{model="iris"} 5',
      'setosa_request_rows_count{model="iris"} 3',
    ]);
  });

  it("has the same samples as OpenMetrics, whose counters' families have no _total", () => {
    const open = expose(filled(), "openmetrics");
    const samples = (exposition: string) => exposition.split("\n").filter((line) => !line.startsWith("#"));
    expect(samples(open)).toEqual(samples(text));
    expect(open).toContain("\n# TYPE setosa_requests counter\nsetosa_requests_total{");
    expect(open.endsWith("\n# EOF\n")).toBe(true);
    expect(text).not.toContain("EOF");
  });
});

describe("expositionFormat", () => {
  it.each([
    [undefined, "text"],
    ["*/*", "text"],
    ["text/plain;version=0.0.4;q=0.5,*/*;q=0.1", "text"],
    ["application/openmetrics-text;version=0.0.1;q=0.75,text/plain", "text"],
    ["application/openmetrics-text", "openmetrics"],
    ["application/openmetrics-text; version=1.0.0; charset=utf-8", "openmetrics"],
    // Prometheus 2.42
    [
      "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
      "openmetrics",
    ],
  ])("of %s is %s", (accept, format) => {
    expect(expositionFormat(accept)).toBe(format);
  });
});
