import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { root, runtimes } from "./process.ts";
import { sendRaw } from "./raw-http.ts";
import { startServer, type TestServer } from "./server.ts";
import { workersOf } from "./workers.ts";

const iris = `${root}models/iris.onnx`;
const get = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;

async function kill(server: TestServer, pid: number): Promise<void> {
  process.kill(pid, "SIGKILL");
  await server.running.waitFor(new RegExp(`\\(process ${pid}\\) ended: SIGKILL`), "errors");
}

function folderOfModels(...models: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "setosa-supervision-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const model of models) copyFileSync(`${root}models/${model}.onnx`, join(folder, `${model}.onnx`));
  return folder;
}

/** One request on a connection of its own: what came of it. */
function ask(port: number): { connected: Promise<void>; outcome: Promise<string> } {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  const outcome = new Promise<string>((resolve) => {
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      text += chunk;
    });
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "error"));
    socket.on("close", () => resolve(text.slice(0, 12)));
  });
  const connected = new Promise<void>((resolve) => {
    socket.once("connect", resolve).once("close", resolve);
  });
  socket.write(get("/predict", "Connection: close\r\n"));
  return { connected, outcome };
}

/** Several processes start in each of them, on machines that may have others to run. */
const patience = { timeout: 60_000 };

describe.each(runtimes)("supervision on %s", patience, (runtime) => {
  it("gives up a worker that ends again and again, finishes what is under way, and ends with 1 and the reason", async () => {
    const server = await startServer(runtime, [iris, "--workers", "2", "--max-restarts", "1"]);
    const [first = 0, other = 0] = workersOf(server.port);
    await kill(server, first);
    await server.running.waitFor(/Worker \d serves again/, "errors");
    const successor = workersOf(server.port).find((pid) => pid !== other) ?? 0;
    await kill(server, successor);
    expect(await server.running.ended()).toBe(1);
    expect(server.running.errors()).toMatch(/ended: SIGKILL\. It was started again 1 times within 10 minutes.*--max-restarts.*Giving up/);
    expect(workersOf(server.port)).toHaveLength(0);
  });

  it.runIf(process.platform === "linux")(
    "starts a worker with the model that others serve while a bad file lies in its place",
    async () => {
      const file = join(folderOfModels("iris"), "iris.onnx");
      const server = await startServer(runtime, [file, "--workers", "2", "--poll-ms", "100"]);
      writeFileSync(`${file}.part`, "no model");
      renameSync(`${file}.part`, file);
      await server.running.waitFor(/iris\.onnx is not served/, "errors");
      for (const pid of workersOf(server.port)) await kill(server, pid);
      await server.running.waitFor(/Worker 0 serves again/, "errors");
      await server.running.waitFor(/Worker 1 serves again/, "errors");
      const outcomes = await Promise.all(Array.from({ length: 12 }, () => ask(server.port).outcome));
      expect(new Set(outcomes)).toEqual(new Set(["HTTP/1.1 200"]));
      const { models } = (await (await fetch(`${server.url}/models`)).json()) as { models: readonly unknown[] };
      expect(models).toMatchObject([{ name: "iris", state: "ready", error: { code: "MODEL_FORMAT_UNKNOWN" } }]);
      expect(await server.running.stop()).toBe(0);
    },
  );

  it("tells in its readiness how many workers serve", async () => {
    const server = await startServer(runtime, [iris, "--workers", "2"]);
    const readiness = async () => (await fetch(`${server.url}/health/ready`)).json();
    await expect.poll(readiness, { timeout: 30_000 }).toEqual({ status: "ready", workers: { workers: 2, serving: 2, restarts: 0 } });
    await kill(server, workersOf(server.port)[1] ?? 0);
    await expect.poll(readiness, { timeout: 30_000 }).toEqual({ status: "ready", workers: { workers: 2, serving: 2, restarts: 1 } });
    expect(await server.running.stop()).toBe(0);
  });

  it("lets nobody wait for a worker that was killed before it took their connections", async () => {
    const server = await startServer(runtime, [iris, "--workers", "2"]);
    const [stopped = 0] = workersOf(server.port);
    process.kill(stopped, "SIGSTOP");
    const asked = Array.from({ length: 40 }, () => ask(server.port));
    await Promise.all(asked.map(({ connected }) => connected));
    // The other worker is at it.
    expect(await Promise.race(asked.map(({ outcome }) => outcome))).toBe("HTTP/1.1 200");
    process.kill(stopped, "SIGKILL");
    const outcomes = await Promise.all(asked.map(({ outcome }) => outcome));
    const answered = outcomes.filter((outcome) => outcome === "HTTP/1.1 200").length;
    // Bun's workers have a queue of connections each, in the kernel, which ends with them; Node's supervisor hands them out.
    if (runtime === "node") expect(answered).toBe(40);
    else expect(outcomes.every((outcome) => outcome === "HTTP/1.1 200" || outcome === "ECONNRESET")).toBe(true);
    expect(answered).toBeGreaterThan(0);
    await server.running.waitFor(/Worker \d serves again/, "errors");
    expect(await server.running.stop()).toBe(0);
  });

  it("takes commands for all workers on one admin listener, also for those that start later, and counts for all in one scrape", async () => {
    const folder = folderOfModels();
    for (const version of ["1", "2"]) {
      mkdirSync(join(folder, "iris", version), { recursive: true });
      copyFileSync(iris, join(folder, "iris", version, "model.onnx"));
    }
    const server = await startServer(runtime, [folder, "--workers", "2", "--admin-port", "0", "--versions", "all"]);
    const [, admin = ""] = await server.running.waitFor(/Operators on (\S+)/);
    const index = async () => ((await (await fetch(`${admin}/models`)).json()) as { models: unknown }).models;
    const command = (path: string, body: string) =>
      fetch(`${admin}${path}`, { method: "POST", headers: { "content-type": "application/json" }, body });
    const shared = [
      { name: "iris", version: "1", state: "READY", traffic: "canary", percent: 25 },
      { name: "iris", version: "2", state: "READY", traffic: "primary" },
    ];
    expect((await command("/models/iris/versions/1/canary", '{"percent":25}')).status).toBe(200);
    expect(await index()).toEqual(shared);
    await kill(server, workersOf(server.port)[0] ?? 0);
    await server.running.waitFor(/Worker \d serves again/, "errors");
    expect(await index()).toEqual(shared);
    const refused = await command("/models/none/promote", "");
    expect(refused.status).toBe(404);

    for (let request = 0; request < 20; request++) expect(await status(server.port, "/predict")).toBe(200);
    const counted = async (url: string) => {
      const text = await (await fetch(`${url}/metrics`)).text();
      const predictions = [...text.matchAll(/^setosa_requests_total\{protocol="predict".* (\d+)$/gm)];
      return {
        predictions: predictions.reduce((sum, [, count]) => sum + Number(count), 0),
        workers: /^setosa_workers (\d+)$/m.exec(text)?.[1],
        restarts: /^setosa_worker_restarts_total (\d+)$/m.exec(text)?.[1],
      };
    };
    for (const url of [server.url, admin]) expect(await counted(url)).toEqual({ predictions: 20, workers: "2", restarts: "1" });
    expect(await server.running.stop()).toBe(0);
  });

  it.each(["1", "2"])("is not ready for a while before it closes its port, and answers meanwhile (%s workers)", async (workers) => {
    const server = await startServer(runtime, [iris, "--workers", workers, "--drain-delay-ms", "3000"]);
    const kept = sendRaw([get("/predict")], { port: server.port, patience: 8000 });
    server.running.child.kill("SIGTERM");
    await expect.poll(async () => (await fetch(`${server.url}/health/ready`)).status, { timeout: 2500, interval: 20 }).toBe(503);
    const answer = await fetch(`${server.url}/predict`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("connection")).toBe("close");
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    expect(await server.running.ended()).toBe(0);
    await expect(fetch(`${server.url}/predict`)).rejects.toThrow();
    expect(await kept).toMatchObject({ status: 200, closed: true });
  });

  it.each(["1", "2"])("reads its models again on SIGHUP and drops nothing (%s workers)", async (workers) => {
    const folder = folderOfModels("iris");
    const server = await startServer(runtime, [folder, "--workers", workers, "--poll-ms", "0"]);
    copyFileSync(`${root}models/wine.onnx`, join(folder, "wine.onnx"));
    let asking = true;
    const failures: unknown[] = [];
    const client = (async () => {
      for (; asking; ) {
        const { status } = await fetch(`${server.url}/predict`).catch((error: unknown) => ({ status: String(error) }));
        if (status !== 200) failures.push(status);
      }
    })();
    // A file is loaded when two looks have seen it alike: it might be written still.
    const reload = async (times: number) => {
      server.running.child.kill("SIGHUP");
      await server.running.waitFor(new RegExp(`(SIGHUP: models, keys and certificates were looked at again[^]*){${times}}`), "errors");
    };
    await reload(1);
    await reload(2);
    // Each connection may meet another worker.
    const statuses = await Promise.all(Array.from({ length: 30 }, () => status(server.port, "/models/wine")));
    expect(new Set(statuses)).toEqual(new Set([200]));
    asking = false;
    await client;
    expect(failures).toEqual([]);
    expect(await server.running.stop()).toBe(0);
  });
});

async function status(port: number, path: string): Promise<number | undefined> {
  return (await sendRaw([get(path, "Connection: close\r\n")], { port })).status;
}
