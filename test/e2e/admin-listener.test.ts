import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { type IncomingMessage, type RequestOptions, request } from "node:http";
import { request as requestTls } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { hashKey } from "../../src/server/access/api-key.ts";
import { makeCertificate } from "./certificate.ts";
import { root, runtimes, startScript, startSetosa } from "./process.ts";

// Each starts the real command, some many times.
vi.setConfig({ testTimeout: 120_000 });

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "setosa-admin-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const keysFile = () => {
  const file = join(folder, "keys.jsonl");
  const lines = [
    { id: "client", sha256: hashKey("client").toString("hex") },
    { id: "operator", sha256: hashKey("operator").toString("hex"), admin: true },
  ];
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return file;
};

/** Status of GET /state, or the error's code. */
function status(options: RequestOptions, secure = false): Promise<number | string> {
  return new Promise((resolve) => {
    const answered = (response: IncomingMessage) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    };
    const all = { path: "/state", agent: false as const, ...options };
    const sent = secure ? requestTls({ ...all, rejectUnauthorized: false }, answered) : request(all, answered);
    sent.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message)).end();
  });
}

describe.each(runtimes)("the admin listener on %s", (runtime) => {
  const start = async (address: object, files: object = {}) => {
    const running = startScript(runtime, "test/e2e/admin-server.ts", [JSON.stringify(address)], { FILES: JSON.stringify(files) });
    const [, port] = await running.waitFor(/listening (\d+)/);
    return { running, port: Number(port) };
  };
  const refusal = async (address: object, files: object = {}) => {
    const running = startScript(runtime, "test/e2e/admin-server.ts", [JSON.stringify(address)], { FILES: JSON.stringify(files) });
    expect(await running.ended()).toBe(1);
    return running.errors();
  };

  it("answers on this machine, and not to pages in its browsers", async () => {
    const { running, port } = await start({ host: "127.0.0.1", port: 0 });
    const host = "127.0.0.1";
    expect(await status({ host, port })).toBe(200);
    expect(await status({ host, port, headers: { host: `localhost:${port}` } })).toBe(200);
    expect(await status({ host, port, headers: { host: `rebound.example:${port}` } })).toBe(403);
    expect(await status({ host, port, headers: { origin: "https://evil.example" } })).toBe(403);
    expect(await running.stop()).toBe(0);
  });

  it("asks for a key that may administer, where there are keys", async () => {
    const { running, port } = await start({ host: "127.0.0.1", port: 0 }, { keys: keysFile() });
    const withKey = (key: string) => status({ host: "127.0.0.1", port, headers: { "x-api-key": key } });
    expect(await status({ host: "127.0.0.1", port })).toBe(401);
    expect([await withKey("client"), await withKey("operator"), await withKey("nobody")]).toEqual([403, 200, 401]);
    expect(await running.stop()).toBe(0);
  });

  it("is not open to networks without keys, and speaks TLS there", async () => {
    expect(await refusal({ host: "0.0.0.0", port: 0 })).toMatch(/ARGUMENT_INVALID: The admin listener at 0\.0\.0\.0 would be open/);
    const { cert, key } = makeCertificate(folder, "admin");
    const { running, port } = await start({ host: "0.0.0.0", port: 0 }, { keys: keysFile(), tls: { cert, key } });
    const headers = { authorization: "Bearer operator" };
    expect(await status({ host: "127.0.0.1", port, headers }, true)).toBe(200);
    expect(await status({ host: "127.0.0.1", port }, true)).toBe(401);
    expect(await running.stop()).toBe(0);
  });

  it("listens on a socket that only this user may connect to, without a key", async () => {
    const path = join(folder, `${runtime}.sock`);
    const { running } = await start({ path }, { keys: keysFile() });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await status({ socketPath: path })).toBe(200);
    expect(await refusal({ path })).toMatch(/PORT_IN_USE: Another process listens on/);
    expect(await status({ socketPath: path })).toBe(200);
    // Killed, it leaves its socket; the next one takes the place.
    await running.stop("SIGKILL");
    expect(existsSync(path)).toBe(true);
    const next = await start({ path });
    expect(await status({ socketPath: path })).toBe(200);
    expect(await next.running.stop()).toBe(0);
    expect(existsSync(path)).toBe(false);
  });

  it("is opened by serve where it is asked for, and nowhere else", async () => {
    const path = join(folder, `serve-${runtime}.sock`);
    const serve = (...args: readonly string[]) =>
      startSetosa(["serve", `${root}models/iris.onnx`, "--port", "0", "--runtime", runtime, ...args]);
    const running = serve("--admin-socket", path, "--api-keys", keysFile());
    const [, port] = await running.waitFor(/Listening on http:\/\/localhost:(\d+)/);
    expect(await status({ socketPath: path, path: "/models" })).toBe(200);
    expect(await status({ socketPath: path, path: "/rescan", method: "POST", headers: { origin: "https://evil.example" } })).toBe(403);
    // Clients find none of it on the public port, whatever their key.
    const headers = { "x-api-key": "operator" };
    expect(await status({ host: "127.0.0.1", port: Number(port), path: "/rescan", method: "POST", headers })).toBe(404);
    expect(await running.stop()).toBe(0);
    expect(existsSync(path)).toBe(false);
    for (const [args, message] of [
      [["--admin-port", "0", "--admin-host", "0.0.0.0"], /would be open to the network without a key/],
      [["--admin-host", "127.0.0.1"], /--admin-host needs a port/],
      [["--admin-port", "0", "--admin-socket", path], /exclude each other/],
    ] as const) {
      const refused = serve(...args);
      expect(await refused.ended()).toBe(2);
      expect(refused.errors()).toMatch(message);
    }
  });

  it("never removes what is no socket", async () => {
    const path = join(folder, "precious");
    writeFileSync(path, "x");
    expect(await refusal({ path })).toContain("exists and is no socket");
    expect(existsSync(path)).toBe(true);
    expect(await refusal({ path: join(folder, "x".repeat(120)) })).toContain("103 is the limit");
    expect(await refusal({ path: join(folder, "absent", "s") })).toContain("ARGUMENT_INVALID");
  });
});
