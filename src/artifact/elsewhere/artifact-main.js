// The process that makes a model's module. JavaScript, checked by the TypeScript compiler: where it runs from the sources, and the host
// reads no TypeScript, it registers a loader itself.
import { existsSync } from "node:fs";

const fromSources = existsSync(new URL("./artifact-process.ts", import.meta.url));
if (fromSources && process.versions.bun === undefined && !(/** @type {{ typescript?: unknown }} */ (process.features).typescript)) {
  const { register } = await import("tsx/esm/api");
  register();
}
const { answerMake } = await import("./artifact-process.ts");

answerMake();
