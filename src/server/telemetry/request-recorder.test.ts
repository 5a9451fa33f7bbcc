import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { SetosaError } from "../../errors.ts";
import { ModelLibrary } from "../../models/library.ts";
import { loadModel } from "../../models/load-model.ts";
import { pickFrom, type ServedModels } from "../../models/served-models.ts";
import { undescribed } from "../../openapi/description.ts";
import { errorAnswer } from "../../protocols/error-answer.ts";
import type { Answer, HttpRequest, Protocol } from "../../protocols/exchange.ts";
import { jsonHead } from "../../protocols/exchange.ts";
import { predictProtocol } from "../../protocols/predict/routes.ts";
import { CaptureBuffer } from "../../telemetry/capture/capture-buffer.ts";
import { ShareSampler } from "../../telemetry/capture/sampler.ts";
import { Logger, type LogLevel } from "../../telemetry/logs/logger.ts";
import { RequestLog } from "../../telemetry/logs/request-log.ts";
import type { Span } from "../../telemetry/traces/span.ts";
import { Tracer } from "../../telemetry/traces/tracer.ts";
import { createApplication } from "../application.ts";
import { defaultLimits } from "../limits.ts";
import { type BoundRoute, createRouter } from "../router.ts";
import { notInPieces, type Receive } from "../transport.ts";
import { createWaitingRoom } from "../waiting-room.ts";
import { PayloadCapture } from "./payload-capture.ts";
import { RequestRecorder } from "./request-recorder.ts";

const context = { isReady: () => true, server: { name: "setosa", version: "0" } };

const model = await loadModel(fileURLToPath(new URL("../../../models/iris.onnx", import.meta.url)));
const library = new ModelLibrary([model]);
const models: ServedModels = { library, pick: (name, version) => pickFrom(library, name, version), onChange: () => {} };
const row = "[5.1,3.5,1.4,0.2]";

function request(method: string, path: string, headers: Record<string, string> = {}): HttpRequest {
  return { method, path, query: "", headers: new Headers(headers), requestId: headers["x-request-id"] };
}

interface Wishes {
  readonly access?: boolean;
  readonly slowMilliseconds?: number;
  readonly level?: LogLevel;
  /** From 0 to 1. */
  readonly traced?: number;
  readonly captured?: number;
}

/** An application that somebody listens to, with a clock that is set by hand and one route that has a defect. */
function world({ access = false, slowMilliseconds, level = "info", traced, captured }: Wishes) {
  const time = { now: 0 };
  const now = () => time.now;
  const lines: string[] = [];
  const spans: Span[] = [];
  const reports: (string | undefined)[] = [];
  let ids = 0;
  const newRequestId = () => `made-${++ids}`;
  const write = (line: string) => lines.push(line);
  const logger = new Logger({ format: "json", level, values: false, fixed: {}, wallClock: now, write });
  const wantsLog = access || slowMilliseconds !== undefined || level === "debug";
  const exporter = { add: (more: readonly Span[]) => void spans.push(...more) };
  const random = () => 0.5;
  const buffer = new CaptureBuffer({
    sink: { append: async () => 0 },
    most: 1e6,
    delay: 0,
    timer: () => () => {},
    full: () => {},
  });
  const recorder = new RequestRecorder({
    log: wantsLog ? new RequestLog({ logger, access: access ? write : undefined, slowMilliseconds, now }) : undefined,
    tracer:
      traced === undefined
        ? undefined
        : new Tracer({
            sampler: { name: "parentbased_traceidratio", ratio: traced },
            exporter,
            scheme: "http",
            now,
            wallClock: now,
            random,
          }),
    capture:
      captured === undefined
        ? undefined
        : new PayloadCapture({ sampler: new ShareSampler(captured, random), buffer, redact: new Set(), timestamp: () => "now" }),
    values: false,
    newRequestId,
    now,
  });
  const broken: Protocol = {
    routes: [
      {
        path: "/broken",
        summary: "",
        protocol: "test",
        later: false,
        describe: undescribed,
        get: () => {
          throw new TypeError("a secret");
        },
      },
    ],
  };
  const limits = { ...defaultLimits, jsonDepth: 10 };
  const router = recorder.router(createRouter([predictProtocol({ ...context, models: recorder.models(models), limits }), broken]));
  const plain = createApplication({
    limits,
    router: () => router,
    waitingRoom: createWaitingRoom({ deadline: 1000, now, timer: () => () => {} }),
    around: (route: BoundRoute, receive: Receive) => recorder.receive(route, receive),
    report: (_, requestId) => reports.push(requestId),
    newRequestId,
  });
  const application = recorder.application(plain);
  const client = { startedAt: 0, address: "192.0.2.1" };
  return {
    application,
    spans,
    reports,
    client,
    tick: (milliseconds: number) => {
      time.now += milliseconds;
    },
    lines: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    ask: async (asked: HttpRequest, body = "", wait = 0): Promise<Answer> => {
      const begun = notInPieces(application.begin(asked, client));
      time.now += wait;
      return typeof begun === "function" ? begun(asked, new TextEncoder().encode(body), client) : begun;
    },
  };
}

