import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { classifier, classifierParity, classifierSignature } from "../onnx/tiny-models.ts";
import { root, runtimes } from "./process.ts";
import { startServer, type TestServer } from "./server.ts";

const { task } = classifierSignature;
const unnamed = { ...classifierSignature, name: null, version: null };
const plain = classifier({ signature: unnamed });
/** Says the other class of everything. */
const opposite = classifier({ signature: { ...unnamed, task: { ...task, classes: ["right", "left"] } } });
const wrong = classifier({ signature: unnamed, parity: { ...classifierParity, labels: [1, 1] } });
const body = [2, 1];

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "setosa-repository-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, bytes: Uint8Array): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  // Renamed into place, as a careful copy does it.
  writeFileSync(join(folder, `${path}.part`), bytes);
  renameSync(join(folder, `${path}.part`), join(folder, path));
}

interface Answered {
  readonly version: string;
  readonly prediction: string;
}

/** A server of a folder, and the ways to ask it. */
class World {
  readonly server: TestServer;
  readonly #admin: string;

  private constructor(server: TestServer, admin: string) {
    this.server = server;
    this.#admin = admin;
  }

  static async start(runtime: (typeof runtimes)[number], path: string, ...more: string[]): Promise<World> {
    const server = await startServer(runtime, [join(folder, path), "--poll-ms", "20", "--admin-port", "0", ...more]);
    const [, port] = await server.running.waitFor(/Operators on http:\/\/localhost:(\d+)/);
    return new World(server, `http://127.0.0.1:${port}`);
  }

  async predict(path = "/predict"): Promise<Answered> {
    return (await (await this.server.post(path, body)).json()) as Answered;
  }

  async get(path: string): Promise<{ status: number; body: unknown }> {
    const answer = await fetch(`${this.server.url}${path}`);
    return { status: answer.status, body: await answer.json() };
  }

  async tell(path: string, content?: object): Promise<unknown> {
    const sent = content === undefined ? {} : { body: JSON.stringify(content), headers: { "content-type": "application/json" } };
    return (await fetch(`${this.#admin}${path}`, { method: "POST", ...sent })).json();
  }

  async ask(path: string): Promise<unknown> {
    return (await fetch(`${this.#admin}${path}`)).json();
  }

  /** Waits until the log says so. */
  logged(pattern: RegExp): Promise<unknown> {
    return this.server.running.waitFor(pattern, "errors");
  }

  async stop(): Promise<void> {
    expect(await this.server.running.stop()).toBe(0);
  }
}

