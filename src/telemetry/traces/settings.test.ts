import { describe, expect, it } from "vitest";
import { readTraceSettings } from "./settings.ts";

const read = (environment: Record<string, string>, endpoint?: string) =>
  readTraceSettings(endpoint, environment, { "service.name": "setosa" });

describe("readTraceSettings", () => {
  it("traces nothing unless it is told where to", () => {
    expect(read({})).toBeUndefined();
    expect(read({ OTEL_SERVICE_NAME: "a", OTEL_EXPORTER_OTLP_ENDPOINT: " " })).toBeUndefined();
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318" };
    expect(read({ ...endpoint, OTEL_SDK_DISABLED: "true" })).toBeUndefined();
    expect(read({ ...endpoint, OTEL_TRACES_EXPORTER: "none" })).toBeUndefined();
    expect(read({ ...endpoint, OTEL_SDK_DISABLED: "true" }, "http://collector:4318")).toBeUndefined();
  });

  it.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://c:4318" }, undefined, "http://c:4318/v1/traces"],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://c:4318/" }, undefined, "http://c:4318/v1/traces"],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "https://c/otlp/" }, undefined, "https://c/otlp/v1/traces"],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://c:4318/own" }, undefined, "http://c:4318/own"],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://c/own", OTEL_EXPORTER_OTLP_ENDPOINT: "http://d" }, undefined, "http://c/own"],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://c/own" }, "http://option", "http://option/v1/traces"],
    [{}, "http://option/v1/traces", "http://option/v1/traces"],
  ])("sends to where %j and %s say", (environment, option, url) => {
    expect(read(environment as Record<string, string>, option)?.url).toBe(url);
  });

  it("reads headers, the resource and the sampler as the specification has them", () => {
    const settings = read(
      {
        OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20a%3Db, x-tenant=1,",
        OTEL_RESOURCE_ATTRIBUTES: "service.name=ignored,deployment.environment.name=test",
        OTEL_SERVICE_NAME: "flowers",
        OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
        OTEL_TRACES_SAMPLER_ARG: "0.25",
        OTEL_BSP_MAX_QUEUE_SIZE: "100",
      },
      "http://c",
    );
    expect(settings).toMatchObject({
      headers: { authorization: "Bearer a=b", "x-tenant": "1" },
      resource: { "service.name": "flowers", "deployment.environment.name": "test" },
      sampler: { name: "parentbased_traceidratio", ratio: 0.25 },
      mostQueued: 100,
      batch: 100,
      timeout: 10_000,
    });
    expect(read({ OTEL_TRACES_SAMPLER_ARG: "0.25" }, "http://c")?.sampler).toEqual({ name: "parentbased_always_on", ratio: 1 });
  });

  it.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "c:4318" }, "OTEL_EXPORTER_OTLP_ENDPOINT"],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://c", OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }, "OTEL_EXPORTER_OTLP_PROTOCOL"],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://c", OTEL_TRACES_SAMPLER: "jaeger_remote" }, "OTEL_TRACES_SAMPLER"],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: "http://c", OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "2" },
      "OTEL_TRACES_SAMPLER_ARG",
    ],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://c", OTEL_EXPORTER_OTLP_HEADERS: "token" }, "OTEL_EXPORTER_OTLP_HEADERS"],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://c", OTEL_EXPORTER_OTLP_HEADERS: "a=%zz" }, "OTEL_EXPORTER_OTLP_HEADERS"],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://c", OTEL_BSP_SCHEDULE_DELAY: "-1" }, "OTEL_BSP_SCHEDULE_DELAY"],
  ])("refuses %j", (environment, path) => {
    expect(() => read(environment as Record<string, string>)).toThrow(expect.objectContaining({ code: "ARGUMENT_INVALID", path }));
  });

  it("does not repeat a secret in its refusal", () => {
    expect(() => read({ OTEL_EXPORTER_OTLP_HEADERS: "hunter2" }, "http://c")).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("hunter2") }),
    );
  });
});
