// The thread that loads models. JavaScript, checked by the TypeScript compiler: Node 20 does not pass a TypeScript
// loader on to threads, so that this file registers one itself where it runs from the sources.
import { existsSync } from "node:fs";
import { parentPort } from "node:worker_threads";

const fromSources = existsSync(new URL("./loader.ts", import.meta.url));
if (fromSources && process.versions.bun === undefined && !(/** @type {{ typescript?: unknown }} */ (process.features).typescript)) {
  const { register } = await import("tsx/esm/api");
  register();
}
const { answerLoads } = await import("./loader.ts");

if (parentPort !== null) answerLoads(parentPort);
