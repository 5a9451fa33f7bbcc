// Loads the model file in the argument twice, with the built package, and prints the milliseconds of the first load in
// this process and of the second. Plain JavaScript in a file of its own: a TypeScript loader, or code given with -e (which
// Bun runs about 1.6 times slower), would be measured too.
import { readFile } from "node:fs/promises";

const { loadModel } = await import(new URL("../../dist/index.js", import.meta.url).href);

async function milliseconds() {
  const bytes = new Uint8Array(await readFile(process.argv[2] ?? ""));
  const start = performance.now();
  await loadModel(bytes);
  return performance.now() - start;
}

console.log(JSON.stringify({ first: await milliseconds(), second: await milliseconds() }));
