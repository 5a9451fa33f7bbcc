import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { root, runtimes } from "./process.ts";
import { sendRaw } from "./raw-http.ts";
import { sharedServer, startServer } from "./server.ts";

// Each starts the real command, some many times.
vi.setConfig({ testTimeout: 120_000 });

/** What stands where a model's name or version belongs, as bytes of a target: none of it is a path to anything. */
const names = [
  "..",
  "../..",
  "../../../../etc/passwd",
  "..%2f..%2fetc%2fpasswd",
  "%2e%2e%2f%2e%2e%2fmodels",
  "%2e%2e/%2e%2e",
  "..%5c..%5cwindows",
  "..\\..\\windows",
  "%252e%252e%252f",
  "iris%00",
  "iris%00.onnx",
  "%00",
  "iris.onnx",
  "./iris",
  "%2e/iris",
  "iris%2f..%2firis",
  "iris/../wine",
  // Overlong UTF-8, halves of surrogates, and look-alikes
  "%c0%ae%c0%ae%c0%af",
  "%e0%80%ae%e0%80%ae",
  "%f0%80%80%ae",
  "%ed%a0%80",
  "%ff%fe",
  "%ef%bc%8e%ef%bc%8e%ef%bc%8f",
  "%e2%88%95iris",
  "%ef%bd%89ris",
  "ir%C4%B1s",
  "iris%e2%80%8b",
  "IRIS",
  "iris%20",
  "iris%0d%0aX-Injected:%20yes",
  "%",
  "%2",
  "%zz",
  "~root",
  "$HOME",
  "file:///etc/passwd",
  "__proto__",
  "constructor",
  "x".repeat(5000),
];

describe.each(runtimes)("names in targets on %s", (runtime) => {
  const server = sharedServer(runtime, [`${root}models/iris.onnx`, `${root}models/wine.onnx`]);

  it.each(names.map((name) => [name.slice(0, 60), name]))("that are %s lead nowhere", async (_, name) => {
    const paths = [
      `/models/${name}`,
      `/models/${name}/predict`,
      `/models/iris/versions/${name}`,
      `/models/iris/versions/${name}/predict`,
      `/${name}`,
    ];
    for (const path of paths) {
      const { status, text, closed } = await sendRaw([`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`], {
        port: server().port,
      });
      expect([path, closed, status]).toEqual([path, true, 404]);
      expect(text).toMatch(/"code":"(ROUTE_NOT_FOUND|MODEL_NOT_FOUND|MODEL_VERSION_NOT_FOUND)"/);
      expect(text).not.toMatch(/root:|^X-Injected/im);
      expect(text.length).toBeLessThan(2000);
    }
  });

  it("may be percent-encoded, and are the same then", async () => {
    expect((await fetch(`${server().url}/models/%69ris/predict`)).status).toBe(200);
    expect((await fetch(`${server().url}/models%2Firis%2Fpredict`)).status).toBe(200);
  });
});

describe.each(runtimes)("a folder of models on %s", (runtime) => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "setosa-traversal-"));
    mkdirSync(join(folder, "models"));
    copyFileSync(`${root}models/iris.onnx`, join(folder, "models", "iris.onnx"));
    copyFileSync(`${root}models/wine.onnx`, join(folder, "outside.onnx"));
    symlinkSync("../outside.onnx", join(folder, "models", "wine.onnx"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("serves no link out of it, says so, and serves it where it is told to", async () => {
    const models = join(folder, "models");
    const strict = await startServer(runtime, [models]);
    expect((await fetch(`${strict.url}/models/wine`)).status).toBe(404);
    expect((await fetch(`${strict.url}/models/iris`)).status).toBe(200);
    expect(await (await fetch(`${strict.url}/models`)).text()).toMatch(/MODEL_FILE_UNREADABLE.*is a link that leads out of/);
    expect(await strict.running.stop()).toBe(0);
    const following = await startServer(runtime, [models, "--follow-links"]);
    expect((await fetch(`${following.url}/models/wine`)).status).toBe(200);
    expect(await following.running.stop()).toBe(0);
  });
});
