import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { hashKey } from "../../src/server/access/api-key.ts";
import { mostStreams } from "../../src/server/stats/stats-streams.ts";
import type { Stats, StatsStep } from "../../src/telemetry/stats/stats.ts";
import { root, runtimes } from "./process.ts";
import { sharedServer, startServer } from "./server.ts";
import { workersOf } from "./workers.ts";

// Points come every five seconds.
vi.setConfig({ testTimeout: 120_000 });

const row = [5.1, 3.5, 1.4, 0.2];
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "setosa-stats-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Listening {
  readonly response: Response;
  /** The next message that fits; undefined when the stream has its end. @throws where it is broken off */
  next(fits?: (message: Message) => boolean): Promise<Message | undefined>;
  stop(): void;
}

type Message = { readonly name: "stats"; readonly value: Stats } | { readonly name: "point"; readonly value: StatsStep };

async function listen(url: string, headers: Record<string, string> = {}): Promise<Listening> {
  const controller = new AbortController();
  const response = await fetch(`${url}/stats/stream`, { headers, signal: controller.signal });
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  const read = async (): Promise<Message | undefined> => {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end >= 0) {
        const [, name, data] = /^(?:retry: \d+\n)?event: (\w+)\ndata: (.*)$/s.exec(text.slice(0, end)) ?? [];
        text = text.slice(end + 2);
        return { name, value: JSON.parse(data ?? "") } as Message;
      }
      const part = await reader?.read();
      if (part === undefined || part.done) return undefined;
      text += decoder.decode(part.value, { stream: true });
    }
  };
  return {
    response,
    next: async (fits = () => true) => {
      for (;;) {
        const message = await read();
        if (message === undefined || fits(message)) return message;
      }
    },
    stop: () => controller.abort(),
  };
}

/** Whether a message tells that the whole window has so many requests. */
const has = (requests: number) => (message: Message) => message.value.summary.total.requests >= requests;

describe.each(runtimes)("/stats on %s", (runtime) => {
  const server = sharedServer(runtime, ["models/iris.onnx", "models/wine.onnx"]);

  it("tells of each point as it comes, and of all of them at once", async () => {
    const stream = await listen(server().url);
    expect(stream.response.headers.get("content-type")).toBe("text/event-stream");
    expect(await stream.next()).toMatchObject({ name: "stats", value: { intervalSeconds: 5, windowSeconds: 900 } });
    await Promise.all(
      Array.from({ length: 20 }, () =>
        server()
          .post("/predict", row)
          .then((answer) => answer.text()),
      ),
    );
    await server().post("/models/wine/predict", { nothing: 1 });
    await server().post("/nowhere", row);
    const message = await stream.next(has(22));
    expect(message).toMatchObject({
      name: "point",
      value: { summary: { total: { requests: 22, clientErrors: 2, serverErrors: 0, rows: 20 } } },
    });
    const { summary, points } = (await (await fetch(`${server().url}/stats`)).json()) as Stats;
    expect(summary.models.map(({ name, requests, clientErrors }) => [name, requests, clientErrors])).toEqual([
      ["iris", 20, 0],
      ["wine", 1, 1],
    ]);
    expect(summary.models[0]?.versions).toMatchObject([{ version: "1", requests: 20, latencyMilliseconds: { p99: expect.any(Number) } }]);
    expect(points.at(-1)).toMatchObject({ workers: 1, memoryBytes: expect.any(Number) });
    expect(points.at(-1)?.memoryBytes).toBeGreaterThan(1e7);
    stream.stop();
  });

  it("lets so many listen and no more, and lets the next one in when one has gone", async () => {
    const streams = await Promise.all(Array.from({ length: mostStreams }, () => listen(server().url)));
    await Promise.all(streams.map((stream) => stream.next()));
    const refused = await fetch(`${server().url}/stats/stream`);
    expect([refused.status, ((await refused.json()) as { error: { code: string } }).error.code]).toEqual([503, "OVERLOADED"]);
    for (const stream of streams.slice(1)) stream.stop();
    await vi.waitFor(async () => expect((await listen(server().url)).response.status).toBe(200), { timeout: 30_000, interval: 500 });
    streams[0]?.stop();
  });

  it("answers GET alone", async () => {
    const answer = await fetch(`${server().url}/stats/stream`, { method: "POST" });
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, OPTIONS"]);
  });
});

describe.each(runtimes)("/stats of several workers on %s", (runtime) => {
  it("adds them up, whichever is asked, and forgets nothing of one that dies", async () => {
    const server = await startServer(runtime, ["models/iris.onnx", "--workers", "2"]);
    const asked = async (times: number) => {
      for (let time = 0; time < times; time++)
        await (await server.post("/predict", row, { "content-type": "application/json", connection: "close" })).text();
    };
    await asked(30);
    const stream = await listen(server.url);
    const message = await stream.next(has(30));
    expect(message?.value.summary.total.requests).toBe(30);
    stream.stop();
    const [victim] = workersOf(server.port);
    process.kill(victim ?? 0, "SIGKILL");
    await vi.waitFor(() => expect(workersOf(server.port).filter((pid) => pid !== victim)).toHaveLength(2), { timeout: 30_000 });
    await vi.waitFor(() => asked(12), { timeout: 30_000 });
    await vi.waitFor(
      async () => expect(((await (await fetch(`${server.url}/stats`)).json()) as Stats).summary.total.requests).toBeGreaterThanOrEqual(42),
      { timeout: 30_000, interval: 1000 },
    );
    expect(await server.running.stop()).toBe(0);
  });
});

describe.each(runtimes)("the stream on %s", (runtime) => {
  it("has its end when the server stops", async () => {
    const server = await startServer(runtime, [`${root}models/iris.onnx`]);
    const stream = await listen(server.url);
    await stream.next();
    const rest = stream.next(() => false);
    expect(await server.running.stop()).toBe(0);
    // Its last chunk came: it was not broken off.
    expect(await rest).toBeUndefined();
  });

  it("shows a key the models that it is for", async () => {
    const keys = join(folder, `${runtime}.jsonl`);
    const lines = [
      { id: "all", sha256: hashKey("all").toString("hex") },
      { id: "wine", sha256: hashKey("wine").toString("hex"), models: ["wine"] },
    ];
    writeFileSync(keys, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const server = await startServer(runtime, ["models/iris.onnx", "models/wine.onnx", "--api-keys", keys]);
    expect((await fetch(`${server.url}/stats`)).status).toBe(401);
    const all = await listen(server.url, { "x-api-key": "all" });
    const wine = await listen(server.url, { "x-api-key": "wine" });
    for (const model of ["iris", "wine"])
      await server.post(`/models/${model}/predict`, [], { "content-type": "application/json", "x-api-key": "all" });
    const names = (message: Message | undefined) => message?.value.summary.models.map(({ name }) => name);
    expect(names(await all.next(has(2)))).toEqual(["iris", "wine"]);
    expect(names(await wine.next(has(2)))).toEqual(["wine"]);
    for (const stream of [all, wine]) stream.stop();
    expect(await server.running.stop()).toBe(0);
  });

  it("is not there where the metrics are not", async () => {
    const server = await startServer(runtime, [`${root}models/iris.onnx`, "--no-metrics"]);
    for (const path of ["/stats", "/stats/stream"]) expect((await fetch(`${server.url}${path}`)).status).toBe(404);
    expect(await server.running.stop()).toBe(0);
  });
});
