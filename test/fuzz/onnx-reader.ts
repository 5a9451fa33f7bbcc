import { parseArgs } from "node:util";
import { fuzzModels, goodModels } from "./model-target.ts";

/** The long run of the ONNX reader's fuzz test: `node --import tsx test/fuzz/onnx-reader.ts [seconds] [seed]`. */
const { positionals } = parseArgs({ allowPositionals: true });
const seconds = Number(positionals[0] ?? 60);
const seed = Number(positionals[1] ?? Date.now() % 2 ** 31);

const models = goodModels();
const end = Date.now() + seconds * 1000;
const { executions, read, answered, refused, slowest } = fuzzModels(
  models,
  seed,
  () => Date.now() < end,
  () => performance.now(),
);
console.log(`${executions} executions on ${models.length} models (seed ${seed}): ${read} read, ${answered} answered`);
console.log(`slowest ${slowest.toFixed(0)} ms, ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB resident`);
for (const [code, count] of [...refused].sort(([, a], [, b]) => b - a)) console.log(`${String(count).padStart(8)} ${code}`);
