import { describe, expect, it } from "vitest";
import { type ClientOptions, createClient, SetosaClientError } from "../../src/client/index.ts";
import { scriptedServer, testClock } from "./scripted-server.ts";

const refused = { status: 503, body: JSON.stringify({ error: { code: "OVERLOADED", message: "Too much.", hint: "Later." } }) };
const fine = { body: JSON.stringify({ model: "m", version: "1", prediction: "yes" }) };
const deadline = 10_000;

const server = await scriptedServer();

function setUp(options: ClientOptions = {}) {
  const time = testClock(deadline, 1500);
  return { ...time, client: createClient(server.url, { clock: time.clock, ...options }) };
}

async function failure(call: Promise<unknown>): Promise<SetosaClientError> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SetosaClientError);
  return error as SetosaClientError;
}

describe("what a client sends", () => {
  it("is a row, rows, and where they go", async () => {
    const { client, open } = setUp({ apiKey: "secret", headers: { "x-tenant": "a" } });
    server.answers(fine, fine, fine, { body: '{"models":[{"name":"m"}]}' });
    expect(await client.predict("m", { a: 1, b: Number.NaN })).toEqual({ model: "m", version: "1", prediction: "yes" });
    await client.predict("a/b?", [1, null, "x"], { version: "2 3", priority: "high", requestId: "r-1", timeoutMilliseconds: 1500 });
    await client.predictMany("m", [{ a: 1 }, [2]]);
    expect(await client.models()).toEqual([{ name: "m" }]);
    expect(server.seen.map(({ method, path, body }) => [method, path, body])).toEqual([
      ["POST", "/models/m/predict", '{"a":1,"b":null}'],
      ["POST", "/models/a%2Fb%3F/versions/2%203/predict", '[1,null,"x"]'],
      ["POST", "/models/m/predict", '{"instances":[{"a":1},[2]]}'],
      ["GET", "/models", ""],
    ]);
    expect(server.seen[0]?.headers).toMatchObject({
      authorization: "Bearer secret",
      "x-tenant": "a",
      "content-type": "application/json",
      "x-request-timeout-ms": "10000",
    });
    expect(server.seen[1]?.headers).toMatchObject({
      "x-request-priority": "high",
      "x-request-id": "r-1",
      "x-request-timeout-ms": "1500",
    });
    // No timer is left that would hold the process.
    expect(open()).toBe(0);
  });

  it("keeps a path of the address before the server's own", async () => {
    server.answers(fine);
    await createClient(`${server.url}/ml?x=1#y`).predict("m", [1]);
    expect(server.seen[0]?.path).toBe("/ml/models/m/predict");
  });

  it("is no infinity, which JSON would make a missing value of", async () => {
    server.answers();
    const error = await failure(setUp().client.predict("m", { a: Number.NEGATIVE_INFINITY }));
    expect(error).toMatchObject({ code: "FEATURE_NOT_FINITE", path: "a", attempts: 0 });
    expect(server.seen).toEqual([]);
  });
});

describe("a refusal", () => {
  it("is tried again after what the server asks for and a share of chance, in less time each time", async () => {
    const { client, pauses } = setUp();
    server.answers({ ...refused, headers: { "retry-after": "2" } }, { ...refused, status: 429 }, fine);
    expect(await client.predict("m", [1])).toMatchObject({ prediction: "yes" });
    expect(pauses).toEqual([2050, 100]);
    expect(server.seen.map(({ headers }) => headers["x-request-timeout-ms"])).toEqual(["10000", "7950", "7850"]);
  });

  it("may name a date", async () => {
    const { client, pauses } = setUp({ retries: 1 });
    server.answers({ ...refused, headers: { "retry-after": "Tue, 01 Jan 2030 00:00:03 GMT" } }, fine);
    await client.predict("m", [1]);
    expect(pauses).toEqual([3050]);
  });

  it("is told after the last attempt, with all that the server said", async () => {
    const { client, pauses } = setUp();
    server.answers(refused, refused, { ...refused, headers: { "retry-after": "7", "x-request-id": "r-9" } });
    expect(await failure(client.predict("m", [1]))).toMatchObject({
      name: "SetosaClientError",
      code: "OVERLOADED",
      message: "Too much.",
      hint: "Later.",
      path: undefined,
      status: 503,
      requestId: "r-9",
      retryMilliseconds: 7000,
      attempts: 3,
    });
    expect(pauses).toEqual([50, 100]);
  });

  it("is told at once where trying again would take longer than there is time", async () => {
    const { client, pauses } = setUp();
    server.answers({ ...refused, headers: { "retry-after": "60" } });
    expect(await failure(client.predict("m", [1]))).toMatchObject({ code: "OVERLOADED", attempts: 1, retryMilliseconds: 60_000 });
    expect(pauses).toEqual([]);
  });

  it("is never tried again where it would be refused again", async () => {
    for (const status of [400, 401, 403, 404, 413, 500, 504]) {
      const { client, pauses } = setUp();
      server.answers({ status, body: '{"error":{"code":"FEATURE_NULL","message":"No.","path":"[\\"a\\"]"}}' }, fine);
      expect(await failure(client.predict("m", [1]))).toMatchObject({ code: "FEATURE_NULL", path: '["a"]', status, attempts: 1 });
      expect(pauses).toEqual([]);
    }
  });

  it("pauses no longer than the bound", async () => {
    const { client, pauses } = setUp({ retries: 6, retryMilliseconds: 100, mostRetryMilliseconds: 300 });
    server.answers(refused, refused, refused, refused, fine);
    await client.predict("m", [1]);
    expect(pauses).toEqual([50, 100, 150, 150]);
  });
});

