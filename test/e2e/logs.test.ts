import { describe, expect, it, vi } from "vitest";
import { startCollector } from "./collector.ts";
import { root, runtimes, startSetosa } from "./process.ts";
import { sendRaw } from "./raw-http.ts";
import { startServer, type TestServer } from "./server.ts";

// Servers are started one after another, with workers of their own.
vi.setConfig({ testTimeout: 60_000 });

const row = [5.1, 3.5, 1.4, 0.2];
const json = { "content-type": "application/json" };
const everything = ["--access-log", "--log-level", "debug", "--slow-request-ms", "1"];

interface Line {
  readonly time: string;
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** Every line has to be an object of its own. */
function lines(text: string): Line[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
}

const requests = (server: TestServer) => lines(server.running.errors()).filter(({ msg }) => msg === "request");

describe.each(runtimes)("logs on %s", (runtime) => {
  it("have a line of JSON for every request, with what it was and was answered", async () => {
    const server = await startServer(runtime, ["models/iris.onnx", "--log-format", "json", "--access-log"]);
    const [started] = lines(server.running.output());
    expect(started).toMatchObject({ level: "info", url: `http://localhost:${server.port}`, models: "iris/1:compiled" });
    const body = JSON.stringify(row);
    const good = await server.post("/models/iris/predict", body, { ...json, "x-request-id": "order-4711" });
    const text = await good.text();
    const bad = await server.post("/predict", [1, 2]);
    await fetch(`${server.url}/health/live`);
    expect(good.headers.get("x-request-id")).toBe("order-4711");
    expect(await server.running.stop()).toBe(0);
    const [first, second, third, ...more] = requests(server);
    expect(more).toEqual([]);
    expect(first).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      level: "info",
      msg: "request",
      pid: expect.any(Number),
      method: "POST",
      path: "/models/iris/predict",
      status: 200,
      duration_ms: expect.any(Number),
      bytes_in: body.length,
      bytes_out: text.length,
      model: "iris",
      version: "1",
      request_id: "order-4711",
      remote: "127.0.0.1",
    });
    expect(second).toMatchObject({ status: 400, code: "ROW_WIDTH_INVALID", request_id: bad.headers.get("x-request-id") });
    expect(third).toMatchObject({ method: "GET", path: "/health/live", status: 200 });
    expect(third).not.toHaveProperty("model");
  });

  it("lose no line of many, and tear none, with two workers on one pipe", async () => {
    const server = await startServer(runtime, ["models/iris.onnx", "--log-format", "json", "--access-log", "--workers", "2"]);
    const asked = 600;
    for (let at = 0; at < asked; at += 50)
      await Promise.all(
        Array.from({ length: 50 }, async (_, index) => {
          const answer = await server.post("/predict", row, { ...json, "x-request-id": `n-${at + index}` });
          await answer.text();
        }),
      );
    expect(await server.running.stop()).toBe(0);
    const ids = requests(server).map(({ request_id }) => request_id);
    expect(new Set(ids).size).toBe(asked);
    expect(ids).toHaveLength(asked);
  });

  it("name every error in its head, and take over sane ids alone", async () => {
    const server = await startServer(runtime, ["models/iris.onnx", "--max-body-bytes", "100"]);
    const made = /^[0-9a-z]{12}-[0-9a-z]+$/;
    const id = async (answer: Promise<Response>) => (await answer).headers.get("x-request-id");
    expect(await id(server.post("/predict", "{"))).toMatch(made);
    expect(await id(server.post("/predict", "9".repeat(101)))).toMatch(made);
    expect(await id(server.post("/predict", row, { "content-type": "text/html" }))).toMatch(made);
    expect(await id(fetch(`${server.url}/nowhere`))).toMatch(made);
    expect(await id(fetch(`${server.url}/predict`, { method: "DELETE" }))).toMatch(made);
    for (const insane of ["two words", "a".repeat(129), '"quoted"', "-"])
      expect(await id(server.post("/predict", "{", { ...json, "x-request-id": insane }))).toMatch(made);
    expect(await id(server.post("/predict", "{", { ...json, "x-request-id": "a/b+c=:_.-9" }))).toBe("a/b+c=:_.-9");
    expect(await id(server.post("/predict", row))).toBeNull();
    const raw = await sendRaw(["nonsense\r\n\r\n"], { port: server.port });
    expect(raw.text).toMatch(/^HTTP\/1\.1 400 [\s\S]*\r\nx-request-id: [0-9a-z]{12}-[0-9a-z]+\r\n/);
    await server.running.stop();
    // Nobody asked for lines.
    expect(server.running.errors()).not.toContain("nowhere");
  });

  it("warn of slow requests, with where the time went", async () => {
    const server = await startServer(runtime, ["models/loans.onnx", "--log-format", "json", "--slow-request-ms", "1"]);
    const { example } = (await (await fetch(`${server.url}/models/loans`)).json()) as { example: unknown };
    const many = Array.from({ length: 20_000 }, () => example);
    expect((await server.post("/predict", many)).status).toBe(200);
    await server.running.stop();
    const slow = lines(server.running.errors()).find(({ msg, rows }) => msg === "slow request" && rows === 20_000);
    expect(slow).toMatchObject({ level: "warn", path: "/predict", model: "loans", status: 200 });
    const phases = ["read_ms", "decode_ms", "queue_ms", "infer_ms", "encode_ms"].map((name) => Number(slow?.[name]));
    expect(phases.every((phase) => phase >= 0)).toBe(true);
    const sum = phases.reduce((total, phase) => total + phase, 0);
    expect(Math.abs(sum - Number(slow?.duration_ms))).toBeLessThan(0.01);
  });