describe.each(runtimes)("a folder of models on %s", (runtime) => {
  const at = (path: string) => `${runtime}/${path}`;

  it("takes a new version, and keeps the old one where the new one is bad", async () => {
    put(at("a/risk/1/model.onnx"), plain);
    const world = await World.start(runtime, at("a"));
    expect(await world.predict()).toMatchObject({ version: "1", prediction: "left" });

    put(at("a/risk/2/model.onnx"), wrong);
    await world.logged(/risk\/2\/model.onnx is not served: MODEL_PARITY_FAILED/);
    expect(await world.predict()).toMatchObject({ version: "1" });
    expect((await world.get("/models")).body).toMatchObject({
      models: [
        { name: "risk", version: "1", state: "ready" },
        { name: "risk", version: "2", state: "failed", error: { code: "MODEL_PARITY_FAILED" } },
      ],
    });
    expect(await world.get("/health/ready")).toMatchObject({ status: 200, body: { status: "ready", failed: [{ version: "2" }] } });

    put(at("a/risk/2/model.onnx"), opposite);
    await world.logged(/Loaded risk 2/);
    expect(await world.predict()).toMatchObject({ version: "2", prediction: "right" });
    expect(await world.predict("/models/risk/versions/1/predict")).toMatchObject({ error: { code: "MODEL_VERSION_NOT_FOUND" } });
    await world.stop();
  });

  it("takes a file that is copied slowly, and a volume's link that is turned", async () => {
    put(at("b/..1/iris.onnx"), readFileSync(`${root}models/iris.onnx`));
    put(at("b/..2/iris.onnx"), readFileSync(`${root}models/wine.onnx`));
    const inFolder = (path: string) => join(folder, at("b"), path);
    symlinkSync("..1", inFolder("..data"));
    symlinkSync(join("..data", "iris.onnx"), inFolder("iris.onnx"));
    const world = await World.start(runtime, at("b"));
    const whole = readFileSync(`${root}models/digits.onnx`);
    writeFileSync(inFolder("digits.onnx"), whole.subarray(0, whole.length >> 1));
    await world.logged(/digits.onnx is not served: MODEL_/);
    writeFileSync(inFolder("digits.onnx"), whole);
    await world.logged(/Loaded digits/);
    symlinkSync("..2", inFolder("..tmp"));
    renameSync(inFolder("..tmp"), inFolder("..data"));
    rmSync(inFolder("..1"), { recursive: true });
    await world.logged(/Loaded wine/);
    expect((await world.get("/models/iris")).status).toBe(404);
    expect((await world.get("/models/wine")).status).toBe(200);
    await world.stop();
  });

  it("starts with what loads, and is ready by the policy", async () => {
    put(at("c/good.onnx"), plain);
    put(at("c/bad.onnx"), plain.subarray(0, 40));
    const all = await World.start(runtime, at("c"));
    expect(all.server.running.output()).toMatch(/NOT SERVED: bad: MODEL_FILE_INVALID/);
    expect(await all.get("/health/ready")).toMatchObject({ status: 503, body: { error: { code: "MODELS_NOT_READY" } } });
    expect(await all.predict("/models/bad/predict")).toMatchObject({ error: { code: "MODEL_NOT_FOUND" } });
    expect(await all.predict("/models/good/predict")).toMatchObject({ prediction: "left" });
    await all.stop();
    const any = await World.start(runtime, at("c"), "--ready-when", "any");
    expect((await any.get("/health/ready")).status).toBe(200);
    await any.stop();
  });

  it("gives a version a copy or a share of the traffic, and promotes it or goes back by one call", async () => {
    put(at("d/risk/1/model.onnx"), plain);
    const world = await World.start(runtime, at("d"), "--rollout", "manual");
    put(at("d/risk/2/model.onnx"), opposite);
    await world.logged(/Loaded risk 2/);
    expect(await world.predict()).toMatchObject({ version: "1" });

    expect(await world.tell("/models/risk/versions/2/shadow")).toMatchObject({ models: [{ traffic: "primary" }, { traffic: "shadow" }] });
    for (let request = 0; request < 10; request++) expect(await world.predict()).toMatchObject({ version: "1" });
    expect(await world.ask("/models/risk/comparison")).toMatchObject({ kind: "shadow", rows: 10, labelsDiffer: 10, failed: 0 });

    expect(await world.tell("/models/risk/versions/2/canary", { percent: 100 })).toMatchObject({
      models: [{ traffic: "primary" }, { traffic: "canary", percent: 100 }],
    });
    expect(await world.predict()).toMatchObject({ version: "2", prediction: "right" });
    expect(await world.tell("/models/risk/versions/2/canary", { percent: "5" })).toMatchObject({ error: { code: "BODY_SHAPE_INVALID" } });

    await world.tell("/models/risk/rollback");
    expect(await world.predict()).toMatchObject({ version: "1" });
    await world.tell("/models/risk/promote");
    expect(await world.predict()).toMatchObject({ version: "2" });
    await world.tell("/models/risk/rollback");
    expect(await world.predict()).toMatchObject({ version: "1" });

    expect(await world.tell("/models/rsik/load")).toMatchObject({ error: { code: "MODEL_NOT_FOUND", hint: 'Did you mean "risk"?' } });
    expect(await world.tell("/models/risk/unload")).toMatchObject({ models: [{ state: "UNAVAILABLE" }, { state: "UNAVAILABLE" }] });
    expect((await world.get("/health/ready")).status).toBe(503);
    expect(await world.predict()).toMatchObject({ error: { code: "MODEL_NOT_FOUND" } });
    await world.tell("/models/risk/versions/2/load");
    expect(await world.predict("/models/risk/predict")).toMatchObject({ version: "2" });
    // Clients do not reach what operators do.
    expect((await world.server.post("/models/risk/unload", {})).status).toBe(404);
    await world.stop();
  });

  it("tells all workers, and remembers over a restart", async () => {
    for (const version of ["1", "2"]) put(at(`e/risk/${version}/model.onnx`), version === "1" ? plain : opposite);
    const options = ["--workers", "2", "--decisions", join(folder, at("e.json"))];
    const world = await World.start(runtime, at("e"), ...options);
    expect(await world.predict()).toMatchObject({ version: "2" });
    await world.tell("/models/risk/versions/1/promote");
    // Each on a connection of its own, so that both workers are asked.
    const versions = await Promise.all(Array.from({ length: 20 }, async () => (await world.predict()).version));
    expect(new Set(versions)).toEqual(new Set(["1"]));
    await world.stop();
    const again = await World.start(runtime, at("e"), ...options);
    expect(await again.predict()).toMatchObject({ version: "1" });
    await again.tell("/models/risk/rollback");
    expect(await again.predict()).toMatchObject({ version: "2" });
    await again.stop();
  });
});
