import { describe, expect, it } from "vitest";
import { type ExporterOptions, type SendResult, SpanExporter } from "./exporter.ts";
import type { Span } from "./span.ts";

const span = (name: string): Span => ({
  traceId: "1".repeat(32),
  spanId: "2".repeat(16),
  parentId: undefined,
  state: undefined,
  flags: 1,
  name,
  kind: "server",
  start: 1_700_000_000_000_000_001n,
  end: 1_700_000_000_000_000_002n,
  attributes: { text: "a", whole: 1, part: 0.5, flag: true, absent: undefined },
  failed: true,
});

/** A collector that answers when it is told to, and timers that fire when they are told to. */
function world(options: Partial<ExporterOptions> = {}) {
  const bodies: string[] = [];
  const answers: ((result: SendResult) => void)[] = [];
  const timers: { milliseconds: number; callback: () => void }[] = [];
  const warnings: string[] = [];
  const exporter = new SpanExporter({
    send: (body) => {
      bodies.push(body);
      return new Promise((resolve) => answers.push(resolve));
    },
    resource: { "service.name": "test" },
    version: "1.2.3",
    mostQueued: 10,
    batch: 4,
    delay: 5000,
    timer: (milliseconds, callback) => {
      const timer = { milliseconds, callback };
      timers.push(timer);
      return () => {
        const at = timers.indexOf(timer);
        if (at >= 0) timers.splice(at, 1);
      };
    },
    random: () => 1,
    warn: (message, spans) => warnings.push(`${message}: ${spans}`),
    ...options,
  });
  return {
    exporter,
    bodies,
    timers,
    warnings,
    answer: async (result: SendResult) => {
      answers.shift()?.(result);
      await new Promise((resolve) => setImmediate(resolve));
    },
    fire: () => timers.shift()?.callback(),
  };
}

const names = (body: string | undefined) =>
  (JSON.parse(body ?? "") as { resourceSpans: { scopeSpans: { spans: { name: string }[] }[] }[] }).resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(({ spans }) => spans)
    .map(({ name }) => name);

describe("SpanExporter", () => {
  it("writes OTLP's JSON", () => {
    const { exporter, bodies, fire } = world();
    exporter.add([span("a")]);
    fire();
    expect(JSON.parse(bodies[0] ?? "")).toEqual({
      resourceSpans: [
        {
          resource: { attributes: [{ key: "service.name", value: { stringValue: "test" } }] },
          scopeSpans: [
            {
              scope: { name: "setosa", version: "1.2.3" },
              spans: [
                {
                  traceId: "1".repeat(32),
                  spanId: "2".repeat(16),
                  flags: 0x101,
                  name: "a",
                  kind: 2,
                  startTimeUnixNano: "1700000000000000001",
                  endTimeUnixNano: "1700000000000000002",
                  attributes: [
                    { key: "text", value: { stringValue: "a" } },
                    { key: "whole", value: { intValue: "1" } },
                    { key: "part", value: { doubleValue: 0.5 } },
                    { key: "flag", value: { boolValue: true } },
                  ],
                  status: { code: 2 },
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it("sends full batches at once and others after a while, one at a time", async () => {
    const { exporter, bodies, timers, answer, fire } = world();
    exporter.add([span("a")]);
    expect(bodies).toEqual([]);
    expect(timers.map(({ milliseconds }) => milliseconds)).toEqual([5000]);
    exporter.add([span("b"), span("c"), span("d")]);
    exporter.add([span("e")]);
    expect(bodies.map(names)).toEqual([["a", "b", "c", "d"]]);
    expect(timers).toEqual([]);
    await answer({ status: 200 });
    expect(bodies).toHaveLength(1);
    fire();
    expect(names(bodies[1])).toEqual(["e"]);
    await answer({ status: 200 });
    expect(exporter.counts).toEqual({ sent: 5, dropped: 0 });
  });

  it("drops what has no room while the collector does not answer, and counts it", async () => {
    const { exporter, answer } = world();
    for (let count = 0; count < 20; count++) exporter.add([span("a")]);
    // Four are being sent, ten wait.
    expect(exporter.counts).toEqual({ sent: 0, dropped: 6 });
    await answer({ status: 200 });
    await answer({ status: 200 });
    expect(exporter.counts).toEqual({ sent: 8, dropped: 6 });
  });

  it("waits longer each time, as long as it is asked to, and gives up in the end", async () => {
    const { exporter, bodies, timers, warnings, answer, fire } = world({ batch: 1 });
    exporter.add([span("a")]);
    const waits: (number | undefined)[] = [];
    for (const result of [{ status: 503 }, { status: 0, reason: "ECONNREFUSED" }, { status: 429, retryAfter: 20_000 }]) {
      await answer(result);
      waits.push(timers[0]?.milliseconds);
      fire();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(waits).toEqual([1000, 2000, 20_000]);
    for (let tries = 4; tries <= 6; tries++) {
      await answer({ status: 503 });
      fire();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(bodies).toHaveLength(6);
    expect(exporter.counts).toEqual({ sent: 0, dropped: 1 });
    expect(warnings).toEqual(["spans could not be sent: status 503; trying again: 1", "spans could not be sent: status 503: 1"]);
  });

  it("does not repeat what the collector will not take, and counts what it took out", async () => {
    const { exporter, bodies, answer } = world({ batch: 1 });
    exporter.add([span("a")]);
    await answer({ status: 400 });
    expect(exporter.counts).toEqual({ sent: 0, dropped: 1 });
    exporter.add([span("b"), span("c")]);
    await answer({ status: 200, rejected: 1, reason: "too old" });
    expect(exporter.counts).toEqual({ sent: 0, dropped: 2 });
    expect(bodies).toHaveLength(3);
  });

  it("sends everything at its end, without waiting between tries", async () => {
    const { exporter, bodies, answer } = world();
    for (let count = 0; count < 6; count++) exporter.add([span("a")]);
    await answer({ status: 503 });
    const closed = exporter.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(bodies).toHaveLength(2);
    await answer({ status: 503 });
    await answer({ status: 200 });
    await closed;
    expect(exporter.counts).toEqual({ sent: 2, dropped: 4 });
  });
});
