import { afterAll, describe, expect, it } from "vitest";
import { type Collector, startCollector } from "./collector.ts";
import { runtimes } from "./process.ts";
import { startServer, type TestServer } from "./server.ts";

const row = [5.1, 3.5, 1.4, 0.2];
const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const parentId = "00f067aa0ba902b7";
const json = { "content-type": "application/json" };
const collectors: Collector[] = [];
afterAll(() => Promise.all(collectors.map((collector) => collector.close())));

async function collect(...answers: number[]): Promise<Collector> {
  const collector = await startCollector(answers);
  collectors.push(collector);
  return collector;
}

const trace = (server: TestServer, flags: string, more: Record<string, string> = {}) =>
  server.post("/models/iris/predict", [row, row], { ...json, traceparent: `00-${traceId}-${parentId}-${flags}`, ...more });

describe.each(runtimes)("traces on %s", (runtime) => {
  it("continue a caller's trace, describe the request, and are sent before the server ends", async () => {
    const collector = await collect();
    const server = await startServer(runtime, ["models/iris.onnx", "--otlp-endpoint", collector.url], {
      OTEL_SERVICE_NAME: "flowers",
      OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20token",
    });
    const answer = await trace(server, "01", { tracestate: "vendor=value", "x-request-id": "mine-1", "user-agent": "a test" });
    expect(answer.headers.get("x-request-id")).toBe("mine-1");
    expect((await server.post("/models/iris/predict", { petal: 1 })).status).toBe(400);
    expect(await server.running.stop()).toBe(0);

    expect(collector.paths).toEqual(["/v1/traces"]);
    expect(collector.headers[0]).toMatchObject({ authorization: "Bearer token", "content-type": "application/json" });
    expect(collector.resource).toMatchObject({ "service.name": "flowers", "process.runtime.name": runtime });
    const [request, refused] = collector.spans.filter(({ kind }) => kind === 2);
    expect(request).toMatchObject({
      traceId,
      parentSpanId: parentId,
      traceState: "vendor=value",
      name: "POST /models/iris/predict",
      attributes: {
        "http.request.method": "POST",
        "http.route": "/models/iris/predict",
        "url.path": "/models/iris/predict",
        "http.response.status_code": "200",
        "setosa.model.name": "iris",
        "setosa.model.version": "1",
        "setosa.engine": "compiled",
        "setosa.rows": "2",
        "setosa.request_id": "mine-1",
        "client.address": "127.0.0.1",
        "user_agent.original": "a test",
      },
    });
    expect(request?.status).toBeUndefined();
    // A client's mistake begins a trace of its own here, and is no failure of the server.
    expect(refused).toMatchObject({ attributes: { "http.response.status_code": "400", "error.type": "FEATURE_MISSING" } });
    expect(refused?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(refused?.parentSpanId).toBeUndefined();
    expect(refused?.status).toBeUndefined();

    const phases = collector.spans.filter(({ parentSpanId }) => parentSpanId === request?.spanId);
    expect(phases.map(({ name }) => name)).toEqual(expect.arrayContaining(["decode", "infer", "encode"]));
    for (const phase of phases) {
      expect(phase.traceId).toBe(traceId);
      expect(BigInt(phase.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(request?.startTimeUnixNano ?? 0));
      // Each of the times was rounded on its own.
      expect(BigInt(phase.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(request?.endTimeUnixNano ?? 0) + 1000n);
    }
    const seconds = Number(BigInt(request?.endTimeUnixNano ?? 0) / 1_000_000_000n);
    expect(Math.abs(seconds - Date.now() / 1000)).toBeLessThan(60);
  });

  it("follow the caller's choice, and the sampler's where there is no caller", async () => {
    const collector = await collect();
    const server = await startServer(runtime, ["models/iris.onnx", "--otlp-endpoint", collector.url], {
      OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
      OTEL_TRACES_SAMPLER_ARG: "0",
    });
    expect((await trace(server, "00")).status).toBe(200);
    expect((await server.post("/predict", row)).status).toBe(200);
    // Invalid, so that it is none: no trace of its own either, at a ratio of 0.
    expect((await server.post("/predict", row, { ...json, traceparent: `00-${traceId}-0000000000000000-01` })).status).toBe(200);
    expect((await trace(server, "01")).status).toBe(200);
    expect(await server.running.stop()).toBe(0);
    expect(collector.spans.filter(({ kind }) => kind === 2)).toHaveLength(1);
    expect(collector.spans[0]).toMatchObject({ traceId, parentSpanId: parentId });
  });

  it("tell of requests for engines that answer later, and of what answers no model", async () => {
    const collector = await collect();
    const server = await startServer(runtime, ["models/iris.onnx", "--engine", "onnxruntime", "--otlp-endpoint", collector.url]);
    await Promise.all(Array.from({ length: 5 }, () => trace(server, "01")));
    await fetch(`${server.url}/nowhere?income=secret-salary`);
    expect(await server.running.stop()).toBe(0);
    const requests = collector.spans.filter(({ kind }) => kind === 2);
    expect(requests.filter(({ attributes }) => attributes["setosa.engine"] === "onnxruntime")).toHaveLength(5);
    expect(collector.spans.filter(({ name }) => name === "infer")).toHaveLength(5);
    expect(requests.find(({ attributes }) => attributes["http.response.status_code"] === "404")).toMatchObject({ name: "GET" });
    expect(collector.bodies.join()).not.toContain("secret-salary");
  });

  it("try again while the collector is busy, and never hold up a request where there is none", async () => {
    const collector = await collect(503);
    const environment = { OTEL_BSP_SCHEDULE_DELAY: "10", OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
    const server = await startServer(runtime, ["models/iris.onnx"], environment);
    expect((await trace(server, "01")).status).toBe(200);
    await expect.poll(() => collector.spans.length, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(collector.paths).toHaveLength(2);
    expect(server.running.errors()).toContain("Traces: spans could not be sent: status 503; trying again");
    await collector.close();
    expect((await trace(server, "01")).status).toBe(200);
    expect(await server.running.stop()).toBe(0);
    expect(server.running.errors()).toMatch(/spans were dropped in all/);
  });
});

describe("--otlp-endpoint", () => {
  it("refuses what is no URL, and a sampler that there is not", async () => {
    const bad = await startServer("node", ["models/iris.onnx", "--otlp-endpoint", "collector:4318"]).catch(String);
    expect(bad).toMatch(/ARGUMENT_INVALID: --otlp-endpoint is no URL/);
    const sampler = await startServer("node", ["models/iris.onnx", "--otlp-endpoint", "http://localhost:4318"], {
      OTEL_TRACES_SAMPLER: "sometimes",
    }).catch(String);
    expect(sampler).toMatch(/ARGUMENT_INVALID: OTEL_TRACES_SAMPLER is "sometimes"/);
  });
});
