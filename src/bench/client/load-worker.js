// A thread that sends load. JavaScript, checked by the TypeScript compiler: Node 20 does not pass a TypeScript loader
// on to threads, so that this file registers one itself where it runs from the sources.
import { existsSync } from "node:fs";
import { parentPort } from "node:worker_threads";

/** @typedef {import("./load.ts").LoadSpec} LoadSpec */

const fromSources = existsSync(new URL("./load-pool.ts", import.meta.url));
if (fromSources && process.versions.bun === undefined && !(/** @type {{ typescript?: unknown }} */ (process.features).typescript)) {
  const { register } = await import("tsx/esm/api");
  register();
}
const { runLoad } = await import("./load.ts");

parentPort?.on("message", async (/** @type {LoadSpec} */ spec) => parentPort?.postMessage(await runLoad(spec)));
