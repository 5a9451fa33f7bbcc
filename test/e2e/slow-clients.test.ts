import { describe, expect, it, onTestFinished } from "vitest";
import { attack } from "./attackers.ts";
import { root, runtimes, start } from "./process.ts";
import { sendRaw } from "./raw-http.ts";
import { startServer } from "./server.ts";

const iris = `${root}models/iris.onnx`;
/** A new connection for each, as a client that has none yet. */
const ask = async (port: number) =>
  (await sendRaw(["GET /predict HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"], { port, patience: 15_000 })).status;

/** Several processes start in each of them, on machines that may have others to run. */
const patience = { timeout: 60_000 };

describe.each(runtimes)("slow clients of %s", patience, (runtime) => {
  it("do not keep others from being answered", async () => {
    const server = await startServer(runtime, [iris, "--idle-timeout-ms", "2000", "--request-timeout-ms", "3000"]);
    const attackers = attack(server.port, 400);
    onTestFinished(() => attackers.stop());
    await attackers.connected(400);
    for (let request = 0; request < 50; request++) expect(await ask(server.port)).toBe(200);
    // And are shut out, whatever they drip.
    await expect.poll(() => attackers.shutOut(), { timeout: 30_000 }).toBeGreaterThan(320);
    for (let request = 0; request < 50; request++) expect(await ask(server.port)).toBe(200);
    attackers.stop();
    expect(await server.running.stop()).toBe(0);
  });

  it.each([
    ["idle", ["silent"]],
    ["slow", ["dripping head", "dripping body"]],
  ] as const)("that are %s make room for others when all places are taken", async (_, kinds) => {
    const server = await startServer(runtime, [
      iris,
      "--max-connections",
      "100",
      "--idle-timeout-ms",
      "200000",
      "--request-timeout-ms",
      "200000",
    ]);
    const attackers = attack(server.port, 100, kinds);
    onTestFinished(() => attackers.stop());
    await attackers.connected(100);
    await expect.poll(() => ask(server.port), { timeout: 30_000 }).toBe(200);
    // Each finds its place.
    expect(await Promise.all(Array.from({ length: 20 }, () => ask(server.port)))).toEqual(Array.from({ length: 20 }, () => 200));
    attackers.stop();
    expect(await server.running.stop()).toBe(0);
  });

  it("keep their places while their requests may arrive in time", async () => {
    const server = await startServer(runtime, [iris, "--max-connections", "1"]);
    const body = "[5.1,3.5,1.4,0.2]";
    async function* inTwo() {
      yield `POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n[`;
      expect(await ask(server.port)).toBe(503);
      yield body.slice(1);
    }
    expect(await sendRaw(inTwo(), { port: server.port, until: /Iris-Setosa/ })).toMatchObject({ status: 200 });
    expect(await server.running.stop()).toBe(0);
  });

  it("find room in fewer descriptors than the connections that were wanted, and the server says so", async () => {
    const running = start("sh", ["-c", `ulimit -n 160; exec node bin/setosa serve models/iris.onnx --port 0 --runtime ${runtime}`]);
    const port = Number((await running.waitFor(/Listening on http:\/\/localhost:(\d+)/))[1]);
    expect(running.errors()).toMatch(/WARNING: a process may have 160 files open here, which is room for 44 connections instead of 10000/);
    const attackers = attack(port, 300, ["silent"]);
    onTestFinished(() => attackers.stop());
    await attackers.connected(300);
    await expect.poll(() => ask(port), { timeout: 30_000 }).toBe(200);
    attackers.stop();
    await expect.poll(() => ask(port), { timeout: 30_000 }).toBe(200);
    running.child.kill("SIGTERM");
    expect(await running.ended()).toBe(0);
  });
});
