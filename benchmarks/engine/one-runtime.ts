import { readdir, readFile } from "node:fs/promises";
import { loadModel } from "../../src/models/load-model.ts";
import { seededRandom } from "../../test/onnx/random.ts";
import { objectContender, ortContender, rawContender } from "./contenders.ts";
import { measure, quantile } from "./measure.ts";
import { exampleModel, gradientBoosting } from "./models.ts";

/** Measures in the runtime that runs it and prints JSON: `run.ts` starts it under each one. */

const rounds = Number(process.argv[2] ?? 40);
const loads = 15;

const models = [
  await exampleModel("iris"),
  await exampleModel("iris-forest"),
  await exampleModel("wine"),
  await exampleModel("breast-cancer"),
  await exampleModel("diabetes"),
  await exampleModel("digits"),
  await gradientBoosting(),
];
const oneRow = [];
for (const { name, bytes, model, rows, objects, dtype } of models) {
  const contenders = [rawContender(model, rows, dtype), objectContender(model, objects), await ortContender(bytes, rows, dtype)];
  oneRow.push({ model: name, measurements: await measure(contenders, rows.length, rounds, seededRandom(3)) });
}

/** Read, compile and parity, each time anew, in a process that has loaded a model before. */
const folder = new URL("../../models/", import.meta.url);
const loading = [];
for (const file of (await readdir(folder)).filter((name) => name.endsWith(".onnx")).sort()) {
  const bytes = await readFile(new URL(file, folder));
  const times = [];
  for (let load = 0; load < loads; load++) {
    const start = performance.now();
    await loadModel(bytes);
    times.push(performance.now() - start);
  }
  loading.push({ model: file.replace(".onnx", ""), first: times[0], median: quantile(times, 0.5), slowest: Math.max(...times) });
}

const runtime = process.versions.bun === undefined ? `Node ${process.versions.node}` : `Bun ${process.versions.bun}`;
console.log(JSON.stringify({ runtime, rounds, oneRow, loading }));
process.exit(0);
