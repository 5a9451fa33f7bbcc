import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { hostileModel } from "../conformance/openapi/hostile-model.ts";
import { keyFile, keys } from "../conformance/protocols/keys.ts";
import { root } from "../e2e/process.ts";
import { startServer } from "../e2e/server.ts";

const folder = mkdtempSync(join(tmpdir(), "setosa-lint-"));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "keys.jsonl"), keyFile, { mode: 0o600 });
writeFileSync(join(folder, "hostile.onnx"), hostileModel("hostile"));
mkdirSync(join(folder, "models"));
const run = promisify(execFile);

/** What the linter says of a document; nothing where all is well. */
async function lint(name: string, document: string): Promise<string> {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, document);
  const linter = `${root}test/openapi/node_modules/.bin/redocly`;
  try {
    await run(linter, ["lint", file, "--config", `${root}test/openapi/redocly.yaml`, "--format", "stylish"], {
      env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
    });
    return "";
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    return `${stdout}\n${stderr}`;
  }
}

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly environment?: Record<string, string>;
  readonly key?: string;
}

const cases: readonly Case[] = [
  { name: "all example models", args: [`${root}models`, "--default", "iris", "--model-control"] },
  { name: "no model", args: [], environment: { SAGEMAKER_MULTI_MODEL: "true", SAGEMAKER_BASE_DIR: folder } },
  { name: "hostile names", args: [join(folder, "hostile.onnx")] },
  { name: "API keys", args: [`${root}models`, "--api-keys", join(folder, "keys.jsonl")], key: keys.all },
  { name: "a key for one model", args: [`${root}models`, "--api-keys", join(folder, "keys.jsonl")], key: keys.otherModel },
  {
    name: "Vertex AI",
    args: [`${root}models`, "--platform", "vertex"],
    environment: { AIP_HEALTH_ROUTE: "/health", AIP_PREDICT_ROUTE: "/predict" },
  },
];

describe("the linter finds nothing in the document of a server", () => {
  it.each(cases)("with $name", async ({ name, args, environment, key }) => {
    const server = await startServer("bun", args, environment);
    try {
      const answer = await fetch(`${server.url}/openapi.json`, key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } });
      expect(answer.status).toBe(200);
      expect(await lint(name, await answer.text())).toBe("");
    } finally {
      await server.running.stop();
    }
  });

  it("for operators", async () => {
    const server = await startServer("node", [`${root}models`, "--admin-port", "0"]);
    try {
      const [, address = ""] = /Operators on (http:\/\/\S+:\d+)/.exec(server.running.output()) ?? [];
      const answer = await fetch(`${address}/openapi.json`);
      const text = await answer.text();
      expect(text).toContain("adminCanaryVersion");
      expect(await lint("operators", text)).toBe("");
    } finally {
      await server.running.stop();
    }
  });
});
