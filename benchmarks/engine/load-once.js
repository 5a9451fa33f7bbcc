// Prints the milliseconds that loading the model file in the argument takes, the first in this process, with the
// built package. Plain JavaScript in a file of its own: a TypeScript loader, or code given with -e (which Bun runs
// about 1.6 times slower), would be measured too.
import { readFile } from "node:fs/promises";

const { loadModel } = await import(new URL("../../dist/index.js", import.meta.url).href);
const bytes = new Uint8Array(await readFile(process.argv[2] ?? ""));
const start = performance.now();
await loadModel(bytes);
console.log(performance.now() - start);
