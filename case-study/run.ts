/**
 * The case study, run for real: the same trained models behind Python, Go and TypeScript, measured side by side on this
 * machine; and the study's own commands with its own stubs, for what they show.
 *
 *   npm run case-study [-- --quick] [--only=PART]
 *
 * Needs Linux with Go, Python 3.11, hey and taskset; nginx where it is installed. Writes results/.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { runBench } from "../src/bench/bench.ts";
import { seededRandom } from "../src/bench/measure/statistics.ts";
import type { BenchPlan } from "../src/bench/plan.ts";
import { StartedServer, waitFor } from "../src/bench/process/started-server.ts";
import { reportHtml } from "../src/bench/reports/html/html.ts";
import { reportJson } from "../src/bench/reports/json.ts";
import { reportPicture } from "../src/bench/reports/picture.ts";
import type { BenchResult } from "../src/bench/result.ts";
import { packageVersion } from "../src/cli/version.ts";
import { type HeyRun, runHey } from "./scenario/hey.ts";
import { summary } from "./scenario/summary.ts";
import { batchRequests, floorTargets, modelTargets, requests, stubTargets, workerTargets } from "./scenario/targets.ts";
import { missingPrograms, prepareToolchains } from "./scenario/toolchains.ts";
import { closedPort, forbiddenPort } from "./scenario/traps.ts";

const quick = process.argv.includes("--quick");
/** One part of it, again: study, iris, iris-forest or workers. */
const only = process.argv.find((word) => word.startsWith("--only="))?.slice("--only=".length);
const root = fileURLToPath(new URL("../", import.meta.url));
const results = fileURLToPath(new URL(quick ? "./results/quick/" : "./results/", import.meta.url));
const log = (line: string): void => console.error(`${new Date().toISOString().slice(11, 19)} ${line}`);
const random = seededRandom(1);
const command = `npm run case-study${quick ? " -- --quick" : ""}`;

const absent = missingPrograms();
if (absent.length > 0) throw new Error(`The case study needs ${absent.join(", ")}.`);
prepareToolchains(root, log);

const settings = {
  answerForm: {},
  connections: 16,
  threads: 1,
  keepAlive: true,
  rounds: quick ? 5 : 11,
  roundSeconds: quick ? 0.5 : 1.5,
  warmupSeconds: quick ? 2 : 8,
  timeoutMilliseconds: 20_000,
  clientCores: "1",
  serverCores: "0",
  version: packageVersion(),
  command,
} satisfies Partial<BenchPlan>;

const single = { requests: requests(), payload: "rows of iris as JSON, within the ranges of its training data" };

async function measure(name: string, plan: BenchPlan): Promise<BenchResult> {
  log(name);
  let shown = "";
  const progress = (what: string): void => {
    const phase = what.startsWith("round") ? (what.split(":")[0] ?? what) : what;
    if (phase !== shown) log(`  ${phase}`);
    shown = phase;
  };
  return runBench(plan, { random, date: () => new Date(), progress });
}

/** The study's method, word for word: start a server, run hey against it once, believe the figure. */
async function studyMethod(): Promise<HeyRun[]> {
  const runs: HeyRun[] = [];
  for (const { name, url, start } of [...stubTargets(), ...modelTargets("iris")]) {
    if (start === undefined || url === undefined) continue;
    const server = new StartedServer(start, undefined);
    try {
      const ready = await waitFor(server, 60, () =>
        fetch(url).then(
          ({ ok }) => ok || undefined,
          () => undefined,
        ),
      );
      if (ready === undefined) throw new Error(`${name} does not answer: ${server.ended ?? server.output}`);
      runs.push(await runHey(name, url.href));
    } finally {
      await server.stop();
    }
  }
  for (const trap of [await forbiddenPort(), await closedPort()]) {
    runs.push(await runHey(trap.name, trap.url));
    trap.close();
  }
  return runs;
}

/** Without this machine's own folders. */
const portable = (text: string): string => text.replaceAll(root, "").replaceAll(new RegExp(`${tmpdir()}/setosa-nginx-\\w+`, "g"), "nginx");

mkdirSync(results, { recursive: true });
const { serverCores: _, clientCores: __, ...unpinned } = settings;
const parts: Readonly<Record<string, () => Promise<BenchResult>>> = {
  iris: () => measure("iris", { ...settings, ...single, targets: [...modelTargets("iris"), ...floorTargets()] }),
  "iris-forest": () => measure("iris-forest", { ...settings, ...single, targets: [...modelTargets("iris-forest"), ...floorTargets()] }),
  // Both cores are the servers': the client takes next to nothing of them.
  workers: () =>
    measure("workers", { ...unpinned, targets: workerTargets(), requests: batchRequests(), payload: "200 rows in each request" }),
};
const isWanted = (part: string): boolean => only === undefined || only === part;
const refused: string[] = [];

if (isWanted("study")) {
  log("the study's own commands");
  writeFileSync(`${results}study.json`, `${JSON.stringify(await studyMethod(), null, 1)}\n`);
}
for (const [name, run] of Object.entries(parts)) {
  if (!isWanted(name)) continue;
  const result = await run();
  refused.push(...result.targets.flatMap((target) => (target.refusal === undefined ? [] : [`${target.name}: ${target.refusal.message}`])));
  writeFileSync(`${results}${name}.json`, portable(reportJson(result)));
  writeFileSync(`${results}${name}.html`, portable(reportHtml(result)));
  writeFileSync(`${results}${name}.svg`, reportPicture(result, { measure: "cpuMicrosecondsPerAnswer" }));
}
const read = (name: string): unknown => JSON.parse(readFileSync(`${results}${name}.json`, "utf8"));
const measured = Object.fromEntries(Object.keys(parts).map((name) => [name, read(name) as BenchResult]));
writeFileSync(`${results}README.md`, portable(summary(read("study") as HeyRun[], measured, command)));
log(`written to ${results}`);
for (const line of refused) log(`REFUSED ${line}`);
process.exit(refused.length > 0 ? 1 : 0);
