import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Runtime, runtimes } from "../../e2e/process.ts";
import { type Recorded, record } from "../record.ts";
import { type FuzzResult, fuzzHttp } from "./fuzz.ts";

/**
 * Changed streams to the real server, over real sockets, until the time or the number is up:
 * `npm run fuzz:http -- [--seconds 60] [--executions N] [--seed 1] [--from 0] [--runtime bun|node] [--record]`
 *
 * `--from N --executions 1` repeats a finding of the same seed alone.
 */
const unbounded = "1000000000";
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    executions: { type: "string", default: unbounded },
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
    runtime: { type: "string" },
    record: { type: "boolean" },
  },
});
const chosen: readonly Runtime[] = runtimes.filter((runtime) => values.runtime === undefined || runtime === values.runtime);
const seed = Number(values.seed);
const started = performance.now();
/** Connections to one process, before a new one is started: a finding in a server that has seen less is easier to explain. */
const round = 100_000;

for (const runtime of chosen) {
  const end = performance.now() + Number(values.seconds) * 1000;
  const results: FuzzResult[] = [];
  let from = Number(values.from);
  let left = Number(values.executions);
  while (left > 0 && performance.now() < end) {
    const executions = Math.min(round, left);
    const result = await fuzzHttp({ runtime, seed, from, executions, seconds: (end - performance.now()) / 1000 });
    results.push(result);
    from += executions;
    left -= executions;
    for (const finding of result.findings) console.log(`FOUND on ${runtime}: ${JSON.stringify(finding)}`);
    console.log(JSON.stringify({ runtime, seed, upTo: from, ...sum(results) }));
  }
  if (results.some(({ findings }) => findings.length > 0)) process.exitCode = 1;
  if (values.record === true) save(runtime, sum(results));
}

function sum(results: readonly FuzzResult[]) {
  const total = (count: (result: FuzzResult) => number) => results.reduce((before, result) => before + count(result), 0);
  const most = (figure: (result: FuzzResult) => number) => Math.max(...results.map(figure));
  return {
    executions: total(({ executions }) => executions),
    answered: total(({ answered }) => answered),
    refused: total(({ refused }) => refused),
    good: total(({ good }) => good),
    residentMegabytes: {
      warm: most(({ residentMegabytes }) => residentMegabytes.warm),
      largest: most(({ residentMegabytes }) => residentMegabytes.largest),
    },
    findings: total(({ findings }) => findings.length),
  };
}

/** Beside what the other runtime has on record. */
function save(runtime: Runtime, result: ReturnType<typeof sum>): void {
  const file = new URL("../results/http.json", import.meta.url);
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Recorded<Record<string, unknown>>).result : {};
  const executions = values.executions === unbounded ? "" : ` --executions ${values.executions}`;
  const command = `npm run fuzz:http -- --seconds ${values.seconds}${executions} --seed ${seed}`;
  record("http", command, started, { ...before, [runtime]: { seed, ...result } });
}