describe("RequestRecorder", () => {
  it("tells of requests that the transport refused, and of bytes that were none", async () => {
    const { application, client, tick, lines } = world({ access: true });
    client.startedAt = 5;
    tick(20);
    const refused = { request: request("POST", "/predict"), client, bytes: 77 };
    application.fault("body-too-slow", refused);
    const invalid = { ...errorAnswer(new SetosaError("REQUEST_INVALID", "x")), requestId: "made-9" };
    application.invalid?.(new SetosaError("REQUEST_INVALID", "x"), invalid, client);
    // A connection is no request.
    application.fault("too-many-connections");
    expect(lines()).toMatchObject([
      { method: "POST", path: "/predict", status: 408, code: "DEADLINE_EXCEEDED", duration_ms: 15, bytes_in: 77, remote: "192.0.2.1" },
      { method: "_OTHER", status: 400, code: "REQUEST_INVALID", request_id: "made-9", remote: "192.0.2.1" },
    ]);
  });

  it("names a defect by the same id to the log and to the client, and keeps its text to itself", async () => {
    const { ask, lines, reports } = world({ access: true });
    const answer = await ask(request("GET", "/broken"));
    expect(answer).toMatchObject({ code: "INTERNAL", requestId: "made-1" });
    expect(reports).toEqual(["made-1"]);
    expect(lines()).toMatchObject([{ status: 500, code: "INTERNAL", request_id: "made-1" }]);
    expect(JSON.stringify(lines())).not.toContain("secret");
    await ask(request("GET", "/broken", { "x-request-id": "mine" }));
    expect(reports).toEqual(["made-1", "mine"]);
  });

  it("warns of slow requests alone", async () => {
    const { ask, lines } = world({ slowMilliseconds: 10 });
    await ask(request("POST", "/predict"), row, 10);
    await ask(request("POST", "/predict"), row, 11);
    expect(lines()).toMatchObject([{ level: "warn", msg: "slow request", duration_ms: 11, read_ms: 11, model: "iris" }]);
  });

  it("tells of refusals at the level of debugging", async () => {
    const { ask, lines } = world({ level: "debug" });
    await ask(request("POST", "/predict"), row);
    await ask(request("POST", "/predict"), "[1]");
    expect(lines()).toMatchObject([{ level: "debug", msg: "refused", code: "ROW_WIDTH_INVALID", model: "iris" }]);
  });

  it("leaves an answer as it is that nobody wants to hear of", async () => {
    const { ask, spans, lines } = world({ traced: 0, captured: 0, slowMilliseconds: 10 });
    expect(await ask(request("POST", "/predict"), row)).toEqual({ head: jsonHead, body: expect.any(String) });
    expect(await ask(request("GET", "/models"))).not.toHaveProperty("requestId");
    expect([...spans, ...lines()]).toEqual([]);
  });

  it("gives a traced or captured request an id, and one that has its own no other", async () => {
    for (const wishes of [{ traced: 1 }, { captured: 1 }]) {
      const { ask } = world(wishes);
      expect((await ask(request("POST", "/predict"), row)).requestId).toBe("made-1");
      expect(await ask(request("POST", "/predict", { "x-request-id": "mine" }), row)).not.toHaveProperty("requestId");
    }
  });

  it("does not take one request for another where their bodies come in another order", async () => {
    const { application, client, tick, spans } = world({ traced: 0 });
    const parent = (digit: string) => ({ traceparent: `00-${digit.repeat(32)}-${digit.repeat(16)}-01` });
    const [first, second] = [request("POST", "/predict", parent("1")), request("POST", "/models/iris/predict", parent("2"))];
    const slow = application.begin(first, client);
    tick(5);
    const other = { startedAt: 0 };
    const quick = application.begin(second, other);
    if (typeof slow !== "function" || typeof quick !== "function") throw new Error("nobody takes the body");
    const body = new TextEncoder().encode(row);
    await quick(second, body, other);
    tick(5);
    await slow(first, body, client);
    const servers = spans.filter(({ kind }) => kind === "server");
    expect(servers.map(({ traceId, name, start, end }) => [traceId[0], name, Number(end - start) / 1e6])).toEqual([
      ["2", "POST /models/iris/predict", 0],
      ["1", "POST /predict", 10],
    ]);
  });
});
