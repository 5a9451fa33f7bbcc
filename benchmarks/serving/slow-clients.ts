/**
 * What others notice of 2,000 clients that hold connections without being of use (silent, half-open, dripping a byte of a head or of
 * a body each second, never reading answers), each of which comes back when it is shut out: the same server with and without
 * them in turn. Once with places for all, once with places for half of them.
 *
 *   npm run benchmark:serving -- slow-clients [rounds (2)] [attackers (2000)]
 *
 * Needs Linux (/proc). Takes four minutes. Writes results/slow-clients.{json,md}.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { describeMachine } from "../../src/bench/machine.ts";
import { seededRandom } from "../../src/bench/measure/statistics.ts";
import { type Runtime, root, runtimes, startScript } from "../../test/e2e/process.ts";
import { startServer } from "../../test/e2e/server.ts";
import { type Outcome, startClients } from "./parts/reconnecting-clients.ts";

const seconds = 8;
const thinkMilliseconds = 20;
const clientsOfEachKind = 8;
const body = "[5.1,3.5,1.4,0.2]";
const head = `POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`;

interface Window {
  readonly requests: number;
  /** Of clients that keep their connections, and of those that connect for each request. */
  readonly failedKept: number;
  readonly brief: number;
  readonly failedBrief: Readonly<Record<string, number>>;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

interface Result {
  readonly runtime: Runtime;
  readonly places: number;
  readonly attackers: number;
  readonly open: number;
  readonly shutOut: number;
  readonly without: Window;
  readonly with: Window;
  /** Largest resident size of the server, in MB. */
  readonly peakMegabytes: number;
}

export async function run(argv: readonly string[]): Promise<void> {
  const [rounds = 2, attackers = 2000] = argv.map(Number);
  const results: Result[] = [];
  for (const runtime of runtimes)
    for (const places of [10_000, attackers / 2]) results.push(await measure(runtime, { places, rounds, attackers }));
  const machine = describeMachine();
  const folder = new URL("results/", import.meta.url);
  writeFileSync(new URL("slow-clients.json", folder), `${JSON.stringify({ machine, date: new Date().toISOString(), results }, null, 2)}\n`);
  const text = report(results, machine);
  writeFileSync(new URL("slow-clients.md", folder), text);
  console.log(text);
}

interface Plan {
  readonly places: number;
  readonly rounds: number;
  readonly attackers: number;
}

async function measure(runtime: Runtime, { places, rounds, attackers }: Plan): Promise<Result> {
  const server = await startServer(runtime, [`${root}models/iris.onnx`, "--max-connections", String(places)]);
  const without: Asked = { kept: [], brief: [] };
  const attacked: Asked = { kept: [], brief: [] };
  let open = 0;
  let shutOut = 0;
  try {
    await ask(server.port, { kept: [], brief: [] });
    for (let round = 0; round < rounds; round++) {
      await ask(server.port, without);
      const attack = startScript("node", "benchmarks/serving/parts/attack.ts", [String(server.port), String(attackers)]);
      await attack.waitFor(/attacking/);
      // The first of them are idle for long enough to make room, where there is none.
      await pause(2500);
      await ask(server.port, attacked);
      attack.child.kill("SIGTERM");
      await attack.ended();
      const counts = JSON.parse(attack.output().trim().split("\n").at(-1) ?? "{}") as { open: number; shutOut: number };
      open = Math.max(open, counts.open);
      shutOut += counts.shutOut;
      await pause(500);
    }
    const peakMegabytes = serverPeak(server.running.pid);
    return { runtime, places, attackers, open, shutOut, without: windowOf(without), with: windowOf(attacked), peakMegabytes };
  } finally {
    await server.running.stop();
  }
}

interface Asked {
  readonly kept: Outcome[];
  readonly brief: Outcome[];
}

/** Clients with connections that they keep, and clients that connect for each request. */
async function ask(port: number, { kept, brief }: Asked): Promise<void> {
  const common = { port, thinkMilliseconds, count: clientsOfEachKind, random: seededRandom(3) };
  const clients = [
    startClients({ ...common, request: `${head}\r\n${body}`, requestsEach: 1000, onOutcome: (outcome) => kept.push(outcome) }),
    startClients({
      ...common,
      request: `${head}Connection: close\r\n\r\n${body}`,
      requestsEach: 1,
      onOutcome: (outcome) => brief.push(outcome),
    }),
  ];
  await pause(seconds * 1000);
  await Promise.all(clients.map((one) => one.stop()));
}

function windowOf({ kept, brief }: Asked): Window {
  const outcomes = [...kept, ...brief];
  const times = outcomes.flatMap(({ ok, began, ended }) => (ok ? [ended - began] : [])).sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
  const failedBrief: Record<string, number> = {};
  for (const { ok, how } of brief) if (!ok) failedBrief[how] = (failedBrief[how] ?? 0) + 1;
  return {
    requests: outcomes.length,
    failedKept: kept.filter(({ ok }) => !ok).length,
    brief: brief.length,
    failedBrief,
    p50: at(0.5),
    p99: at(0.99),
    most: at(1),
  };
}

/** Of the process that serves: the launcher's child, where there is one. */
function serverPeak(launcher: number): number {
  const children = readFileSync(`/proc/${launcher}/task/${launcher}/children`, "latin1").trim().split(" ");
  const peaks = [launcher, ...children.filter((pid) => pid !== "").map(Number)].map(
    (pid) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0) / 1024,
  );
  return Math.max(...peaks);
}

function report(results: readonly Result[], machine: object): string {
  const failures = ({ brief, failedBrief }: Window) => {
    const each = Object.entries(failedBrief).map(([how, count]) => `${count} ${how}`);
    return each.length === 0 ? `0 of ${brief}` : `${each.join(", ")} of ${brief}`;
  };
  const row = (result: Result, window: Window, attacked: string) =>
    `| ${[
      result.runtime,
      result.places,
      attacked,
      window.requests,
      window.failedKept,
      failures(window),
      `${window.p50.toFixed(1)} ms`,
      `${window.p99.toFixed(1)} ms`,
      `${window.most.toFixed(0)} ms`,
    ].join(" | ")} |`;
  const rows = results.flatMap((result) => [
    row(result, result.without, "none"),
    row(
      result,
      result.with,
      `${result.attackers} (${result.open} open, shut out ${result.shutOut} times; peak ${result.peakMegabytes.toFixed(0)} MB)`,
    ),
  ]);
  return `# Slow and silent clients

${clientsOfEachKind} clients that keep their connections and ${clientsOfEachKind} that connect for each request, each asking again some ${thinkMilliseconds} ms after its answer; ${seconds} s with attackers and
${seconds} s without them, in turn. Time-outs and limits are the defaults (10 s idle, 30 s for a request), but for the number of places.
Attackers and clients share the machine with the server, which shows in the times.

| runtime | places | attackers | requests | failed on kept connections | failed on new connections | p50 | p99 | slowest |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}

\`npm run benchmark:serving -- slow-clients\`, ${Object.values(machine).join(", ")}, ${new Date().toISOString().slice(0, 10)}.
`;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
