/**
 * What metrics cost: processor time per request of a server that counts against one with --no-metrics, by real requests over HTTP
 * (POST /predict, one row of the iris forest, 16 connections). Servers run side by side and are asked in turn, a slice each, in
 * another order each round; a figure is the median of the rounds' ratios. A second server without metrics shows the noise.
 *
 *   npm run benchmark:serving -- telemetry-cost [--quick]
 *
 * Needs Linux (/proc) and `npm run build`. Writes results/telemetry-cost.{md,json}; takes about five minutes.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chooseRuntime } from "../../bin/runtime.js";
import { sendRequests } from "../http/load.ts";
import { describeMachine, type Machine } from "../http/machine.ts";
import { unpackPackage } from "../http/package.ts";
import { type BenchServer, type Runtime, runtimes, startServer } from "../http/server.ts";
import { median } from "../http/statistics.ts";
import { microsecondsPerRequest, quartiles, rotated } from "./parts/processor-time.ts";

const contenders = { off: ["--no-metrics"], "off again": ["--no-metrics"], on: [] } as const;
type Contender = keyof typeof contenders;
const names = Object.keys(contenders) as Contender[];
const connections = 16;

interface Result {
  readonly runtime: Runtime;
  /** Microseconds of processor time per request, by round. */
  readonly cpu: Readonly<Record<Contender, readonly number[]>>;
}

interface Results {
  readonly machine: Machine;
  readonly command: string;
  readonly requests: number;
  readonly results: readonly Result[];
}

export async function run(argv: readonly string[]): Promise<void> {
  const quick = argv.includes("--quick");
  const requests = quick ? 2000 : 6000;
  const rounds = quick ? 9 : 121;
  const setosa = unpackPackage();
  const results: Result[] = [];
  for (const runtime of runtimes) results.push(await measure(setosa, runtime, requests, rounds));
  const all: Results = {
    machine: describeMachine(chooseRuntime(["serve"]).bun ?? "bun"),
    command: `npm run benchmark:serving -- telemetry-cost${quick ? " --quick" : ""}`,
    requests,
    results,
  };
  const folder = fileURLToPath(new URL("./results/", import.meta.url));
  writeFileSync(`${folder}telemetry-cost.json`, `${JSON.stringify(all, null, 2)}\n`);
  writeFileSync(`${folder}telemetry-cost.md`, report(all));
  console.log(report(all));
}

async function measure(setosa: string, runtime: Runtime, requests: number, rounds: number): Promise<Result> {
  const servers = new Map<Contender, BenchServer>();
  const cpu: Record<Contender, number[]> = { off: [], "off again": [], on: [] };
  let port = 19_200 + (process.pid % 700);
  try {
    for (const name of names) {
      const command = [process.execPath, setosa, "serve", "models", "--default", "iris-forest", "--runtime", runtime];
      servers.set(name, await startServer([...command, "--port", String(++port), ...contenders[name]], port, 0));
    }
    // Until the compilers of both runtimes have done their work.
    for (const server of servers.values()) await sendRequests(server.port, 5 * requests, connections);
    for (let round = 0; round < rounds; round++) {
      if (round % 20 === 0) console.log(`${runtime}, round ${round + 1} of ${rounds}`);
      for (const name of rotated(names, round)) {
        const server = servers.get(name);
        if (server === undefined) continue;
        const send = () => sendRequests(server.port, requests, connections);
        cpu[name].push(await microsecondsPerRequest(server.child.pid ?? 0, requests, send));
      }
    }
  } finally {
    for (const server of servers.values()) await server.stop();
  }
  return { runtime, cpu };
}

function report({ machine, command, requests, results }: Results): string {
  const rows = results.map(({ runtime, cpu }) => {
    const ratios = (name: Contender) => cpu[name].map((value, round) => value / (cpu.off[round] ?? Number.NaN));
    const percent = (name: Contender) => `${((median(ratios(name)) - 1) * 100).toFixed(1)} % (${quartiles(ratios(name))})`;
    return `| ${runtime} | ${median(cpu.off).toFixed(1)} | ${median(cpu.on).toFixed(1)} | ${percent("on")} | ${percent("off again")} |`;
  });
  return [
    "# What metrics cost",
    "",
    `Processor time per request in microseconds, \`POST /predict\` with one row of the iris forest: medians of ${results[0]?.cpu.on.length} rounds of ${requests} requests, with metrics and with \`--no-metrics\`.`,
    "The difference is the median of the rounds' ratios, with its quartiles; two servers without metrics differ by noise alone.",
    "",
    "| runtime | without | with | difference | two without |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...rows,
    "",
    `\`${command}\`, ${machine.date.slice(0, 10)}: ${machine.processor}, ${machine.cores} cores, ${machine.system}, Node ${machine.node}, Bun ${machine.bun}; servers on one core.`,
    "",
  ].join("\n");
}
