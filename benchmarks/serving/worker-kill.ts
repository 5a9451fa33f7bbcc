/**
 * What clients notice when a worker is killed: a server with two workers, clients with many connections that connect again when
 * they are cut off, and kill -9 of one worker after another. A request may only fail that was under way on a connection of the
 * worker that died; whose connections these were is read from the kernel just before.
 *
 *   npm run benchmark:serving -- worker-kill [kills of each runtime (6)]
 *
 * Under Bun each worker has a queue of connections of its own in the kernel, and those that wait in it are reset with it, unless Linux moves them
 * to another one's. To measure that, in a network of its own, as root:
 *
 *   unshare -n sh -c 'ip link set lo up; sysctl -w net.ipv4.tcp_migrate_req=1; npm run benchmark:serving -- worker-kill'
 *
 * Needs Linux (/proc). Takes two minutes. Writes results/worker-kill[-migrating].{json,md}.
 */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { describeMachine } from "../../src/bench/machine.ts";
import { seededRandom } from "../../src/bench/measure/statistics.ts";
import { type Runtime, root, runtimes } from "../../test/e2e/process.ts";
import { startServer, type TestServer } from "../../test/e2e/server.ts";
import { workersOf } from "../../test/e2e/workers.ts";
import { type Outcome, startClients } from "./parts/reconnecting-clients.ts";

const keptConnections = 64;
const briefConnections = 8;
const thinkMilliseconds = 5;
const requestsEach = 100;
const betweenKills = 3000;
const body = "[5.1,3.5,1.4,0.2]";
const head = `POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`;

interface Kill {
  readonly runtime: Runtime;
  readonly requests: number;
  /** Of the worker that died. */
  readonly connections: number;
  /** On these, of clients that keep their connections: requests that had been sent and not answered, and how many of them failed. */
  readonly underWay: number;
  readonly failedUnderWay: number;
  /** Requests that were sent on them between the stop and the news that the worker is gone. */
  readonly failedAfter: number;
  /** On connections of the other worker. */
  readonly failedOfLiving: number;
  /** On connections that had not carried an answer yet. */
  readonly failedAnew: number;
  /** Connections for one request that failed, by how. */
  readonly brief: Readonly<Record<string, number>>;
  readonly hangs: number;
  /** Until the worker served again. */
  readonly millisecondsToFull: number;
}

export async function run(argv: readonly string[]): Promise<void> {
  const [count = 6] = argv.map(Number);
  const kills: Kill[] = [];
  for (const runtime of runtimes) {
    const server = await startServer(runtime, [`${root}models/iris.onnx`, "--workers", "2", "--max-restarts", "1000"]);
    try {
      kills.push(...(await killWorkers(runtime, server, count)));
    } finally {
      await server.running.stop();
    }
  }
  const machine = describeMachine();
  const results = new URL("results/", import.meta.url);
  const migrates = readFileSync("/proc/sys/net/ipv4/tcp_migrate_req", "latin1").trim() === "1";
  const name = migrates ? "worker-kill-migrating" : "worker-kill";
  writeFileSync(new URL(`${name}.json`, results), `${JSON.stringify({ machine, date: new Date().toISOString(), kills }, null, 2)}\n`);
  const text = report(kills, machine, migrates);
  writeFileSync(new URL(`${name}.md`, results), text);
  console.log(text);
}

async function killWorkers(runtime: Runtime, server: TestServer, count: number): Promise<Kill[]> {
  const random = seededRandom(5);
  const kept: Outcome[] = [];
  const brief: Outcome[] = [];
  const common = { port: server.port, thinkMilliseconds, random };
  const keeping = startClients({
    ...common,
    count: keptConnections,
    request: `${head}\r\n${body}`,
    requestsEach,
    onOutcome: (outcome) => kept.push(outcome),
  });
  const changing = startClients({
    ...common,
    count: briefConnections,
    request: `${head}Connection: close\r\n\r\n${body}`,
    requestsEach: 1,
    onOutcome: (outcome) => brief.push(outcome),
  });
  await pause(betweenKills);
  const kills: Kill[] = [];
  for (let index = 0; index < count; index++) {
    kept.length = 0;
    brief.length = 0;
    const servesAgain = server.running.waitFor(new RegExp(`(serves again[^]*){${index + 1}}`), "errors").then(() => performance.now());
    const { at, ports } = await killOne(server.port);
    const full = (await servesAgain) + performance.timeOrigin - at;
    await pause(betweenKills);
    const dead = new Set(ports);
    const failed = kept.filter(({ ok }) => !ok);
    const old = failed.filter(({ before }) => before > 0);
    const failedBrief: Record<string, number> = {};
    for (const { ok, how } of brief) if (!ok) failedBrief[how] = (failedBrief[how] ?? 0) + 1;
    kills.push({
      runtime,
      requests: kept.length + brief.length,
      connections: dead.size,
      underWay: kept.filter(({ port, began, ended }) => dead.has(port) && began < at && ended >= at).length,
      failedUnderWay: old.filter(({ port, began }) => dead.has(port) && began < at).length,
      failedAfter: old.filter(({ port, began }) => dead.has(port) && began >= at).length,
      failedOfLiving: old.filter(({ port }) => !dead.has(port)).length,
      failedAnew: failed.length - old.length,
      brief: failedBrief,
      hangs: [...kept, ...brief].filter(({ how }) => how === "hangs").length,
      millisecondsToFull: full,
    });
  }
  await Promise.all([keeping.stop(), changing.stop()]);
  return kills;
}

interface Killed {
  readonly at: number;
  readonly ports: readonly number[];
}

async function killOne(port: number): Promise<Killed> {
  const script = `${root}benchmarks/serving/parts/kill-worker.js`;
  const { stdout } = await promisify(execFile)(process.execPath, [script, String(port), ...workersOf(port).map(String)]);
  return JSON.parse(stdout) as Killed;
}

function report(kills: readonly Kill[], machine: object, migrates: boolean): string {
  const rows = kills.map((kill) => {
    const brief = Object.entries(kill.brief).map(([how, count]) => `${count} ${how}`);
    return `| ${[
      kill.runtime,
      kill.requests,
      kill.connections,
      kill.underWay,
      kill.failedUnderWay,
      kill.failedAfter,
      kill.failedOfLiving,
      kill.failedAnew,
      brief.length === 0 ? 0 : brief.join(", "),
      kill.hangs,
      `${Math.round(kill.millisecondsToFull)} ms`,
    ].join(" | ")} |`;
  });
  return `# kill -9 of a worker under load${migrates ? ", net.ipv4.tcp_migrate_req=1" : ""}

Two workers; ${keptConnections} clients whose connections carry ${requestsEach} requests, more or less, and ${briefConnections} that connect for each request. Each asks again some
${thinkMilliseconds} ms after its answer. The worker is stopped, whose connections it has is read from the kernel, and it is killed. Requests may fail that
were under way on these, or were sent on them before the client had the news; none may fail on the other worker's, and none may hang.

| runtime | requests | connections of the dead worker | requests under way on them | failed of these | failed, sent before the news | failed on the other worker's connections | failed on a new connection | failed of connections for one request | hangs | until it served again |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}

"On a new connection" are connections that had not carried an answer yet: under Bun those that waited in the dead worker's own queue in the
kernel, reset before anybody had read their requests. Node's supervisor takes connections in and hands them out; one that the dead worker had not
taken goes to another.

\`npm run benchmark:serving -- worker-kill\`, ${Object.values(machine).join(", ")}, ${new Date().toISOString().slice(0, 10)}.
`;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
