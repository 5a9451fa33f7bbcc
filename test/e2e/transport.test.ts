import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Running, runtimes, startScript } from "./process.ts";
import { sendRaw } from "./raw-http.ts";

const limits = { bodyBytes: 1_000_000, requestMilliseconds: 1500, idleMilliseconds: 1000, deadlineMilliseconds: 5000 };
/** The largest resident size that the process has had; 0 where the system does not say. */
const peakMegabytes = (pid: number): number => {
  const status = `/proc/${pid}/status`;
  return existsSync(status) ? Number(/VmHWM:\s+(\d+)/.exec(readFileSync(status, "utf8"))?.[1] ?? 0) / 1024 : 0;
};
const megabyte = Buffer.alloc(1 << 20, "x");

/** Text, and then a byte now and again for ever. */
async function* drip(text: string, milliseconds: number): AsyncGenerator<string> {
  yield text;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    yield "x";
  }
}

/** The same promises of both transports, on real sockets. */
describe.each(runtimes)("transport %s", (runtime) => {
  let server: Running;
  let port = 0;
  let url = "";

  beforeAll(async () => {
    server = startScript(runtime, "test/e2e/echo-server.ts", [runtime], { LIMITS: JSON.stringify(limits) });
    port = Number((await server.waitFor(/listening (\d+)/))[1]);
    url = `http://127.0.0.1:${port}`;
  });
  afterAll(() => server.stop("SIGKILL"));

  const stillAnswers = async () => expect((await fetch(`${url}/echo`)).status).toBe(200);

  it("gives method, path, query and headers", async () => {
    const answer = await fetch(`${url}/echo?a=%20b&c`, { headers: { "User-Agent": "suite" } });
    expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(await answer.json()).toEqual({ method: "GET", path: "/echo", query: "a=%20b&c", agent: "suite" });
  });

  it("gives the body, in one piece or many", async () => {
    const small = await fetch(`${url}/echo`, { method: "POST", body: "hello", headers: { "content-type": "a/b" } });
    expect(await small.text()).toBe("a/b 5 hello");
    const large = await fetch(`${url}/echo`, { method: "POST", body: "ä".repeat(400_000), headers: { "content-type": "a/b" } });
    expect(await large.text()).toBe(`a/b 800000 ${"ä".repeat(50)}`);
    const chunks = [
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: a/b\r\nTransfer-Encoding: chunked\r\n\r\n",
      "3\r\nabc\r\n",
      "2\r\nde\r\n0\r\n\r\n",
    ];
    expect((await sendRaw(chunks, { port, until: /abcde/ })).text).toContain("a/b 5 abcde");
    const none = await sendRaw(["POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: a/b\r\n\r\n"], { port, until: /a\/b/ });
    expect(none.text).toContain("a/b 0 ");
  });

  it("answers HEAD without a body and with its length", async () => {
    const { text } = await sendRaw(["HEAD /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"], { port });
    expect(text).toMatch(/content-length: [1-9]/i);
    expect(text.endsWith("\r\n\r\n")).toBe(true);
  });

  it("keeps a connection, and answers pipelined requests in order", async () => {
    const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
    const { text } = await sendRaw([request("/echo?1") + request("/nowhere") + request("/echo?2")], { port, until: /"query":"2"/ });
    expect(text.indexOf('"query":"1"')).toBeLessThan(text.indexOf("ROUTE_NOT_FOUND"));
    expect(text.indexOf("ROUTE_NOT_FOUND")).toBeLessThan(text.indexOf('"query":"2"'));
  });

  it("answers later", async () => {
    expect(await (await fetch(`${url}/later?20`)).text()).toBe("later");
    expect(await (await fetch(`${url}/later?20`, { method: "POST", body: "{}" })).text()).toBe("later");
  });

  it("ends the wait at the client's deadline", async () => {
    const answer = await fetch(`${url}/later?400`, { headers: { "X-Request-Timeout-Ms": "30" } });
    expect(answer.status).toBe(504);
    expect(await answer.json()).toMatchObject({ error: { code: "DEADLINE_EXCEEDED" } });
  });

  it("keeps the text of a defect inside", async () => {
    const answer = await fetch(`${url}/defect`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain("secret");
    await server.waitFor(/a secret of somebody/, "errors");
  });

  it("refuses a 100 MB body that is declared, without reading it", async () => {
    const before = peakMegabytes(server.pid);
    const parts = ["POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 104857600\r\n\r\n", ...Array.from({ length: 100 }, () => megabyte)];
    const answer = await sendRaw(parts, { port, until: /BODY_TOO_LARGE/ });
    expect(answer.status).toBe(413);
    expect(answer.text).toContain("BODY_TOO_LARGE");
    expect(peakMegabytes(server.pid) - before).toBeLessThan(60);
    await stillAnswers();
  });

  it("refuses a 100 MB body in chunks, when it has read the limit", async () => {
    const before = peakMegabytes(server.pid);
    const parts = ["POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"] as (string | Buffer)[];
    for (let chunk = 0; chunk < 100; chunk++) parts.push("100000\r\n", megabyte, "\r\n");
    const answer = await sendRaw(parts, { port, until: /BODY_TOO_LARGE/ });
    expect(answer.status).toBe(413);
    expect(answer.text).toContain("BODY_TOO_LARGE");
    expect(peakMegabytes(server.pid) - before).toBeLessThan(60);
    await stillAnswers();
  });

  it("takes exactly the limit, and not one byte more", async () => {
    expect((await fetch(`${url}/echo`, { method: "POST", body: "x".repeat(1_000_000) })).status).toBe(200);
    expect((await fetch(`${url}/echo`, { method: "POST", body: "x".repeat(1_000_001) })).status).toBe(413);
  });

  it.each([
    ["Content-Length and Transfer-Encoding", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
    ["two lengths", "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"],
    ["a negative length", "Content-Length: -5\r\n\r\nhello"],
    ["a chunk size that is none", "Transfer-Encoding: chunked\r\n\r\nZZZ\r\nhello\r\n0\r\n\r\n"],
  ])("refuses %s", async (_, rest) => {
    const answer = await sendRaw([`POST /echo HTTP/1.1\r\nHost: a\r\n${rest}`], { port });
    expect(answer).toMatchObject({ status: 400, closed: true });
    await stillAnswers();
  });

  it.each([
    ["no HTTP", "GARBAGE\r\n\r\n", 400],
    ["a TLS client", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400],
    ["no Host header", "GET /echo HTTP/1.1\r\n\r\n", 400],
    ["headers that are too large", `GET /echo HTTP/1.1\r\nHost: a\r\nX: ${"y".repeat(100_000)}\r\n\r\n`, 431],
    ["a target that is too long", `GET /${"y".repeat(100_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431],
  ])("refuses %s", async (_, bytes, status) => {
    expect(await sendRaw([bytes], { port })).toMatchObject({ status, closed: true });
    await stillAnswers();
  });

  it("answers a client that has closed its half", async () => {
    const whole = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
    expect((await sendRaw([whole], { port, halfClose: true })).text).toContain("5 hello");
  });

  it("lets go of a client that goes away in the middle of its body", async () => {
    const part = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nhello";
    expect((await sendRaw([part], { port, halfClose: true })).closed).toBe(true);
    await stillAnswers();
  });

  it("ends a request whose body never comes, drip by drip or not at all", async () => {
    const begun = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nhello";
    const silent = sendRaw([begun], { port });
    const dripping = sendRaw(drip(begun, 200), { port, patience: 6000 });
    for (const answer of await Promise.all([silent, dripping])) {
      expect(answer).toMatchObject({ status: 408, closed: true });
      expect(answer.milliseconds).toBeGreaterThan(1000);
      expect(answer.milliseconds).toBeLessThan(4500);
    }
    await stillAnswers();
  });

  it("serves many connections at once", async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, async (_, index) => (await fetch(`${url}/echo?${index}`)).json()));
    expect(answers.map((answer) => (answer as { query: string }).query)).toEqual(Array.from({ length: 200 }, (_, index) => String(index)));
  });
});

describe.each(runtimes)("transport %s, under pressure", (runtime) => {
  it("ends a request whose headers never come to an end", async () => {
    const server = startScript(runtime, "test/e2e/echo-server.ts", [runtime], { LIMITS: JSON.stringify(limits) });
    const port = Number((await server.waitFor(/listening (\d+)/))[1]);
    // Bun's own limit for headers is about 12 s and cannot be set.
    const answer = await sendRaw(drip("GET /echo HTTP/1.1\r\nHost: a\r\nX-Slow: ", 300), { port, patience: 17_000 });
    expect(answer.closed).toBe(true);
    expect(answer.milliseconds).toBeLessThan(runtime === "bun" ? 16_000 : 5000);
    await server.stop("SIGKILL");
  });

  it("refuses requests over the limit of connections at once, with Retry-After", async () => {
    const server = startScript(runtime, "test/e2e/echo-server.ts", [runtime], { LIMITS: JSON.stringify({ connections: 2 }) });
    const port = Number((await server.waitFor(/listening (\d+)/))[1]);
    const unfinished = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nhello";
    const held = [1, 2].map(() => sendRaw([unfinished], { port, patience: 1500 }));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const refused = await sendRaw([unfinished], { port });
    expect(refused).toMatchObject({ status: 503, closed: true });
    expect(refused.text).toMatch(/retry-after: 1/i);
    expect(refused.text).toContain("OVERLOADED");
    expect(refused.milliseconds).toBeLessThan(1000);
    await Promise.all(held);
    // The places are free again when their clients have gone.
    await expect.poll(async () => (await fetch(`http://127.0.0.1:${port}/echo`, { method: "POST", body: "hello" })).status).toBe(200);
    await server.stop("SIGKILL");
  });
});

describe.each(runtimes)("transport %s, drained", (runtime) => {
  it("finishes what is under way, accepts no more, and exits with 0", async () => {
    const server = startScript(runtime, "test/e2e/echo-server.ts", [runtime]);
    const port = Number((await server.waitFor(/listening (\d+)/))[1]);
    const underWay = fetch(`http://127.0.0.1:${port}/later?300`);
    await fetch(`http://127.0.0.1:${port}/echo`);
    server.child.kill("SIGTERM");
    expect(await (await underWay).text()).toBe("later");
    expect(await server.ended()).toBe(0);
    await expect(fetch(`http://127.0.0.1:${port}/echo`)).rejects.toThrow();
  });
});
