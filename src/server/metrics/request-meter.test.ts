import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { SetosaError } from "../../errors.ts";
import { ModelLibrary } from "../../models/library.ts";
import { loadModel } from "../../models/load-model.ts";
import type { Model } from "../../models/model.ts";
import { pickFrom, type ServedModels } from "../../models/served-models.ts";
import { errorAnswer } from "../../protocols/error-answer.ts";
import type { Answer, HttpRequest } from "../../protocols/exchange.ts";
import { predictProtocol } from "../../protocols/predict/routes.ts";
import { defaultSettings, forAll } from "../../scheduling/settings.ts";
import { type MetricName, metricNames } from "../../telemetry/metrics/definitions.ts";
import { Registry } from "../../telemetry/metrics/registry.ts";
import { createApplication } from "../application.ts";
import { createHealth } from "../health.ts";
import { defaultLimits } from "../limits.ts";
import { type BoundRoute, createRouter } from "../router.ts";
import { type Application, notInPieces, type Receive } from "../transport.ts";
import { TurnQueue } from "../turn-queue.ts";
import { createWaitingRoom } from "../waiting-room.ts";
import { RequestMeter } from "./request-meter.ts";

const context = { isReady: () => true, server: { name: "setosa", version: "0" } };

const iris = fileURLToPath(new URL("../../../models/iris.onnx", import.meta.url));
const one = await loadModel(iris, { version: "1" });
const two = await loadModel(iris, { version: "2" });
/** Stands for a deep model: answers in another turn of the loop. */
const later = await loadModel(iris, { name: "later", engine: "interpreted" });
/** One runs, one waits. */
const crowded = await loadModel(iris, {
  name: "later",
  engine: "interpreted",
  scheduling: {
    settings: { ...defaultSettings, queue: forAll(1), batchRows: forAll(1) },
    time: { now: () => 0, timer: () => () => {} },
  },
});
const row = "[5.1,3.5,1.4,0.2]";

/** Models that stay as they are. */
function fixedModels(library: ModelLibrary): ServedModels {
  return { library, pick: (name, version) => pickFrom(library, name, version), onChange: () => {} };
}

function request(method: string, path: string, headers: Record<string, string> = {}): HttpRequest {
  return { method, path, query: "", headers: new Headers(headers) };
}

interface World {
  readonly application: Application;
  readonly registry: Registry;
  tick(milliseconds: number): void;
  /** Sends a whole request. */
  ask(request: HttpRequest, body?: string): Promise<Answer>;
  /** Values of all series of a metric, by their labels. */
  values(name: MetricName): Record<string, readonly number[]>;
}

function world(models: ServedModels = fixedModels(new ModelLibrary([one, two, later], { defaultName: "iris" }))): World {
  let now = 0;
  const registry = new Registry(() => now);
  const meter = new RequestMeter({ registry, now: () => now, random: () => 0.5 });
  const served = meter.models(models);
  const health = createHealth(() => ({ draining: true, modelsReady: true, models })).protocol;
  const turns = new TurnQueue({ now: () => performance.now(), endOfTurn: setImmediate });
  const router = meter.router(createRouter([predictProtocol({ ...context, models: served, limits: { ...defaultLimits, turns } }), health]));
  const waitingRoom = createWaitingRoom({ now: () => now, deadline: 1000, timer: () => () => {} });
  const around = (route: BoundRoute, receive: Receive) => meter.receive(route, receive);
  const application = meter.application(
    createApplication({ limits: defaultLimits, router: () => router, waitingRoom, around, report: () => {} }),
  );
  return {
    application,
    registry,
    tick: (milliseconds) => {
      now += milliseconds;
    },
    ask: async (asked, body = "") => {
      const client = { startedAt: 0 };
      const begun = notInPieces(application.begin(asked, client));
      return typeof begun === "function" ? begun(asked, new TextEncoder().encode(body), client) : begun;
    },
    values: (name) => {
      const series = registry.snapshot().metrics[name] ?? [];
      return Object.fromEntries(
        series.map(({ labels, values }) => [labels.join(" "), values]).filter(([, values]) => Number(values?.at(-1)) !== 0),
      );
    },
  };
}

