/**
 * What input monitoring costs: processor time per request of a server that monitors against one with --no-monitoring, by real
 * requests over HTTP, metrics off in both. Servers run side by side and are asked in turn, a slice each, in another order each
 * round; a figure is the median of the rounds' ratios. A second server without monitoring shows the noise.
 *
 *   npm run benchmark:serving -- monitoring-cost [--quick]
 *
 * Needs Linux (/proc) and `npm run build`. Writes results/monitoring-cost.{md,json}; takes about ten minutes.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chooseRuntime } from "../../bin/runtime.js";
import { medianInterval, seededRandom } from "../../src/bench/measure/statistics.ts";
import { type Load, sendRequests } from "../http/load.ts";
import { describeMachine, type Machine } from "../http/machine.ts";
import { unpackPackage } from "../http/package.ts";
import { type BenchServer, type Runtime, root, runtimes, startServer } from "../http/server.ts";
import { median } from "../http/statistics.ts";
import { microsecondsPerRequest, rotated } from "./parts/processor-time.ts";

const contenders = { off: ["--no-monitoring"], "off again": ["--no-monitoring"], on: [] } as const;
type Contender = keyof typeof contenders;
const names = Object.keys(contenders) as Contender[];
const connections = 16;

interface Case extends Load {
  readonly name: string;
  /** In a slice of a round. */
  readonly requests: number;
}

const cases: readonly Case[] = [
  { name: "iris-forest, 1 row", ...load("iris-forest", 1), requests: 4000 },
  { name: "iris-forest, 100 rows", ...load("iris-forest", 100), requests: 400 },
  { name: "iris-forest, 10,000 rows", ...load("iris-forest", 10_000), requests: 8 },
  { name: "loans (two features of categories), 1 row", ...load("loans", 1), requests: 4000 },
  { name: "loans, 100 rows", ...load("loans", 100), requests: 300 },
  { name: "digits (64 features), 1 row", ...load("digits", 1), requests: 2000 },
];

interface Result {
  readonly runtime: Runtime;
  readonly name: string;
  /** Microseconds of processor time per request, by round. */
  readonly cpu: Readonly<Record<Contender, number[]>>;
}

interface Results {
  readonly machine: Machine;
  readonly command: string;
  readonly results: readonly Result[];
}

export async function run(argv: readonly string[]): Promise<void> {
  const quick = argv.includes("--quick");
  const setosa = unpackPackage();
  const results: Result[] = [];
  for (const runtime of runtimes) results.push(...(await measure(setosa, runtime, quick ? 2 : 4, 5)));
  const all: Results = {
    machine: describeMachine(chooseRuntime(["serve"]).bun ?? "bun"),
    command: `npm run benchmark:serving -- monitoring-cost${quick ? " --quick" : ""}`,
    results,
  };
  const folder = fileURLToPath(new URL("./results/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}monitoring-cost.json`, `${JSON.stringify(all, null, 2)}\n`);
  writeFileSync(`${folder}monitoring-cost.md`, report(all));
  console.log(report(all));
}

/** Rows of the data set that the model was trained on, as objects. */
function load(model: string, count: number): Load {
  const { rows } = JSON.parse(readFileSync(`${root}test/fixtures/models/${model}.json`, "utf8")) as { rows: readonly unknown[][] };
  const names = featureNames(model);
  const named = Array.from({ length: count }, (_, index) =>
    Object.fromEntries(names.map((name, column) => [name, rows[index % rows.length]?.[column]])),
  );
  return { path: `/models/${model}/predict`, body: JSON.stringify(count === 1 ? named[0] : named), expected: '"prediction":' };
}

function featureNames(model: string): readonly string[] {
  const metadata = readFileSync(`${root}models/${model}.onnx`).toString("utf8");
  const list = /"features":(\[.*?\]),"example"/.exec(metadata)?.[1] ?? "[]";
  return (JSON.parse(list) as { name: string }[]).map(({ name }) => name);
}

/** With new processes several times over: two of the same command differ by some percent as long as they live, above all Bun's. */
async function measure(setosa: string, runtime: Runtime, generations: number, rounds: number): Promise<Result[]> {
  const results = cases.map(({ name }) => ({ runtime, name, cpu: { off: [], "off again": [], on: [] } as Record<Contender, number[]> }));
  let port = 19_900 + (process.pid % 700);
  for (let generation = 0; generation < generations; generation++) {
    console.log(`${runtime}, ${generation + 1} of ${generations}`);
    const servers = new Map<Contender, BenchServer>();
    try {
      for (const name of rotated(names, generation)) {
        const command = [process.execPath, setosa, "serve", "models", "--default", "iris", "--no-metrics", "--runtime", runtime];
        servers.set(name, await startServer([...command, "--port", String(++port), ...contenders[name]], port, 0));
      }
      for (const [index, one] of cases.entries()) await measureCase(servers, one, rounds, (results[index] as Result).cpu);
    } finally {
      for (const server of servers.values()) await server.stop();
    }
  }
  return results;
}

async function measureCase(servers: ReadonlyMap<Contender, BenchServer>, one: Case, rounds: number, cpu: Result["cpu"]): Promise<void> {
  // Until the compilers of both runtimes have done their work.
  for (const server of servers.values()) await sendRequests(server.port, 5 * one.requests, connections, one);
  for (let round = 0; round < rounds; round++)
    for (const name of rotated(names, round)) {
      const server = servers.get(name);
      if (server === undefined) continue;
      const send = () => sendRequests(server.port, one.requests, connections, one);
      cpu[name].push(await microsecondsPerRequest(server.child.pid ?? 0, one.requests, send));
    }
}

function report({ machine, command, results }: Results): string {
  const random = seededRandom(1);
  const rows = results.map(({ runtime, name, cpu }) => {
    const percent = (of: Contender) => {
      // Of both that do without, for what is judged.
      const without = cpu.off.map((value, round) => (of === "on" ? (value + (cpu["off again"][round] ?? Number.NaN)) / 2 : value));
      const ratios = cpu[of].map((value, round) => value / (without[round] ?? Number.NaN));
      const [low, high] = medianInterval(ratios, random);
      return `${change(median(ratios))} (${change(low)} to ${change(high)})`;
    };
    return `| ${runtime} | ${name} | ${median(cpu.off).toFixed(1)} | ${median(cpu.on).toFixed(1)} | ${percent("on")} | ${percent("off again")} |`;
  });
  return [
    "# What input monitoring costs",
    "",
    `Processor time per request in microseconds, \`POST …/predict\`, monitored and with \`--no-monitoring\`: medians of ${results[0]?.cpu.on.length} rounds.`,
    "The difference in percent is the median of the rounds' ratios to the mean of two servers without, with its 95 % interval; those two differ by noise alone.",
    "",
    "| runtime | request | without | with | difference, % | two without, % |",
    "| --- | --- | ---: | ---: | ---: | ---: |",
    ...rows,
    "",
    `\`${command}\`, ${machine.date.slice(0, 10)}: ${machine.processor}, ${machine.cores} cores, ${machine.system}, Node ${machine.node}, Bun ${machine.bun}; servers on one core.`,
    "",
  ].join("\n");
}

function change(ratio: number): string {
  return ((ratio - 1) * 100).toFixed(1);
}
