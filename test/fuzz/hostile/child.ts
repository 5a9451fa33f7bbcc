import { writeSync } from "node:fs";
import { Dice } from "../../forests/dice.ts";
import { attempt } from "./attempt.ts";
import { corpus } from "./corpus.ts";
import { allowedBytes, type ChildResult } from "./protocol.ts";
import { type SubjectName, subject, subjectNames } from "./subjects.ts";

/**
 * The process in which hostile files are loaded: `child.ts corpus 0 0 MOST_BYTES`, or `child.ts FORMAT SEED FROM EXECUTIONS [SECONDS]`.
 * It says on its output what it is about to try, so that whoever watches knows which file it died of.
 */
const [name = "corpus", seed = "1", from = "0", executions = "100", seconds = "Infinity"] = process.argv.slice(2);

const result: ChildResult = { executions: 0, fates: {}, findings: [], slowest: 0, largestGrowth: 0 };

function* files(): Generator<readonly [what: string, file: Uint8Array]> {
  if (name === "corpus") yield* corpus(Number(executions));
  else {
    const { files: good, mutate } = subject(subjectNames.find((one): one is SubjectName => one === name) ?? "onnx");
    for (let index = Number(from); index < Number(from) + Number(executions); index++) {
      // Each execution has dice of its own, so that it can be repeated alone.
      const dice = new Dice(Number(seed) * 1_000_003 + index);
      yield [String(index), mutate(good[index % good.length] ?? new Uint8Array(), dice)];
    }
  }
}

/** Loads that are no attack, so that what the runtime itself takes is there before memory is measured. */
async function warmUp(): Promise<void> {
  for (const each of subjectNames) for (const file of subject(each).files.slice(0, 12)) await attempt(file);
}

/** Before anything that may end the process; whoever reads may be slower than we write. */
function say(line: string): void {
  for (let rest = Buffer.from(`${line}\n`); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}

const residentBytes = (): number => process.resourceUsage().maxRSS * 1024;

await warmUp();
const end = performance.now() + Number(seconds) * 1000;
for (const [what, file] of files()) {
  if (performance.now() > end) break;
  say(what);
  const before = residentBytes();
  const started = performance.now();
  try {
    const fate = await attempt(file);
    result.fates[fate] = (result.fates[fate] ?? 0) + 1;
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message).split("\n").slice(0, 6).join(" | ") : String(error);
    result.findings.push(`${name} ${what} of seed ${seed}: ${text}`);
  }
  result.executions++;
  result.slowest = Math.max(result.slowest, performance.now() - started);
  const growth = residentBytes() - before;
  result.largestGrowth = Math.max(result.largestGrowth, growth);
  if (growth > allowedBytes(file.length))
    result.findings.push(`${name} ${what} of seed ${seed}: ${file.length} bytes took ${growth} bytes of memory`);
}
say(`result ${JSON.stringify(result)}`);
process.exit(0);
