/**
 * Fuzzes the bodies of /predict for a while: `node --import tsx test/fuzz/predict-body.ts [seconds] [seed]`.
 * Prints executions and what became of them; ends with 1 and the body when one is handled wrongly.
 */
import { loadLibrary } from "../../src/models/load-library.ts";
import { fuzzBodies } from "./body-target.ts";

const seconds = Number(process.argv[2] ?? 60);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
const library = await loadLibrary(["models"]);
const until = performance.now() + seconds * 1000;
const { executions, answered, refused } = fuzzBodies(library, seed, (count) => count % 64 !== 0 || performance.now() < until);
console.log(`seed ${seed}: ${executions} executions in ${seconds} s, ${answered} answered`);
for (const [code, count] of [...refused].sort((a, b) => b[1] - a[1])) console.log(`${String(count).padStart(9)} ${code}`);