describe("a connection that fails", () => {
  it("is tried again: a prediction changes nothing", async () => {
    const { client } = setUp();
    server.answers({ instead: "cut" }, fine);
    expect(await client.predict("m", [1])).toMatchObject({ prediction: "yes" });
  });

  it("is told where nobody listens", async () => {
    const gone = await scriptedServer();
    gone.stop();
    const time = testClock(deadline);
    const error = await failure(createClient(gone.url, { clock: time.clock }).predict("m", [1]));
    expect(error).toMatchObject({ code: "CONNECTION_FAILED", attempts: 3, status: undefined });
    expect(error.message).toContain("ECONNREFUSED");
  });
});

describe("an answer that is not a Setosa server's", () => {
  it.each([
    [{ status: 502, body: "<html>Bad gateway" }, 502],
    [{ status: 200, body: "Prediction: yes" }, 200],
    [{ status: 404, body: '{"error":"none"}' }, 404],
    [{ status: 404, body: "[]" }, 404],
  ])("is told: %j", async (answer, status) => {
    server.answers(answer);
    expect(await failure(setUp().client.predict("m", [1]))).toMatchObject({ code: "ANSWER_INVALID", status });
  });

  it("has no list of models", async () => {
    server.answers({ body: "{}" });
    expect(await failure(setUp().client.models())).toMatchObject({ code: "ANSWER_INVALID" });
  });
});

describe("time and signals", () => {
  it("end a call that is not answered in time", async () => {
    const { client, expire, open } = setUp();
    server.answers({ instead: "silence" });
    const asked = server.request();
    const call = failure(client.predict("m", [1]));
    await asked;
    expire();
    expect(await call).toMatchObject({ code: "DEADLINE_EXCEEDED", attempts: 1 });
    expect(open()).toBe(0);
  });

  it("end a call by the caller's own reason: before it, while it is answered, and between attempts", async () => {
    const reason = new Error("changed my mind");
    server.answers();
    await expect(setUp().client.predict("m", [1], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(server.seen).toEqual([]);

    server.answers({ instead: "silence" });
    const stop = new AbortController();
    const asked = server.request();
    const { client, open } = setUp();
    const call = client.predict("m", [1], { signal: stop.signal });
    await asked;
    stop.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(open()).toBe(0);

    server.answers(refused);
    const between = new AbortController();
    const { clock } = testClock(deadline);
    const stopping = {
      ...clock,
      // The pause begins, and the caller leaves.
      after: (milliseconds: number, callback: () => void) => {
        if (milliseconds >= deadline) return clock.after(milliseconds, callback);
        setImmediate(() => between.abort(reason));
        return () => {};
      },
    };
    const retried = createClient(server.url, { clock: stopping }).predict("m", [1], { signal: between.signal });
    await expect(retried).rejects.toBe(reason);
    expect(server.seen).toHaveLength(1);
  });
});

describe("createClient", () => {
  it.each(["", "localhost:8080", "ftp://host", "not an address"])("refuses the address %j", (address) => {
    expect(() => createClient(address)).toThrow(expect.objectContaining({ code: "ARGUMENT_INVALID" }));
  });

  it("refuses times that are none", async () => {
    expect(() => createClient(server.url, { retries: -1 })).toThrow(expect.objectContaining({ path: "retries" }));
    expect(() => createClient(server.url, { timeoutMilliseconds: 0 })).toThrow(expect.objectContaining({ path: "timeoutMilliseconds" }));
    const error = await failure(createClient(server.url).predict("m", [1], { timeoutMilliseconds: Number.NaN }));
    expect(error.code).toBe("ARGUMENT_INVALID");
  });
});
