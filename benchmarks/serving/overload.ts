/**
 * What a server does with three times the load that it can bear: its capacity by a closed loop, then requests at that rate
 * and at three times it by an open loop, in turn, round after round. Server and client have a core each.
 *
 *   npm run benchmark:serving -- overload [--quick] [--try RUNTIME CASE [serve options]]
 *
 * Goodput counts right answers only, and is compared by the server's CPU time as well: other programs on the machine take wall
 * time away from it. Needs Linux with taskset. Writes results/overload.json and .md.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { endpointOf } from "../../src/bench/client/ask.ts";
import { LoadPool, type MergedLoad } from "../../src/bench/client/load-pool.ts";
import { encodeRequest } from "../../src/bench/client/request.ts";
import { describeMachine } from "../../src/bench/machine.ts";
import { median } from "../../src/bench/measure/statistics.ts";
import { pinSelf } from "../../src/bench/process/pinning.ts";
import { cpuSecondsBetween, type ServerProcesses, serverProcesses, usageOf } from "../../src/bench/process/server-processes.ts";
import { StartedServer, waitFor } from "../../src/bench/process/started-server.ts";
import { product } from "../../test/onnx/tiny-models.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const serverCore = "0";
const clientCore = "1";
const runtimes = ["bun", "node"] as const;
const closedConnections = 64;

interface Case {
  readonly name: string;
  readonly model: string;
  readonly options: readonly string[];
  readonly body: string;
  /** For the open loop: as many as it takes for a request to be sent when it is due. */
  readonly connections: number;
}

const irisRows = (count: number): string =>
  JSON.stringify(Array.from({ length: count }, (_, index) => [4 + index / count, 2 + index / count, 1 + index / count, index / count]));

/** Most of a request's work is its prediction: where it is reading and sending, one client cannot send three times what a server bears. */
function cases(): Readonly<Record<string, Case>> {
  const file = (name: string, bytes: Uint8Array) => {
    const path = join(tmpdir(), `setosa-${name}-${process.pid}.onnx`);
    writeFileSync(path, bytes);
    return path;
  };
  const { image } = JSON.parse(readFileSync(`${root}test/fixtures/other-models/digits-cnn.json`, "utf8")) as { image: unknown[] };
  return {
    compiled: {
      name: "compiled, 6 products of 512 × 512, 2 rows a request",
      model: file("product", product()),
      options: ["--engine", "compiled"],
      body: JSON.stringify(Array.from({ length: 2 }, (_, row) => Array.from({ length: 512 }, (_, index) => (row * index) % 7))),
      connections: 512,
    },
    large: {
      name: "compiled, iris-forest, 500 rows a request",
      model: "models/iris-forest.onnx",
      options: [],
      body: irisRows(500),
      connections: 512,
    },
    cnn: {
      name: "onnxruntime, a convolutional network, 16 images a request",
      model: "test/fixtures/other-models/digits-cnn.onnx",
      options: ["--engine", "onnxruntime"],
      body: JSON.stringify({ instances: Array.from({ length: 16 }, () => image[0]) }),
      connections: 512,
    },
    product: {
      name: "onnxruntime, 6 products of 512 × 512, 8 rows a request, not batched",
      model: file("product", product()),
      options: ["--engine", "onnxruntime", "--max-batch-rows", "1"],
      body: JSON.stringify(Array.from({ length: 8 }, (_, row) => Array.from({ length: 512 }, (_, index) => (row * index) % 7))),
      connections: 512,
    },
  };
}

interface Phase {
  readonly answersPerSecond: number;
  readonly answersPerCpuSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Share of its wall time that the server was on a core. */
  readonly serverBusy: number;
  readonly clientBusy: number;
  readonly failures: Readonly<Record<string, number>>;
}

interface Round {
  readonly closed: Phase;
  readonly atCapacity: Phase;
  readonly overload: Phase;
}

