import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BenchResult } from "../../src/bench/result.ts";
import { start, startSetosa } from "./process.ts";
import { sharedServer } from "./server.ts";

const quick = ["-z", "1100ms", "--rounds", "5", "--warmup", "0.5", "-c", "4"];
const model = ["--model", "models/iris.onnx", "--rows", "64"];

async function bench(...args: readonly string[]): Promise<{ status: number | null; output: string; errors: string }> {
  const running = startSetosa(["bench", ...args]);
  const status = await running.ended();
  return { status, output: running.output(), errors: running.errors() };
}

async function benchJson(...args: readonly string[]): Promise<BenchResult & { readonly status: number | null }> {
  const { status, output, errors } = await bench("--json", ...args);
  if (output === "") throw new Error(errors);
  return { ...(JSON.parse(output) as BenchResult), status };
}

/** A server of this test, on a port of its own. */
function served(listener: RequestListener): () => string {
  const server = createServer(listener);
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/predict`;
}

/** A port that nothing listens on: one that was free a moment ago. */
async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/predict`;
}

describe("setosa bench", () => {
  const setosa = sharedServer("node", ["models/iris.onnx"]);
  const other = sharedServer("node", ["models/iris-forest.onnx"]);
  const forbidden = served((_, response) => response.writeHead(403, { server: "AirTunes/775.3.1" }).end());
  const constant = served((_, response) => response.end("Prediction: Iris-Setosa\n"));
  let answers = 0;
  const failing = served((_, response) => {
    answers++;
    response.writeHead(answers > 200 ? 500 : 200).end("Prediction: Iris-Setosa\n");
  });

  it("measures one endpoint and looks at what it predicts", async () => {
    const { status, targets, comparisons, client, settings } = await benchJson(`${setosa().url}/predict`, ...quick, ...model);
    expect(status).toBe(0);
    const [target] = targets;
    expect(target?.refusal).toBeUndefined();
    expect(target?.preflight).toMatchObject({ status: 200, keepsAlive: true });
    expect(target?.total?.statuses).toEqual({ 200: target?.total?.answers });
    expect(target?.total?.failures).toEqual({});
    expect(target?.rounds).toHaveLength(5);
    for (const round of target?.rounds ?? []) expect(round.checked).toBeGreaterThan(0);
    const { p50 = 0, p99 = 0, p999 = 0, greatest = 0 } = target?.total?.latency ?? {};
    expect(0 < p50 && p50 <= p99 && p99 <= p999 && p999 <= greatest).toBe(true);
    expect(client.ceiling).toBeGreaterThan(1000);
    expect(settings.distinctRequests).toBe(64);
    expect(comparisons).toEqual([]);
    if (process.platform !== "linux") return;
    expect(target?.preflight?.process?.command).toContain("serve models/iris.onnx");
    expect(target?.total?.cpuMicrosecondsPerAnswer).toBeGreaterThan(1);
    expect(target?.total?.residentMegabytes).toBeGreaterThan(20);
  });

  it("refuses what hey would rank: a port that answers 403, one where nothing listens, another prediction", async () => {
    const closed = await closedPort();
    const { status, targets, comparisons } = await benchJson(
      ...[`${setosa().url}/predict`, forbidden(), closed, constant(), `${other().url}/predict`],
      ...[...quick, ...model],
    );
    expect(status).toBe(1);
    expect(targets.map(({ refusal }) => refusal?.code)).toEqual([
      undefined,
      "STATUS_NOT_OK",
      "NOT_REACHABLE",
      "PREDICTION_DIFFERS",
      "PREDICTION_DIFFERS",
    ]);
    expect(targets[1]?.refusal?.message).toContain("answered 403 Forbidden");
    expect(targets[1]?.preflight?.headers).toContainEqual(["server", "AirTunes/775.3.1"]);
    expect(targets[2]?.refusal?.message).toContain("connection refused");
    for (const refused of targets.slice(1)) expect(refused.total).toBeUndefined();
    for (const { ratio, refusal } of comparisons)
      expect({ ratio, code: refusal?.code }).toEqual({ ratio: undefined, code: "TARGET_REFUSED" });
    const text = (await bench(forbidden(), ...quick)).output;
    expect(text).toContain("403");
    expect(text).not.toMatch(/\d{4,} *(requests|answers)\/s/);
  });

  const hasHey = spawnSync("hey", ["-h"]).error === undefined;
  it.skipIf(!hasHey)("shows the trap: hey prints thousands of requests per second for both", async () => {
    for (const url of [forbidden(), await closedPort()]) {
      // Not spawnSync: the server that answers 403 runs in this process.
      const { output, ended } = start("hey", ["-n", "1000", "-c", "10", url]);
      await ended();
      expect(Number(/Requests\/sec:\s+([\d.]+)/.exec(output())?.[1])).toBeGreaterThan(1000);
    }
  });

  it("stops ranking a target that fails under load", async () => {
    const { status, targets } = await benchJson(failing(), ...quick);
    expect(status).toBe(1);
    expect(targets[0]?.refusal).toMatchObject({ code: "ERRORS_UNDER_LOAD", message: expect.stringContaining("status 500") as string });
  });

  it("wonders about one prediction for different requests", async () => {
    const { warnings } = await benchJson(constant(), ...quick, ...model);
    expect(warnings.join("\n")).toContain("does it run a model?");
  });

  it("times an open loop from when each request was due", async () => {
    const { targets, settings } = await benchJson(`${setosa().url}/predict`, ...quick, "--rate", "200");
    expect(settings).toMatchObject({ loop: "open", rate: 200 });
    expect(targets[0]?.total?.answers).toBe(220);
    const slow = await benchJson(`${setosa().url}/predict`, ...quick, "--rate", "1000000");
    expect(slow.targets[0]?.refusal?.code).toBe("RATE_NOT_REACHED");
  });

  it("opens a connection for every request when it is told to", async () => {
    const { targets } = await benchJson(`${setosa().url}/predict`, "-n", "50", "-c", "5", "--warmup", "0", "-disable-keepalive");
    expect(targets[0]?.refusal).toBeUndefined();
    expect(targets[0]?.total?.answers).toBe(50);
  });

  it.skipIf(process.platform !== "linux")("starts a server, finds its port, and stops it", async () => {
    const command = [process.execPath, "bin/setosa", "serve", "models/iris.onnx", "--runtime", "node", "--port", "0"];
    const { targets, status } = await benchJson(...quick, ...model, "--", ...command);
    expect(status).toBe(0);
    expect(targets[0]?.started?.command).toContain("serve models/iris.onnx");
    expect(targets[0]?.started?.milliseconds).toBeGreaterThan(10);
    await expect(fetch(targets[0]?.url ?? "")).rejects.toThrow();
  });

  it("says why a server did not start", async () => {
    const { targets, status } = await benchJson(...quick, "--", process.execPath, "-e", "console.error('no model here'); process.exit(7)");
    expect(status).toBe(1);
    expect(targets[0]?.refusal).toMatchObject({ code: "NOT_REACHABLE", message: expect.stringContaining("no model here") as string });
  });

  it("ends with 3 where a condition holds", async () => {
    const fast = await bench(`${setosa().url}/predict`, ...quick, "--fail-if", "p50>10s", "--fail-if", "failures>0");
    expect(fast.status).toBe(0);
    const { status, errors } = await bench(`${setosa().url}/predict`, ...quick, "--fail-if", "p50>1us");
    expect(status).toBe(3);
    expect(errors).toContain("--fail-if p50>1us");
    expect((await bench(forbidden(), ...quick, "--fail-if", "p99>5s")).status).toBe(3);
  });

  it("prints hey's block and writes a page", async () => {
    const folder = mkdtempSync(join(tmpdir(), "setosa-bench-"));
    try {
      const page = join(folder, "report.html");
      const { output, status } = await bench(`${setosa().url}/predict`, "-n", "500", "-c", "5", "--hey", "--html", page);
      expect(status).toBe(0);
      for (const field of ["Summary:", "Total:", "Slowest:", "Fastest:", "Average:", "Requests/sec:", "Response time histogram:", "[200]"])
        expect(output).toContain(field);
      expect(output).toMatch(/\[200\]\s+500 responses/);
      expect(readFileSync(page, "utf8")).toContain("<!doctype html>");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    [[], "bench needs a target"],
    [["http://localhost:1/", "--fail-if", "p99"], "--fail-if"],
    [["http://localhost:1/", "--rat", "5"], "Did you mean --rate?"],
  ])("%j is wrong usage", async (args, says) => {
    const { status, errors } = await bench(...args);
    expect(status).toBe(2);
    expect(errors).toContain(says);
  });
});
