import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, runtimes, startSetosa } from "./process.ts";
import { sendRaw } from "./raw-http.ts";
import { startServer } from "./server.ts";
import { workersOf } from "./workers.ts";

const iris = `${root}models/iris.onnx`;
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "setosa-e2e-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder or file for one test, by name. */
const inFolder = (name: string) => join(folder, name);

async function failure(args: readonly string[], environment?: Record<string, string>) {
  const running = startSetosa(args, environment);
  const status = await running.ended();
  return { status, output: running.output(), errors: running.errors() };
}

describe.each(runtimes)("serve on %s, from start to end", (runtime) => {
  it("refuses a port that is taken, names it and the way out", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as { port: number };
    for (const more of [[], ["--workers", "2"]]) {
      const { status, errors } = await failure(["serve", iris, "--port", String(port), "--runtime", runtime, ...more]);
      expect(status).toBe(3);
      expect(errors).toContain(`PORT_IN_USE: Another process listens on port ${port}`);
      expect(errors).toContain("--port");
    }
    await new Promise((resolve) => other.close(resolve));
  });

  it("refuses a folder without models, and a path that is not there", async () => {
    mkdirSync(inFolder(`empty-${runtime}`));
    const empty = await failure(["serve", inFolder(`empty-${runtime}`), "--runtime", runtime]);
    expect(empty.status).toBe(4);
    expect(empty.errors).toMatch(/MODELS_EMPTY: .*holds no model/);
    const absent = await failure(["serve", inFolder("absent"), "--runtime", runtime]);
    expect(absent.status).toBe(4);
    expect(absent.errors).toContain("MODEL_FILE_UNREADABLE");
  });

  it("refuses a model file that is cut short, empty, or no model, and names it", async () => {
    const bytes = readFileSync(iris);
    const files: [string, Uint8Array | string, RegExp][] = [
      ["cut.onnx", bytes.subarray(0, bytes.length >> 1), /MODEL_(FILE_INVALID|GRAPH_INVALID|SIGNATURE_INVALID|SHAPE_INVALID)/],
      ["none.onnx", "not a model", /MODEL_(FORMAT_UNKNOWN|FILE_INVALID)/],
      ["empty.onnx", "", /MODEL_(FORMAT_UNKNOWN|FILE_INVALID)/],
    ];
    for (const [name, content, code] of files) {
      const path = inFolder(`${runtime}-${name}`);
      writeFileSync(path, content);
      const { status, errors } = await failure(["serve", path, "--runtime", runtime]);
      expect(status).toBe(4);
      expect(errors).toMatch(code);
      expect(errors).toContain(path);
      expect(errors).not.toContain("INTERNAL");
    }
  });

  it("drains: finishes what has begun to arrive, then ends with 0", async () => {
    const server = await startServer(runtime, [iris]);
    const body = "[5.1,3.5,1.4,0.2]";
    const head = `POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`;
    async function* late() {
      yield head;
      // The first half has to be there before the server is asked to stop.
      await new Promise((resolve) => setTimeout(resolve, 100));
      server.running.child.kill("SIGTERM");
      await new Promise((resolve) => setTimeout(resolve, 100));
      yield body.slice(5);
    }
    const answer = await sendRaw(late(), { port: server.port });
    expect(answer.status).toBe(200);
    expect(answer.text).toContain("Iris-Setosa");
    expect(await server.running.ended()).toBe(0);
  });

  it("closes idle connections when it drains", async () => {
    const server = await startServer(runtime, [iris]);
    const idle = sendRaw(["GET /predict HTTP/1.1\r\nHost: a\r\n\r\n"], { port: server.port, patience: 8000 });
    await fetch(`${server.url}/predict`);
    const started = performance.now();
    expect(await server.running.stop()).toBe(0);
    expect(performance.now() - started).toBeLessThan(3000);
    expect(await idle).toMatchObject({ status: 200, closed: true });
  });

  it("stops at once when it is asked twice", async () => {
    const server = await startServer(runtime, [iris]);
    const hanging = sendRaw(["POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n["], { port: server.port, patience: 8000 });
    await fetch(`${server.url}/predict`);
    server.running.child.kill("SIGINT");
    await server.running.waitFor(/finishing the requests under way/, "errors");
    await new Promise((resolve) => setTimeout(resolve, 400));
    server.running.child.kill("SIGINT");
    expect(await server.running.ended()).toBe(130);
    await hanging;
  });

  it("drops what is still under way when the time to drain is up, and says so", async () => {
    const server = await startServer(runtime, [iris, "--drain-timeout-ms", "200"]);
    const hanging = sendRaw(["POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n["], { port: server.port, patience: 8000 });
    await fetch(`${server.url}/predict`);
    expect(await server.running.stop()).toBe(1);
    expect(server.running.errors()).toContain("after 200 ms");
    await hanging;
  });

  it("ends when its launcher is killed", async () => {
    const server = await startServer(runtime, [iris]);
    server.running.child.kill("SIGKILL");
    await server.running.ended();
    await expect
      .poll(
        () =>
          fetch(`${server.url}/health/live`).then(
            () => "alive",
            () => "gone",
          ),
        { timeout: 5000 },
      )
      .toBe("gone");
  });

  it("serves with two workers, survives the death of one, and drains both", async () => {
    const server = await startServer(runtime, [iris, "--workers", "2"]);
    const workers = workersOf(server.port);
    expect(workers).toHaveLength(2);
    process.kill(workers[0] ?? 0, "SIGKILL");
    await server.running.waitFor(/Worker \d \(process \d+\) ended: SIGKILL/, "errors");
    await server.running.waitFor(/Worker \d serves again/, "errors");
    const after = workersOf(server.port);
    expect(after).toHaveLength(2);
    expect(after).not.toContain(workers[0]);
    const statuses = await Promise.all(Array.from({ length: 50 }, async () => (await fetch(`${server.url}/predict`)).status));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await server.running.stop()).toBe(0);
    expect(workersOf(server.port)).toHaveLength(0);
  });

  it("says what it serves, why on this runtime, and what to try", async () => {
    const server = await startServer(runtime, [iris]);
    const text = server.running.output();
    expect(text).toMatch(runtime === "bun" ? /on Bun \d+\.\d+\.\d+ \(--runtime bun, found / : /on Node \d+\.\d+\.\d+ \(--runtime node\)/);
    expect(text).toContain("iris 1 (default)  compiled");
    expect(text).toContain("4 features → Iris-Setosa, Iris-Versicolor, Iris-Virginica");
    expect(text).toMatch(/compiled +\d+ ms +parity 20\/20/);
    expect(text).toMatch(/^ {2}compiled \(.+\)$/m);
    expect(text).toContain(`hey -n 1000 -c 10 http://localhost:${server.port}/predict`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes are what must not be there.
    expect(text).not.toMatch(/\x1b/);
    await server.running.stop();
  });

  it("takes its options from the environment, and says loudly that parity was not checked", async () => {
    const server = await startServer(runtime, [iris], { SETOSA_MAX_BODY_BYTES: "10", SETOSA_NO_PARITY: "1" });
    expect((await server.post("/predict", "[5.1,3.5,1.4,0.2]")).status).toBe(413);
    expect(server.running.errors()).toContain("WARNING: --no-parity");
    expect(server.running.output()).toContain("PARITY NOT CHECKED");
    await server.running.stop();
  });
});
