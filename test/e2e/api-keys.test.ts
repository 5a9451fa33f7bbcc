import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { root, runtimes, startSetosa } from "./process.ts";
import { startServer } from "./server.ts";

// Each starts the real command, some many times.
vi.setConfig({ testTimeout: 120_000 });

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "setosa-keys-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function keys(...args: readonly string[]) {
  const running = startSetosa(["keys", ...args]);
  return { status: await running.ended(), output: running.output(), errors: running.errors() };
}
const add = async (file: string, name: string, ...args: readonly string[]) =>
  (await keys("add", name, "--api-keys", file, ...args)).output.trim();
const models = `${root}models`;

describe("setosa keys", () => {
  it("makes keys that are shown once, and kept as hashes that only their owner reads", async () => {
    const file = join(folder, "made.jsonl");
    const made = await keys("add", "joe", "--api-keys", file, "--rate", "2.5", "--burst", "9", "--model", "iris", "--model", "wine");
    expect(made).toMatchObject({ status: 0, output: expect.stringMatching(/^setosa_[\w-]{43}\n$/) });
    expect(made.errors).toContain("shown once");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const text = readFileSync(file, "utf8");
    expect(text).not.toContain(made.output.trim().slice(7));
    await add(file, "ann", "--admin");
    const list = await keys("list", "--api-keys", file);
    expect(list.output).toBe("joe  2.5/s, 9 at once  iris, wine\nann  no limit  all models  admin\n");
    expect(await keys("remove", "joe", "--api-keys", file)).toMatchObject({ status: 0 });
    expect((await keys("list", "--api-keys", file)).output).toBe("ann  no limit  all models  admin\n");
    expect(readdirSync(folder)).toEqual(["made.jsonl"]);
    rmSync(file);
  });

  it("changes nothing where something is wrong", async () => {
    const file = join(folder, "kept.jsonl");
    await add(file, "joe");
    const before = readFileSync(file);
    for (const [args, message] of [
      [["add", "joe", "--api-keys", file], /"joe" is there twice/],
      [["add", "a b", "--api-keys", file], /the id is none/],
      [["add", "ann", "--api-keys", file, "--burst", "5"], /burst is there without rate/],
      [["remove", "ann", "--api-keys", file], /has no key "ann"/],
      [["add", "ann"], /needs the file/],
      [["add", "--api-keys", file], /needs a name/],
      [["forget", "joe", "--api-keys", file], /takes add, remove, list/],
      [["list", "--api-keys", join(folder, "absent")], /cannot be read/],
    ] as const) {
      const { status, errors } = await keys(...args);
      expect([status, errors]).toEqual([2, expect.stringMatching(message)]);
    }
    writeFileSync(`${file}.new`, "");
    expect((await keys("add", "ann", "--api-keys", file)).errors).toContain("Somebody else is changing it");
    rmSync(`${file}.new`);
    expect(readFileSync(file)).toEqual(before);
  });
});