  it("hold no value of a client's at any level, unless it is asked for", async () => {
    const collector = await startCollector();
    try {
      for (const format of ["json", "text"]) {
        const files = ["models/iris.onnx", "models/loans.onnx", "--default", "iris", "--log-format", format, ...everything];
        const server = await startServer(runtime, [...files, "--otlp-endpoint", collector.url, "--max-json-depth", "6"]);
        const sent = await sendSecrets(server);
        expect(await server.running.stop()).toBe(0);
        const text = server.running.errors() + server.running.output();
        // Each of them has its line.
        expect(text.match(format === "json" ? /"msg":"request"/g : /\d+B \d+B/g)?.length).toBe(sent);
        expect(text).toContain("FEATURE_TYPE_INVALID");
        expect(text).toContain("JSON_INVALID");
        for (const mark of marks) expect(text).not.toContain(mark);
        for (const mark of marks) expect(collector.bodies.join("\n")).not.toContain(mark);
      }
      const open = await startServer(runtime, ["models/iris.onnx", "--access-log", "--log-format", "json", "--log-values"]);
      await fetch(`${open.url}/predict?sepal_length=${number}`);
      await open.post("/predict", [1, word, 1, 1]);
      await open.running.stop();
      expect(open.running.errors()).toContain(`/predict?sepal_length=${number}`);
      expect(open.running.errors()).toContain(word);
      expect(open.running.errors()).toContain("WARNING: --log-values");
    } finally {
      await collector.close();
    }
  });
});

const word = "zanzibar";
const number = 8_675_309.25;
const marks = [word, String(number), "8675309"];

/** Values in every place of a request that an error could quote; gives the number of requests. */
async function sendSecrets(server: TestServer): Promise<number> {
  let sent = 0;
  const post = async (path: string, body: unknown, headers?: Record<string, string>) => {
    sent++;
    const answer = await server.post(path, body, headers);
    await answer.text();
    return answer;
  };
  const get = async (path: string, init: RequestInit = {}) => {
    sent++;
    await (await fetch(`${server.url}${path}`, init)).text();
  };
  const raw = async (text: string) => {
    sent++;
    await sendRaw([text], { port: server.port });
  };
  const { example, features } = (await (await fetch(`${server.url}/models/loans`)).json()) as {
    example: Record<string, unknown>;
    features: { name: string; categories?: unknown[] }[];
  };
  sent++;
  const category = features.find(({ categories }) => categories !== undefined)?.name ?? "";
  const unknown = { ...example, [category]: word };
  expect((await post("/predict", [number, number, number, number])).status).toBe(200);
  await post("/models/loans/predict", [Object.values(unknown)]);
  await post("/models/loans/predict", unknown);
  await post("/predict", [number, word, 1, 1]);
  await post("/predict", { [word]: number });
  await post("/predict", { "sepal length (cm)": 1, "sepal width (cm)": 1, "petal length (cm)": 1, "petal width (cm)": 1, [word]: 1 });
  await post("/predict", { instances: [row], [word]: number });
  await post("/predict", `{"a": ${number} ${word}`);
  await post("/predict", `[[[[[[[["${word}"]]]]]]]]`);
  await post("/predict", JSON.stringify(word));
  await post("/predict", row, { "content-type": `text/${word}` });
  await post("/predict", row, { ...json, "content-encoding": word });
  await post("/predict", row, { ...json, "x-request-timeout-ms": word });
  await post("/predict", "{", { ...json, "x-request-id": `no id, ${word}` });
  await post("/predict", row, { ...json, traceparent: word, tracestate: word });
  await get(`/predict?sepal_length=${number}&sepal_width=${word}`);
  await get(`/predict?sepal_length=${number}&sepal_length=${word}`);
  await get(`/predict?${word}=${number}`);
  await get(`/predict%3Fsepal_length=${number}`);
  await get(`/models/${word}/predict`);
  await get(`/models/iris/versions/${word}`);
  await get(`/${word}/${number}`);
  await get("/predict", { method: "PATCH", body: word });
  await raw(`${word.toUpperCase()} /predict HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  await raw(`${word} ${number}\r\n\r\n`);
  await raw(`POST /predict HTTP/1.1\r\nHost: a\r\n${word} ${number}\r\n\r\n`);
  await raw(`POST /predict HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${word}\r\n`);
  // Slow enough to be warned of.
  await post(
    "/predict",
    Array.from({ length: 20_000 }, () => [number, 1, 1, 1]),
  );
  return sent;
}

describe("a command that fails", () => {
  const failing = async (args: readonly string[]) => {
    const running = startSetosa(["serve", ...args, "--runtime", "node"]);
    return { status: await running.ended(), errors: running.errors(), output: running.output() };
  };
  const absent = `${root}models/absent.onnx`;

  it("says so in the form of the log, once, with its exit status", async () => {
    for (const more of [[], ["--workers", "2"]]) {
      const { status, errors } = await failing([absent, "--log-format", "json", ...more]);
      expect(status).toBe(4);
      const failures = lines(errors).filter(({ level }) => level === "error");
      expect(failures).toMatchObject([{ code: "MODEL_FILE_UNREADABLE", error_path: absent }]);
    }
    expect((await failing([absent])).errors).toMatch(/^setosa: MODEL_FILE_UNREADABLE: /);
  });
});