describe("RequestMeter", () => {
  it("counts by protocol, model, version, code and status", async () => {
    const { ask, values } = world();
    for (let time = 0; time < 3; time++) await ask(request("POST", "/predict"), row);
    await ask(request("POST", "/models/iris/versions/1/predict"), row);
    await ask(request("GET", "/predict"));
    await ask(request("POST", "/predict"), "{}");
    await ask(request("POST", "/predict", { "content-type": "text/html" }), row);
    await ask(request("DELETE", "/predict"));
    await ask(request("GET", "/models/iris"));
    await ask(request("GET", "/health/live"));
    await ask(request("GET", "/nowhere/at/all"));
    await ask(request("POST", "/models/tulip/predict"), row);
    expect(values("setosa_requests_total")).toEqual({
      "predict iris 2 ok 200": [4],
      "predict iris 1 ok 200": [1],
      "predict iris 2 FEATURE_MISSING 400": [1],
      "predict   CONTENT_TYPE_UNSUPPORTED 415": [1],
      "predict   METHOD_NOT_ALLOWED 405": [1],
      "predict   ok 200": [1],
      "health   ok 200": [1],
      "   ROUTE_NOT_FOUND 404": [1],
      "   MODEL_NOT_FOUND 404": [1],
    });
    expect(values("setosa_predicted_rows_total")).toEqual({ "iris 1": [1], "iris 2": [4] });
  });

  it("shows loaded versions at 0 from the start", () => {
    const series = world().registry.snapshot().metrics.setosa_requests_total ?? [];
    expect(series.map(({ labels, values }) => [...labels, ...values])).toEqual([
      ["predict", "iris", "1", "ok", "200", 0],
      ["predict", "iris", "2", "ok", "200", 0],
      ["predict", "later", "1", "ok", "200", 0],
    ]);
  });

  it("times from the head to the answer, of requests that do not wait for each other", async () => {
    const { application, tick, values } = world();
    const [first, second] = [{ startedAt: 0 }, { startedAt: 0 }];
    const slow = application.begin(request("POST", "/predict"), first);
    tick(3000);
    const quick = application.begin(request("POST", "/predict"), second);
    if (typeof slow !== "function" || typeof quick !== "function") throw new Error("nobody takes the body");
    const body = new TextEncoder().encode(row);
    await quick(request("POST", "/predict"), body, second);
    tick(1000);
    await slow(request("POST", "/predict"), body, first);
    const cells = values("setosa_request_duration_seconds")["predict iris 2"] ?? [];
    expect(cells.at(-1)).toBe(4);
    expect(cells[0]).toBe(1);
  });

  it("times the phases of every request while there are few, and of every one that is answered later", async () => {
    const { ask, tick, values } = world();
    const counts = () => Object.fromEntries(Object.entries(values("setosa_request_rows")).map(([model, cells]) => [model, cells.at(-1)]));
    for (let time = 0; time < 10; time++) {
      await ask(request("POST", "/predict"), row);
      tick(1000);
    }
    expect(counts()).toEqual({ iris: 10 });
    // A crowd: 50,000 in a second.
    for (let time = 0; time < 50_000; time++) {
      await ask(request("POST", "/predict"), row);
      tick(0.02);
    }
    expect(counts().iris).toBeGreaterThan(60);
    expect(counts().iris).toBeLessThan(250);
    expect(later.answersInline).toBe(false);
    await Promise.all(Array.from({ length: 5 }, () => ask(request("POST", "/models/later/predict"), `[${row},${row}]`)));
    expect(counts().later).toBe(10);
    expect(values("setosa_predicted_rows_total")).toEqual({ "iris 2": [50_010], "later 1": [10] });
  });

  it("times large requests, which take turns with small ones", async () => {
    const { ask, values } = world();
    const many = `[${Array.from({ length: 800 }, () => row).join(",")}]`;
    const asked = ask(request("POST", "/predict"), many);
    await ask(request("POST", "/predict"), row);
    await asked;
    const rows = values("setosa_request_rows").iris ?? [];
    expect(rows.at(-1)).toBe(801);
    expect(values("setosa_predicted_rows_total")).toEqual({ "iris 2": [801] });
  });

  it("counts the rows of each run where requests are put together", async () => {
    const scheduling = { settings: defaultSettings, time: { now: () => 0, timer: () => () => {} } };
    const batched = await loadModel(iris, { engine: "interpreted", scheduling });
    const { ask, values } = world(fixedModels(new ModelLibrary([batched])));
    await Promise.all(Array.from({ length: 5 }, () => ask(request("POST", "/predict"), row)));
    const [one = 0, ...others] = values("setosa_batch_rows").iris ?? [];
    // The first finds the engine free; those that come meanwhile are run together.
    expect([one, others.at(-1)]).toEqual([1, 5]);
    expect(others.slice(0, -1).filter((count) => count > 0)).toEqual([1]);
  });

  it("reads the clock twice for a request that is not timed by phase", async () => {
    let readings = 0;
    const registry = new Registry(() => 0);
    // Hardly any time passes.
    const now = () => readings++ / 1e6;
    const meter = new RequestMeter({ registry, now, random: () => 0.5 });
    const served = meter.models(fixedModels(new ModelLibrary([one])));
    const router = meter.router(createRouter([predictProtocol({ ...context, models: served, limits: defaultLimits })]));
    const waitingRoom = createWaitingRoom({ now: () => 0, deadline: 1000, timer: () => () => {} });
    const around = (route: BoundRoute, receive: Receive) => meter.receive(route, receive);
    const plain = createApplication({ limits: defaultLimits, router: () => router, waitingRoom, around, report: () => {} });
    const application = meter.application(plain);
    const ask = async () => {
      const before = readings;
      const client = { startedAt: 0 };
      const begun = application.begin(request("POST", "/predict"), client);
      if (typeof begun === "function") await begun(request("POST", "/predict"), new TextEncoder().encode(row), client);
      return readings - before;
    };
    expect(await ask()).toBeGreaterThan(2);
    for (let time = 0; time < 100; time++) await ask();
    expect([await ask(), await ask(), await ask()]).toEqual([2, 2, 2]);
  });

  it("counts refusals by reason, and keeps them out of the durations", async () => {
    const { ask, application, values } = world(fixedModels(new ModelLibrary([one, crowded])));
    const asked = Array.from({ length: 3 }, () => ask(request("POST", "/models/later/predict"), row));
    expect((await Promise.all(asked)).map(({ code }) => code)).toEqual([undefined, undefined, "OVERLOADED"]);
    application.fault("too-many-connections");
    application.fault("body-too-large");
    const error = new SetosaError("REQUEST_INVALID", "no HTTP");
    application.invalid?.(error, errorAnswer(error));
    // A health check is no work that was refused.
    await ask(request("GET", "/health/ready"));
    expect(values("setosa_rejects_total")).toEqual({
      overloaded: [1],
      "too-many-connections": [1],
      "body-too-large": [1],
      "request-invalid": [1],
    });
    expect(values("setosa_requests_total")).toEqual({
      "predict later 1 ok 200": [2],
      "predict later  OVERLOADED 503": [1],
      "   BODY_TOO_LARGE 413": [1],
      "   REQUEST_INVALID 400": [1],
      "health   SERVER_DRAINING 503": [1],
    });
  });

  it("follows models that come and go, and keeps few series however many versions there were", async () => {
    const listeners: (() => void)[] = [];
    let library = new ModelLibrary([one]);
    const models: ServedModels = {
      get library() {
        return library;
      },
      pick: (name, version) => (name === undefined ? (library.default as Model) : library.get(name, version)),
      onChange: (listener) => listeners.push(listener),
    };
    const { registry, ask } = world(models);
    for (let version = 1; version <= 100; version++) {
      library = new ModelLibrary([await loadModel(iris, { version: String(version), parity: false })]);
      for (const listener of listeners) listener();
      await ask(request("POST", "/predict"), row);
      if (version % 25 === 0) registry.snapshot();
    }
    const { metrics } = registry.snapshot();
    for (const name of metricNames) expect([name, (metrics[name] ?? []).length < 20]).toEqual([name, true]);
  });
});
