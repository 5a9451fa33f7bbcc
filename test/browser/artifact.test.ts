import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readModel } from "../../src/formats/registry.ts";
import { loadModel } from "../../src/models/load-model.ts";
import { readBytes, temporaryFolder, writeArtifact } from "../artifact/written.ts";
import { root, start } from "../e2e/process.ts";
import { serveFolder } from "./static-server.ts";

const folder = temporaryFolder();
const files = readdirSync(join(root, "models")).filter((name) => name.endsWith(".onnx"));

const page = `<!doctype html><meta charset="utf-8"><title>kernels</title><script type="module" src="page.js"></script>`;
/** What a page and its worker answer; and that the policy holds, without which the test would say nothing. */
const pageScript = `
globalThis.answer = async (name, rows) => {
  const { load, loadSync } = await import("./" + name + ".js");
  const here = (await load()).predictMany(rows);
  const bytes = await (await fetch("./" + name + ".wasm")).arrayBuffer();
  const atOnce = loadSync(bytes).predictMany(rows);
  const worker = new Worker("worker.js", { type: "module" });
  const inWorker = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage([name, rows]);
  });
  worker.terminate();
  let evaluates = true;
  try { new Function("return 1")(); } catch { evaluates = false; }
  return { here, atOnce, inWorker, evaluates };
};
`;
const workerScript = `
self.onmessage = async ({ data: [name, rows] }) => {
  const { load } = await import("./" + name + ".js");
  self.postMessage((await load()).predictMany(rows));
};
`;

interface Case {
  readonly name: string;
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
  readonly expected: unknown;
}
const cases: Case[] = [];

beforeAll(async () => {
  for (const file of files) {
    const { name } = await writeArtifact(folder, `models/${file}`);
    const rows = readModel(readBytes(`models/${file}`)).parity?.rows ?? [];
    const model = await loadModel(join(root, "models", file));
    // As JSON, in which every digit of a number that is written is read again.
    cases.push({ name, rows, expected: JSON.parse(JSON.stringify(model.predictMany(rows))) });
    await model.close();
  }
  writeFileSync(join(folder, "page.html"), page);
  writeFileSync(join(folder, "page.js"), pageScript);
  writeFileSync(join(folder, "worker.js"), workerScript);
});

describe("written modules in Chromium, under a policy without eval", () => {
  let browser: Browser;
  let url: string;
  const close: (() => unknown)[] = [];
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
    const served = await serveFolder(folder);
    url = served.url;
    close.push(
      () => browser.close(),
      () => served.server.close(),
    );
  });
  afterAll(async () => {
    for (const end of close) await end();
  });

  it("answer as the library does on this machine: in the page, at once, in a worker", async () => {
    const tab = await browser.newPage();
    const faults: string[] = [];
    tab.on("pageerror", (error) => faults.push(String(error)));
    tab.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    await tab.goto(`${url}/page.html`);
    await tab.waitForFunction("globalThis.answer !== undefined");
    for (const { name, rows, expected } of cases) {
      const answered = await tab.evaluate(
        ([model, some]) => (globalThis as unknown as { answer(name: unknown, rows: unknown): Promise<unknown> }).answer(model, some),
        [name, rows] as const,
      );
      expect(answered, name).toEqual({ here: expected, atOnce: expected, inWorker: expected, evaluates: false });
    }
    // Of the probe for eval Chromium says that the policy refused it.
    expect(faults.filter((fault) => !fault.includes("unsafe-eval"))).toEqual([]);
  });
});

describe("written modules in Deno", () => {
  const platform = `${process.platform}-${process.arch === "arm64" ? "arm64" : "x64"}${process.platform === "linux" ? "-glibc" : ""}`;
  const deno = process.env.DENO ?? join(root, `test/browser/node_modules/@deno/${platform}/deno`);

  it("answer as the library does, with no permission but to read their folder", async () => {
    expect(existsSync(deno), `${deno} is missing: npm ci --prefix test/browser`).toBe(true);
    const script = `
      const cases = ${JSON.stringify(cases.map(({ name, rows }) => ({ name, rows })))};
      const answers = [];
      for (const { name, rows } of cases) {
        const { load } = await import("./" + name + ".js");
        answers.push((await load()).predictMany(rows));
      }
      console.log(JSON.stringify(answers));
    `;
    writeFileSync(join(folder, "deno.js"), script);
    const running = start(deno, ["run", "--no-prompt", `--allow-read=${folder}`, join(folder, "deno.js")], { DENO_NO_UPDATE_CHECK: "1" });
    expect(await running.ended(), running.errors()).toBe(0);
    expect(JSON.parse(running.output())).toEqual(cases.map(({ expected }) => expected));
  });
});
