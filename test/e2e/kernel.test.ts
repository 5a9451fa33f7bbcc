import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { compileModel } from "../../src/artifact/compile-model.ts";
import type { ArtifactModule } from "../../src/artifact/runtime.ts";
import { readBytes } from "../artifact/written.ts";
import { pooling } from "../onnx/tiny-models.ts";
import { root, runtimes } from "./process.ts";
import { sendRaw } from "./raw-http.ts";
import { sharedServer, startServer } from "./server.ts";

const folder = mkdtempSync(join(tmpdir(), "setosa-"));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "pooling.onnx"), pooling());

async function errorOf(response: Response): Promise<{ readonly code: string; readonly message: string; readonly hint?: string }> {
  return ((await response.json()) as { error: { code: string; message: string } }).error;
}

describe.each(runtimes)("kernels handed out by %s", (runtime) => {
  const server = sharedServer(runtime, ["models", join(root, "test/fixtures/texts/tfidf.onnx"), join(folder, "pooling.onnx")]);
  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${server().url}${path}`, { headers });

  it("are the bytes that setosa compile writes, and answer as the server does", async () => {
    for (const name of ["iris-forest", "loans"]) {
      const path = `/models/${name}/versions/1`;
      const [script, wasm] = await Promise.all([get(`${path}/kernel.js`), get(`${path}/kernel.wasm`)]);
      expect([script.headers.get("content-type"), wasm.headers.get("content-type")]).toEqual([
        "text/javascript; charset=utf-8",
        "application/wasm",
      ]);
      const artifact = await compileModel(readBytes(`models/${name}.onnx`), { fileName: "kernel" });
      const bytes = new Uint8Array(await wasm.arrayBuffer());
      expect(Buffer.from(bytes).equals(artifact.files.get("kernel.wasm") ?? new Uint8Array())).toBe(true);
      expect(await script.clone().text()).toBe(new TextDecoder().decode(artifact.files.get("kernel.js")));
      const file = join(folder, `${name}-${runtime}.mjs`);
      writeFileSync(file, await script.text());
      const { loadSync } = (await import(file)) as ArtifactModule;
      const model = loadSync(bytes);
      const { example } = (await (await get(path)).json()) as { example: Record<string, number> };
      const answer = (await (await server().post(`${path}/predict`, example)).json()) as object;
      expect(answer).toMatchObject(JSON.parse(JSON.stringify(model.predict(example))));
    }
  });

  it("are told by their ETag", async () => {
    const first = await get("/models/iris/kernel.wasm");
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^W\/"[0-9a-f]{32}"$/);
    const again = await get("/models/iris/kernel.wasm", { "if-none-match": `"other", ${etag}` });
    expect([again.status, await again.text(), again.headers.get("content-length")]).toEqual([304, "", null]);
    expect((await get("/models/wine/kernel.wasm", { "if-none-match": etag })).status).toBe(200);
    const head = await fetch(`${server().url}/models/iris/kernel.js`, { method: "HEAD" });
    expect([head.status, head.headers.get("etag")]).toEqual([200, etag]);
  });

  it("say why a model has none", async () => {
    const expected = {
      tfidf: /reads the words of a text/,
      pooling: /it runs on onnxruntime/,
    };
    for (const [name, message] of Object.entries(expected)) {
      const response = await get(`/models/${name}/kernel.js`);
      expect([response.status, await errorOf(response)]).toEqual([
        404,
        expect.objectContaining({ code: "KERNEL_UNAVAILABLE", message: expect.stringMatching(message) }),
      ]);
    }
    expect(await errorOf(await get("/models/irsi/kernel.js"))).toMatchObject({ code: "MODEL_NOT_FOUND", hint: 'Did you mean "iris"?' });
  });

  it("are not read by pages whose name leads to this machine", async () => {
    const head = "GET /models/iris/kernel.js HTTP/1.1\r\nHost: models.example\r\nConnection: close\r\n\r\n";
    const { status, text } = await sendRaw([head], { port: server().port });
    expect([status, JSON.parse(text.split("\r\n\r\n")[1] ?? "")]).toMatchObject([
      403,
      { error: { code: "PERMISSION_DENIED", path: "Host" } },
    ]);
  });

  it("are not handed out where they shall not be", async () => {
    const other = await startServer(runtime, ["models/iris.onnx", "--share-kernels", "off"]);
    try {
      const response = await fetch(`${other.url}/models/iris/kernel.js`);
      expect([response.status, await errorOf(response)]).toEqual([
        404,
        expect.objectContaining({ code: "ROUTE_NOT_FOUND", hint: expect.stringContaining("--share-kernels on") }),
      ]);
    } finally {
      expect(await other.running.stop()).toBe(0);
    }
  });

  it("are those of the file that is served, not of one that lies in its place since", async () => {
    const file = join(folder, `replaced-${runtime}.onnx`);
    copyFileSync(join(root, "models/iris.onnx"), file);
    const other = await startServer(runtime, [file, "--poll-ms", "0"]);
    try {
      copyFileSync(join(root, "models/wine.onnx"), file);
      const response = await fetch(`${other.url}/models/iris/kernel.js`);
      expect([response.status, (await errorOf(response)).code]).toEqual([404, "KERNEL_UNAVAILABLE"]);
      expect((await fetch(`${other.url}/predict`)).status).toBe(200);
    } finally {
      expect(await other.running.stop()).toBe(0);
    }
  });
});
