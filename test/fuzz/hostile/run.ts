import { parseArgs } from "node:util";
import { record } from "../record.ts";
import { subjectNames } from "./subjects.ts";
import { watch } from "./watch.ts";

/**
 * The long run over hostile files: the corpus, then every format in turn, until the time is over.
 * `npm run fuzz:hostile -- [--seconds 900] [--seed 1]`
 */
const { values } = parseArgs({
  options: { seconds: { type: "string", default: "900" }, seed: { type: "string", default: "1" }, record: { type: "boolean" } },
});
const started = performance.now();
const seed = Number(values.seed);
const end = performance.now() + Number(values.seconds) * 1000;
/** Files that one process loads: a new one then, so that what is measured is not what others left. */
const batch = 5000;

interface Total {
  executions: number;
  slowest: number;
  largestGrowth: number;
  readonly fates: Map<string, number>;
}

const totals = new Map<string, Total>();
const findings: string[] = [];

async function run(name: string, from: number): Promise<void> {
  const seconds = Math.max(1, Math.min(60, (end - performance.now()) / 1000));
  const result = await watch(name === "corpus" ? [name, 0, 0, 1e9] : [name, seed, from, batch, Math.round(seconds)]);
  const total = totals.get(name) ?? { executions: 0, slowest: 0, largestGrowth: 0, fates: new Map() };
  total.executions += result.executions;
  total.slowest = Math.max(total.slowest, result.slowest);
  total.largestGrowth = Math.max(total.largestGrowth, result.largestGrowth);
  for (const [fate, count] of Object.entries(result.fates)) total.fates.set(fate, (total.fates.get(fate) ?? 0) + count);
  totals.set(name, total);
  for (const finding of result.findings) {
    findings.push(finding);
    console.log(`FOUND ${finding}`);
  }
}

await run("corpus", 0);
for (let from = 0; performance.now() < end; from += batch)
  for (const name of subjectNames) if (performance.now() < end) await run(name, from);

for (const [name, { executions, slowest, largestGrowth, fates }] of totals) {
  const refused = [...fates].map(([fate, count]) => `${fate} ${count}`).join(", ");
  console.log(
    `${name}: ${executions} files, slowest ${slowest.toFixed(0)} ms, ${(largestGrowth / 2 ** 20).toFixed(1)} MiB at most: ${refused}`,
  );
}
console.log(`${findings.length} findings, seed ${seed}`);
if (values.record === true)
  record("hostile", `npm run fuzz:hostile -- --seconds ${values.seconds} --seed ${seed}`, started, {
    findings: findings.length,
    formats: Object.fromEntries([...totals].map(([name, { fates, ...total }]) => [name, { ...total, loaded: fates.get("loaded") ?? 0 }])),
  });
if (findings.length > 0) process.exitCode = 1;
