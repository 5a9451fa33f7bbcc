// Loads a large model with the built package and prints how long that takes and what the process holds afterwards.
// Arguments: a small model, which brings the code into memory that is no part of the large one; the large model.
import { readFile } from "node:fs/promises";

const { loadModel } = await import(new URL("../../dist/index.js", import.meta.url).href);

/** @param {string} path */
async function load(path) {
  const bytes = new Uint8Array(await readFile(path));
  const start = performance.now();
  const model = await loadModel(bytes, { engine: "compiled" });
  return { model, milliseconds: performance.now() - start };
}

/** Bytes that the process has, and bytes that are in use as the runtime counts them. */
async function memory() {
  for (let round = 0; round < 10; round++) {
    if (process.versions.bun === undefined) globalThis.gc?.();
    else Bun.gc(true);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { resident: rss, used: heapUsed + external };
}

const small = await load(process.argv[2] ?? "");
const before = await memory();
const large = await load(process.argv[3] ?? "");
const after = await memory();
console.log(
  JSON.stringify({
    milliseconds: large.milliseconds,
    resident: after.resident - before.resident,
    used: after.used - before.used,
    // Both are still needed here: neither may be collected before.
    models: [small.model.name, large.model.name],
  }),
);
