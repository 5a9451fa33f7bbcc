// Predicts batches in one worker thread and in two, each with a kernel of its own, with the built package; prints the
// microseconds per row of every round. Arguments: the model's file, the rows' file (float32), features, rows, rounds.
import { readFileSync } from "node:fs";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

const [file = "", rowsFile = "", featureCount = "", rowCount = "", roundCount = ""] = process.argv.slice(2);

if (isMainThread) await measure();
else await answer();

async function measure() {
  const count = Number(rowCount);
  const bytes = readFileSync(rowsFile);
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  const scores = new SharedArrayBuffer(8 * count);
  const workers = [0, 1].map(() => new Worker(new URL(import.meta.url), { argv: process.argv.slice(2), workerData: { shared, scores } }));
  await Promise.all(workers.map(reply));
  /** @param {readonly Worker[]} some */
  const time = async (some) => {
    const share = count / some.length;
    const start = performance.now();
    const replies = some.map((worker, index) => {
      worker.postMessage({ from: index * share, to: (index + 1) * share });
      return reply(worker);
    });
    await Promise.all(replies);
    return ((performance.now() - start) * 1000) / count;
  };
  for (let warm = 0; warm < 5; warm++) for (const some of [workers.slice(0, 1), workers.slice(1), workers]) await time(some);
  const one = [];
  const two = [];
  for (let round = 0; round < Number(roundCount); round++) {
    const alone = workers.slice(round % 2, (round % 2) + 1);
    // By turns first, so that nobody is always the one who comes after.
    if (round % 4 < 2) one.push(await time(alone));
    two.push(await time(workers));
    if (round % 4 >= 2) one.push(await time(alone));
  }
  console.log(JSON.stringify({ one, two }));
  process.exit(0);
}

/** @param {Worker} worker */
function reply(worker) {
  return new Promise((resolve) => {
    worker.once("message", resolve);
  });
}

async function answer() {
  const { loadModel } = await import(new URL("../../dist/index.js", import.meta.url).href);
  const model = await loadModel(new Uint8Array(readFileSync(file)), { engine: "compiled" });
  const features = Number(featureCount);
  const numbers = new Float32Array(workerData.shared);
  const own = model.engine.kernel?.inputs[0]?.data instanceof Float64Array ? Float64Array.from(numbers) : numbers;
  const scores = new Float64Array(workerData.scores);
  parentPort?.on("message", ({ from, to }) => {
    const answers = model.predictRaw(own.subarray(from * features, to * features));
    const { width } = answers;
    for (let row = from; row < to; row++) scores[row] = answers.scores?.[(row - from + 1) * width - 1] ?? 0;
    parentPort?.postMessage("done");
  });
  parentPort?.postMessage("ready");
}
