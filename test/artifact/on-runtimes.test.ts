import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readModel } from "../../src/formats/registry.ts";
import { loadModel } from "../../src/models/load-model.ts";
import { bunBinary, root, start } from "../e2e/process.ts";
import { readBytes, temporaryFolder, writeArtifact } from "./written.ts";

const folder = temporaryFolder();
const rows = readModel(readBytes("models/iris-forest.onnx")).parity?.rows ?? [];

/** Prints what the module answers to the parity rows, in the thread itself and in a worker. */
const script = `
import { load } from "./iris-forest.js";
const rows = ${JSON.stringify(rows)};
const here = (await load()).predictMany(rows);
const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
const inWorker = await new Promise((resolve, reject) => {
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = (event) => reject(new Error(event.message));
  worker.postMessage(rows);
});
worker.terminate();
console.log(JSON.stringify({ here, inWorker }));
`;
const worker = `
import { load } from "./iris-forest.js";
const model = load();
self.onmessage = async ({ data }) => self.postMessage((await model).predictMany(data));
`;

/** Node's workers are not those of the web. */
const nodeScript = `
import { Worker as Thread } from "node:worker_threads";
globalThis.Worker = class {
  constructor(url) {
    this.thread = new Thread(\`
      const { parentPort } = require("node:worker_threads");
      globalThis.self = { postMessage: (data) => parentPort.postMessage(data) };
      const ready = import(\${JSON.stringify(url.href)});
      parentPort.on("message", async (data) => { await ready; self.onmessage({ data }); });
    \`, { eval: true });
    this.thread.on("message", (data) => this.onmessage({ data }));
    this.thread.on("error", (error) => this.onerror(error));
  }
  postMessage(data) { this.thread.postMessage(data); }
  terminate() { void this.thread.terminate(); }
};
await import("./script.js");
`;

async function printed(command: string, file: string): Promise<unknown> {
  const running = start(command, [join(folder, file)]);
  // Node warns where it had to find out that a file is a module.
  expect(await running.ended(), running.errors()).toBe(0);
  return JSON.parse(running.output());
}

describe("a written module", () => {
  let expected: unknown;
  beforeAll(async () => {
    await writeArtifact(folder, "models/iris-forest.onnx");
    writeFileSync(join(folder, "script.js"), script);
    writeFileSync(join(folder, "worker.js"), worker);
    writeFileSync(join(folder, "node.js"), nodeScript);
    const model = await loadModel(join(root, "models/iris-forest.onnx"));
    const answers = JSON.parse(JSON.stringify(model.predictMany(rows)));
    expected = { here: answers, inWorker: answers };
    await model.close();
  });

  it("answers on Node, in a worker too, without a package.json that says what it is", async () => {
    expect(rows).toHaveLength(20);
    expect(await printed(process.execPath, "node.js")).toEqual(expected);
  });

  it.skipIf(bunBinary() === undefined)("answers on Bun, in a worker too", async () => {
    expect(await printed(bunBinary() ?? "bun", "script.js")).toEqual(expected);
  });
});
