// A thread that scores. JavaScript, checked by the TypeScript compiler: Node 20 does not pass a TypeScript loader on to
// threads, so that this file registers one itself where it runs from the sources.
import { existsSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

/** @typedef {import("../job.ts").Job} Job */

const fromSources = existsSync(new URL("./start.ts", import.meta.url));
if (fromSources && process.versions.bun === undefined && !(/** @type {{ typescript?: unknown }} */ (process.features).typescript)) {
  const { register } = await import("tsx/esm/api");
  register();
}
const { createReplier } = await import("./replies.ts");

const reply = createReplier(workerData);
// One after the other: a job's end may come after the next has come.
let last = Promise.resolve();
parentPort?.on("message", (/** @type {{ id: number, job: Job }} */ { id, job }) => {
  last = last.then(async () => {
    const { message, transfer } = await reply(id, job);
    parentPort?.postMessage(message, transfer);
  });
});
