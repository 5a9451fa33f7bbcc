import { execFile } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { root, runtimes } from "../e2e/process.ts";
import { sharedServer } from "../e2e/server.ts";

const run = promisify(execFile);
const own = `${root}test/openapi`;
const generated = join(own, "generated");

describe.each(runtimes)("a client that is generated from the document of a server on %s", (runtime) => {
  const server = sharedServer(runtime, [`${root}models`, "--default", "iris"]);
  const documentFile = async () => {
    mkdirSync(generated, { recursive: true });
    const file = join(generated, "openapi.json");
    writeFileSync(file, await (await fetch(`${server().url}/openapi.json`)).text());
    return file;
  };

  it("knows the models in TypeScript, and asks them", async () => {
    const types = join(generated, "setosa.ts");
    await run(`${own}/node_modules/.bin/openapi-typescript`, [await documentFile(), "-o", types]);
    await run(`${own}/node_modules/.bin/tsc`, ["-p", `${own}/typescript`]).catch((error: { stdout: string }) => expect.fail(error.stdout));
    const { stdout } = await run(process.execPath, ["--import", "tsx", `${own}/typescript/ask.ts`, server().url], { cwd: root });
    expect(JSON.parse(stdout)).toEqual({
      label: "Iris-Virginica",
      probability: expect.closeTo(0.996, 2),
      rows: 1,
      value: expect.any(Number),
      code: "FEATURE_MISSING",
      model: "iris",
    });
  });

  it("knows the models in Python, and asks them", async () => {
    const client = join(generated, "setosa_api");
    rmSync(client, { recursive: true, force: true });
    await run(`${own}/.venv/bin/openapi-python-client`, [
      "generate",
      "--path",
      await documentFile(),
      "--output-path",
      client,
      "--meta",
      "none",
      "--config",
      `${own}/python-client.yaml`,
    ]);
    const { stdout } = await run(`${own}/.venv/bin/python`, [`${own}/ask.py`, server().url], {
      env: { ...process.env, PYTHONPATH: generated },
    });
    expect(JSON.parse(stdout)).toEqual({ label: "Iris-Virginica", code: "FEATURE_MISSING", ready: "ready" });
  });
});
