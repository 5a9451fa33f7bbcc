/**
 * Serves mixed models under mixed traffic for a long time, while files are replaced, workers are killed, too much comes at once and
 * clients make mistakes: every answer is compared with its expected value, and every failure has to be explained by a kill or a burst.
 *
 *   npm run soak [-- --minutes 10 --runtime bun|node --workers 2 --seed 1]
 *
 * Needs Linux (/proc). Writes results/soak-RUNTIME.json; ends with 1 if anything is wrong.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import type { Runtime } from "../e2e/process.ts";
import { startServer } from "../e2e/server.ts";
import { workersOf } from "../e2e/workers.ts";
import { seededRandom } from "../onnx/random.ts";
import { Client } from "./client.ts";
import { ModelFolder } from "./folder.ts";
import { exampleModels, mistakes, type Question, rowQuestions, swapped, tensorQuestions, versionsSeen } from "./questions.ts";
import { trendOf, type Usage, usageOf } from "./resources.ts";
import { Tally } from "./tally.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    runtime: { type: "string", default: "bun" },
    workers: { type: "string", default: "2" },
    seed: { type: "string", default: "1" },
  },
});
const minutes = Number(values.minutes);
const runtime = values.runtime as Runtime;
const random = seededRandom(Number(values.seed));
/** Clients that ask one question after the other, with a pause between. */
const clients = 12;
const pauseMilliseconds = 15;
const burstConnections = 300;

const folder = new ModelFolder();
const server = await startServer(runtime, [
  folder.path,
  "--default",
  "iris",
  "--workers",
  values.workers,
  "--poll-ms",
  "200",
  "--max-restarts",
  "1000",
  "--max-queue",
  "32",
]);
const pid = server.running.pid;
const client = new Client(server.port);
const tally = new Tally();
const began = performance.now();
const seconds = () => (performance.now() - began) / 1000;
const ends = began + minutes * 60_000;
const goesOn = () => performance.now() < ends && server.running.child.exitCode === null;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const classesOf = async (name: string) =>
  ((await (await fetch(`${server.url}/models/${name}`)).json()) as { classes?: readonly unknown[] }).classes;
const questions: readonly ((random: () => number) => Question)[] = [
  ...(await Promise.all(exampleModels.map(async (name) => rowQuestions(name, await classesOf(name))))),
  tensorQuestions("torch-transformer", "ids", "output"),
  tensorQuestions("keras-lstm", "keras_tensor_21", "output_0"),
  () => swapped,
  () => swapped,
];
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

async function ask(question: Question, by = client): Promise<void> {
  tally.count(question, await by.ask(question));
}

async function converse(): Promise<void> {
  while (goesOn()) {
    await ask(random() < 0.02 ? pick(mistakes) : pick(questions)(random));
    await pause(random() * 2 * pauseMilliseconds);
  }
}

async function every(milliseconds: number, act: () => unknown): Promise<void> {
  while (goesOn()) {
    await pause(milliseconds * (0.5 + random()));
    if (goesOn()) await act();
  }
}

async function burst(): Promise<void> {
  tally.burstBegins();
  const until = Math.min(ends, performance.now() + 2000);
  // Connections of its own: kept ones that are idle for ten seconds the server closes, perhaps in the moment in which they are used again.
  const crowd = new Client(server.port);
  const flood = async () => {
    while (performance.now() < until) await ask(pick(questions)(random), crowd);
  };
  await Promise.all(Array.from({ length: burstConnections }, flood));
  crowd.close();
  tally.burstEnds();
}

async function kill(): Promise<void> {
  const before = workersOf(server.port);
  const worker = pick(before);
  if (worker === undefined) return;
  tally.killed(clients + burstConnections);
  process.kill(worker, "SIGKILL");
  while (goesOn() && workersOf(server.port).filter((pid) => pid !== worker).length < before.length) await pause(100);
  tally.replaced();
}

const usages: Usage[] = [];
const observe = () => usages.push(usageOf(pid, seconds()));
let told = 0;
const say = () => {
  const found = tally.faults();
  for (const fault of found.slice(told)) process.stdout.write(`  ${fault}\n`);
  told = found.length;
  process.stdout.write(
    `${(seconds() / 60).toFixed(1)} min: ${tally.text()}, ${usages.at(-1)?.megabytes.toFixed(0)} MB, ${usages.at(-1)?.descriptors} descriptors\n`,
  );
};

await Promise.all([
  ...Array.from({ length: clients }, converse),
  every(1000, () => (random() < 0.3 ? folder.spoil(random) : folder.swap())),
  every(5000, () => folder.renew(random)),
  every(20_000, burst),
  every(45_000, kill),
  every(2000, observe),
  every(30_000, say),
]);

const survived = server.running.child.exitCode === null;
client.close();
const status = survived ? await server.running.stop() : server.running.child.exitCode;
folder.remove();
const trend = trendOf(usages);
const faults = [
  ...tally.faults(),
  ...(survived && status === 0 ? [] : [`the server ended with ${status}: ${server.running.errors().slice(-2000)}`]),
  ...(trend.megabytesRatio <= 1.1
    ? []
    : [`resident memory grew from ${trend.early.megabytes.toFixed(0)} to ${trend.late.megabytes.toFixed(0)} MB`]),
  ...(trend.late.descriptors <= trend.early.descriptors + 20
    ? []
    : [`descriptors grew from ${trend.early.descriptors} to ${trend.late.descriptors}`]),
];
const result = {
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpus()[0]?.model ?? "?"}, ${cpus().length} cores`,
  command: `npm run soak -- --minutes ${minutes} --runtime ${runtime} --workers ${values.workers} --seed ${values.seed}`,
  ...tally.result(),
  repeatedOnClosedConnections: client.repeated,
  versionsSwappedIn: versionsSeen.size,
  memory: trend,
  faults,
};
mkdirSync(new URL("results", import.meta.url), { recursive: true });
writeFileSync(new URL(`results/soak-${runtime}.json`, import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
process.exit(faults.length === 0 ? 0 : 1);