describe.each(runtimes)("API keys on %s", (runtime) => {
  it("let in who has one, as often as it may, and see changes of the file", async () => {
    const file = join(folder, `${runtime}.jsonl`);
    const [free, limited, iris] = [
      await add(file, "free"),
      await add(file, "limited", "--rate", "0.01", "--burst", "2"),
      await add(file, "iris", "--model", "iris"),
    ];
    const server = await startServer(runtime, [models, "--default", "iris", "--api-keys", file]);
    const get = (path: string, key?: string) => fetch(server.url + path, key === undefined ? {} : { headers: { "x-api-key": key } });
    const status = async (path: string, key?: string) => (await get(path, key)).status;

    for (const path of ["/predict", "/models", "/", "/nowhere", "/models/secret"]) {
      const answer = await get(path);
      expect([path, answer.status, await answer.json()]).toEqual([
        path,
        401,
        { error: expect.objectContaining({ code: "UNAUTHENTICATED", hint: "Send Authorization: Bearer KEY, or X-Api-Key: KEY." }) },
      ]);
      expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="setosa"');
    }
    expect([await status("/health/live"), await status("/health/ready")]).toEqual([200, 200]);
    expect([await status("/predict", free), await status("/nowhere", free), await status("/predict", `${free}x`)]).toEqual([200, 404, 401]);
    const post = await server.post("/predict", [5.1, 3.5, 1.4, 0.2], {
      "content-type": "application/json",
      authorization: `Bearer ${free}`,
    });
    expect([post.status, await post.json()]).toEqual([200, expect.objectContaining({ prediction: "Iris-Setosa" })]);

    const attempts = [await get("/predict", limited), await get("/predict", limited), await get("/predict", limited)];
    expect(attempts.map((answer) => answer.status)).toEqual([200, 200, 429]);
    expect(Number(attempts[2]?.headers.get("retry-after"))).toBeGreaterThan(90);
    expect(await attempts[2]?.json()).toMatchObject({ error: { code: "RATE_LIMITED" } });

    expect([await status("/models/iris/predict", iris), await status("/predict", iris)]).toEqual([200, 200]);
    expect([await status("/models/wine/predict", iris), await status("/models/wine/versions/1", iris)]).toEqual([403, 403]);
    expect([await status("/models/%77ine/predict", iris), await status("/models/wine/predict/", iris)]).toEqual([403, 403]);

    // What is no file of keys does not lock everybody out, nor let anybody in.
    const text = readFileSync(file, "utf8");
    writeFileSync(file, "{");
    await server.running.waitFor(/API keys: not read again/, "errors");
    expect([await status("/predict", free), await status("/predict")]).toEqual([200, 401]);
    writeFileSync(file, text);
    await keys("remove", "free", "--api-keys", file);
    await server.running.waitFor(/API keys: read again/, "errors");
    await expect.poll(() => status("/predict", free), { timeout: 10_000 }).toBe(401);
    expect(await status("/predict", iris)).toBe(200);
    expect(await status("/predict", limited)).toBe(429);
    expect(await server.running.stop()).toBe(0);
  });

  it("hold to the rate with several workers, and give operators theirs", async () => {
    const file = join(folder, `workers-${runtime}.jsonl`);
    const [limited, operator] = [await add(file, "limited", "--rate", "0.01", "--burst", "6"), await add(file, "operator", "--admin")];
    const server = await startServer(runtime, [`${models}/iris.onnx`, "--workers", "2", "--api-keys", file]);
    // Each on a connection of its own, so that both workers get some.
    const ask = (key: string) => fetch(`${server.url}/predict`, { headers: { "x-api-key": key, connection: "close" } });
    const statuses: number[] = [];
    for (let request = 0; request < 40; request++) statuses.push((await ask(limited)).status);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(6);
    expect((await ask(operator)).status).toBe(200);
    // Asked to, every worker reads the file at once.
    await keys("remove", "operator", "--api-keys", file);
    server.running.child.kill("SIGHUP");
    await server.running.waitFor(/(API keys: read again[\s\S]*){2}/, "errors");
    const after = await Promise.all(Array.from({ length: 20 }, async () => (await ask(operator)).status));
    expect(new Set(after)).toEqual(new Set([401]));
    expect(await server.running.stop()).toBe(0);
  });

  it("are refused at the start where their file is damaged", async () => {
    const file = join(folder, "damaged.jsonl");
    writeFileSync(file, '{"id":"joe"}\n');
    const running = startSetosa(["serve", models, "--port", "0", "--runtime", runtime, "--api-keys", file]);
    expect(await running.ended()).toBe(2);
    expect(running.errors()).toContain("sha256 is not the SHA-256 of a key");
  });
});

describe.each(runtimes)("CORS on %s", (runtime) => {
  it("is off, and on for the origins that are given", async () => {
    const origin = "https://app.example";
    const ask = async (args: readonly string[]) => {
      const server = await startServer(runtime, [`${models}/iris.onnx`, ...args]);
      const get = await fetch(`${server.url}/predict`, { headers: { origin } });
      const preflight = await fetch(`${server.url}/predict`, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST" },
      });
      expect(await server.running.stop()).toBe(0);
      return [get, preflight].map(({ status, headers }) => [status, headers.get("access-control-allow-origin"), headers.get("vary")]);
    };
    expect(await ask([])).toEqual([
      [200, null, null],
      [204, null, null],
    ]);
    const file = join(folder, `cors-${runtime}.jsonl`);
    await add(file, "joe");
    expect(await ask(["--cors-origin", origin, "--cors-origin", "http://localhost:5173", "--api-keys", file])).toEqual([
      [401, origin, "Origin"],
      [204, origin, "Origin"],
    ]);
  });
});
