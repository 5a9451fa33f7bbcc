// The process that loads models. JavaScript, checked by the TypeScript compiler: where it runs from the sources, and the host reads no
// TypeScript, it registers a loader itself.
import { existsSync } from "node:fs";

const fromSources = existsSync(new URL("./loader.ts", import.meta.url));
if (fromSources && process.versions.bun === undefined && !(/** @type {{ typescript?: unknown }} */ (process.features).typescript)) {
  const { register } = await import("tsx/esm/api");
  register();
}
const { answerLoads } = await import("./loader.ts");

answerLoads();
