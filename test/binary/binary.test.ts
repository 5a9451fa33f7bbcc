import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Running, root } from "../e2e/process.ts";
import { type EmptyRoot, emptyRoot } from "./empty-root.ts";

const binary = join(root, "build", "setosa");
let place: EmptyRoot;
beforeAll(() => {
  execFileSync(process.execPath, ["--import", "tsx", "tools/build-binary.ts"], { cwd: root, stdio: "inherit" });
  place = emptyRoot(binary);
  for (const name of ["iris", "loans"]) place.put(join(root, "models", `${name}.onnx`), `/models/${name}.onnx`);
  place.put(join(root, "test/fixtures/deep/torch-transformer.onnx"), "/transformer.onnx");
});
afterAll(() => place.remove());

async function outcome(...args: readonly string[]) {
  const running = place.run(args);
  const status = await running.ended();
  return { status, output: running.output(), errors: running.errors() };
}

async function serving(args: readonly string[], work: (url: string, server: Running) => Promise<void>): Promise<void> {
  const server = place.run(["serve", ...args, "--port", "0"]);
  const [, port] = await server.waitFor(/Listening on http:\/\/localhost:(\d+)/);
  await work(`http://127.0.0.1:${port}`, server);
  expect(await server.stop(), server.errors()).toBe(0);
}

const predict = async (url: string) => (await fetch(`${url}/predict`)).text();

describe("the single executable, in an empty root", () => {
  it("says what it is", async () => {
    expect(await outcome("--version")).toMatchObject({ status: 0, output: expect.stringMatching(/^setosa \d/), errors: "" });
    expect((await outcome("serve", "--help")).output).toContain("--workers");
    expect(await outcome("srve")).toMatchObject({ status: 2, errors: expect.stringContaining("serve") });
  });

  it("inspects, writes types, and compiles", async () => {
    expect((await outcome("inspect", "/models/iris.onnx")).output).toContain("Iris-Versicolor");
    expect((await outcome("types", "/models/iris.onnx")).output).toContain("export interface IrisRow");
    expect(await outcome("compile", "/models/iris.onnx", "-o", "/compiled")).toMatchObject({ status: 0 });
    expect(readFileSync(join(place.path, "compiled/iris.js"), "utf8")).toContain("export const load");
  });

  it("serves, and says what it runs on", async () => {
    await serving(["/models/iris.onnx"], async (url, server) => {
      expect(await predict(url)).toBe("Prediction: Iris-Setosa\n");
      expect(server.output()).toMatch(/Bun .*single executable/);
      const answer = await fetch(`${url}/models/iris/predict`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "[6.3, 3.3, 6.0, 2.5]",
      });
      expect(await answer.json()).toMatchObject({ prediction: "Iris-Virginica" });
    });
  });

  it("serves with workers, each of which it is itself, and starts one anew that was killed", async () => {
    await serving(["/models", "--default", "iris", "--workers", "2"], async (url, server) => {
      const metrics = async () => (await fetch(`${url}/metrics`)).text();
      const workers = async () => new Set((await metrics()).match(/worker="\d+"/g)).size;
      await expect.poll(workers).toBe(2);
      const pids = execFileSync("pgrep", ["-P", String(server.pid)], { encoding: "utf8" })
        .trim()
        .split("\n")
        .map(Number);
      expect(pids).toHaveLength(2);
      process.kill(pids[0] ?? 0, "SIGKILL");
      await server.waitFor(/[Ww]orker \d .*SIGKILL/, "errors").catch(() => server.waitFor(/[Ww]orker \d .*SIGKILL/));
      await expect.poll(workers, { timeout: 20_000 }).toBe(2);
      for (let times = 0; times < 10; times++) expect(await predict(url)).toBe("Prediction: Iris-Setosa\n");
    });
  });

  it("loads models that come while it serves, in a process of its own", async () => {
    mkdirSync(join(place.path, "watched"));
    copyFileSync(join(root, "models/iris.onnx"), join(place.path, "watched/iris.onnx"));
    await serving(["/watched", "--poll-ms", "50"], async (url) => {
      const names = async () =>
        ((await (await fetch(`${url}/models`)).json()) as { models: { name: string }[] }).models.map(({ name }) => name);
      expect(await names()).toEqual(["iris"]);
      copyFileSync(join(root, "models/loans.onnx"), join(place.path, "watched/loans.onnx"));
      await expect.poll(names, { timeout: 20_000 }).toEqual(["iris", "loans"]);
      const { models } = (await (await fetch(`${url}/models`)).json()) as { models: { engine: string }[] };
      expect(models.map(({ engine }) => engine)).toEqual(["compiled", "compiled"]);
    });
  });

  it("measures: with threads of load and a responder of its own", async () => {
    await serving(["/models/iris.onnx"], async (url) => {
      const { status, output, errors } = await outcome("bench", `${url}/predict`, "-z", "1s", "--rounds", "2");
      expect([status, output, errors]).toEqual([0, output, ""]);
      expect(output).toMatch(/requests\/s|answers\/s|per second/);
    });
  });

  it("says of models that need onnxruntime how they are served", async () => {
    const { status, errors } = await outcome("serve", "/transformer.onnx", "--engine", "onnxruntime");
    expect(status).not.toBe(0);
    expect(errors).toContain("ENGINE_UNAVAILABLE");
    expect(errors).toContain("no part of the single executable");
    expect(errors).toContain("npm install setosa onnxruntime-node");
  });

  it.runIf(existsSync(join(root, "dist/page/page.json")))("shows the page", async () => {
    await serving(["/models/iris.onnx"], async (url) => {
      const page = await fetch(url, { headers: { accept: "text/html" } });
      expect(page.headers.get("content-type")).toContain("text/html");
      const [script] = /assets\/[^"]+\.js/.exec(await page.text()) ?? [];
      expect((await fetch(`${url}/${script}`)).status).toBe(200);
    });
  });
});