export async function run(argv: readonly string[]): Promise<void> {
  const quick = argv.includes("--quick");
  const all = cases();
  const at = argv.indexOf("--try");
  const tried = at < 0 ? undefined : argv.slice(at + 1);
  const seconds = quick ? 2 : 4;
  const rounds = quick ? 3 : 9;
  pinSelf(clientCore);
  const pool = new LoadPool(1);
  const results: { runtime: string; name: string; rounds: Round[] }[] = [];
  for (const [key, item] of Object.entries(all))
    for (const runtime of runtimes) {
      if (tried !== undefined && (tried[0] !== runtime || tried[1] !== key)) continue;
      const measured = await measure(pool, runtime, { ...item, options: [...item.options, ...(tried ?? []).slice(2)] }, rounds, seconds);
      results.push({ runtime, name: item.name, rounds: measured });
    }
  await pool.close();
  const text = report(results, rounds, seconds, argv);
  console.log(text);
  if (tried !== undefined) return;
  const folder = fileURLToPath(new URL("./results/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}overload.md`, text);
  writeFileSync(
    `${folder}overload.json`,
    `${JSON.stringify({ machine: describeMachine(), date: new Date().toISOString(), results }, null, 1)}\n`,
  );
}

async function measure(pool: LoadPool, runtime: string, item: Case, rounds: number, seconds: number): Promise<Round[]> {
  const command = [process.execPath, "bin/setosa", "serve", item.model, "--runtime", runtime, "--port", "0", ...item.options];
  const server = new StartedServer({ command, folder: root }, serverCore);
  try {
    const port = await waitFor(server, 30, () => server.listeningPort());
    const processes = port === undefined ? undefined : serverProcesses(port, server.pid);
    if (port === undefined || processes === undefined) throw new Error(`${command.join(" ")} does not listen: ${server.ended}`);
    const url = new URL(`http://127.0.0.1:${port}/predict`);
    const request = encodeRequest(url, { method: "POST", headers: [["Content-Type", "application/json"]], body: item.body }, true);
    const endpoint = await endpointOf(url);
    const load = async (connections: number, rate: number | undefined, duration: number): Promise<Phase> => {
      const before = usageOf(processes);
      const started = performance.now();
      const result = await pool.run({
        endpoint,
        requests: [request],
        offset: 0,
        expected: [],
        answerForm: {},
        connections,
        openBefore: 500,
        ...(rate === undefined ? {} : { rate }),
        seconds: duration,
        timeoutMilliseconds: 30_000,
      });
      return phase(result, before, processes, performance.now() - started);
    };
    await load(closedConnections, undefined, 2);
    const measured: Round[] = [];
    for (let round = 0; round < rounds; round++) {
      const closed = await load(closedConnections, undefined, seconds);
      const capacity = closed.answersPerSecond;
      const atCapacity = await load(item.connections, capacity, seconds);
      const overload = await load(item.connections, 3 * capacity, seconds);
      measured.push({ closed, atCapacity, overload });
      for (const [name, one] of Object.entries({ closed, atCapacity, overload })) console.error(line(`${runtime} ${name}`, one, capacity));
    }
    return measured;
  } finally {
    await server.stop();
  }
}

function phase(result: MergedLoad, before: ReturnType<typeof usageOf>, processes: ServerProcesses, milliseconds: number): Phase {
  const cpu = cpuSecondsBetween(before, usageOf(processes));
  const { p50, p99 } = result.latency.latency();
  return {
    answersPerSecond: result.answers / result.seconds,
    answersPerCpuSecond: result.answers / cpu,
    p50,
    p99,
    serverBusy: (cpu * 1000) / milliseconds,
    clientBusy: result.busy,
    failures: result.failures,
  };
}

function line(name: string, phase: Phase, capacity: number): string {
  const { answersPerSecond, answersPerCpuSecond, p50, p99, serverBusy, clientBusy, failures } = phase;
  return `${name.padEnd(16)} ${answersPerSecond.toFixed(0)}/s (${(answersPerSecond / capacity).toFixed(2)}) ${answersPerCpuSecond.toFixed(0)}/CPU s, p50 ${p50.toFixed(1)} p99 ${p99.toFixed(1)} ms, server ${serverBusy.toFixed(2)} client ${clientBusy.toFixed(2)} ${JSON.stringify(failures)}`;
}

function report(
  results: readonly { runtime: string; name: string; rounds: readonly Round[] }[],
  rounds: number,
  seconds: number,
  argv: readonly string[],
): string {
  const machine = describeMachine();
  const mid = (all: readonly Round[], of: (round: Round) => number): number => median(all.map(of));
  const rows = results.map(({ runtime, name, rounds: all }) => {
    const goodput = mid(all, ({ closed, overload }) => overload.answersPerSecond / closed.answersPerSecond);
    const byCpu = mid(all, ({ closed, overload }) => overload.answersPerCpuSecond / closed.answersPerCpuSecond);
    const refused = mid(all, ({ overload: { failures, answersPerSecond } }) => {
      const count = failures["status 503"] ?? 0;
      return count / (count + answersPerSecond * seconds);
    });
    return `| ${name} | ${runtime} | ${mid(all, ({ closed }) => closed.answersPerSecond).toFixed(0)} | ${goodput.toFixed(2)} | ${byCpu.toFixed(2)} | ${mid(all, ({ closed }) => closed.p99).toFixed(0)} | ${mid(all, ({ atCapacity }) => atCapacity.p99).toFixed(0)} | ${mid(all, ({ overload }) => overload.p99).toFixed(0)} | ${mid(all, ({ closed, overload }) => overload.p99 / closed.p99).toFixed(2)} | ${(refused * 100).toFixed(0)} % |`;
  });
  return [
    "# Three times the load that the server can bear",
    "",
    `${machine.processor}, ${machine.cores} cores, ${machine.system}, ${machine.runtime}; ${new Date().toISOString()}. \`npm run benchmark:serving -- overload${argv.map((arg) => ` ${arg}`).join("")}\`: ${rounds} rounds of ${seconds} s,`,
    `medians; server on core ${serverCore}, client on core ${clientCore}. Capacity: a closed loop of ${closedConnections} connections. At capacity, and at three times it: an open loop, latencies from the time at which a request was due.`,
    "",
    "| case | runtime | capacity, answers/s | goodput at 3× / capacity | the same per CPU second | p99 ms at capacity, closed | open | p99 ms of accepted at 3× | 3× / closed | refused |",
    "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...rows,
    "",
  ].join("\n");
}
