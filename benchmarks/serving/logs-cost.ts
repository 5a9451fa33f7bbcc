/**
 * What logs, traces and captures cost: processor time per request of servers with each of them against one without, by real requests
 * over HTTP (POST /predict, one row of the iris forest, 16 connections). Servers run side by side and are asked in turn, a slice each,
 * in another order each round; a figure is the median of the rounds' ratios. A second server without any of them shows the noise, and
 * --before SETOSA adds another build of Setosa (the path of its bin/setosa): without logs, it should cost the same.
 *
 *   npm run benchmark:serving -- logs-cost [--quick] [--before PATH]
 *
 * Needs Linux (/proc) and `npm run build`. Writes results/logs-cost.{md,json}; takes about eight minutes.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chooseRuntime } from "../../bin/runtime.js";
import { sendRequests } from "../http/load.ts";
import { describeMachine, type Machine } from "../http/machine.ts";
import { unpackPackage } from "../http/package.ts";
import { type BenchServer, type Runtime, runtimes, startServer } from "../http/server.ts";
import { median } from "../http/statistics.ts";
import { microsecondsPerRequest, quartiles, rotated } from "./parts/processor-time.ts";

const connections = 16;
const off = "without any";

/** Options and variables of each; `folder` and `collector` are put in their places. */
const contenders: Readonly<Record<string, { readonly options: readonly string[]; readonly variables?: readonly string[] }>> = {
  [off]: { options: [] },
  "without any, again": { options: [] },
  "access log as JSON, to a file": { options: ["--access-log", "--log-format", "json"] },
  "slow requests": { options: ["--slow-request-ms", "1000"] },
  "traces of 1 %": {
    options: ["--otlp-endpoint", "COLLECTOR"],
    variables: ["OTEL_TRACES_SAMPLER=parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG=0.01"],
  },
  "capture of 1 %": { options: ["--capture", "FOLDER", "--capture-share", "0.01"] },
};
const before = "the build before";

interface Result {
  readonly runtime: Runtime;
  /** Microseconds of processor time per request, by contender and round. */
  readonly cpu: Readonly<Record<string, readonly number[]>>;
}

interface Results {
  readonly machine: Machine;
  readonly command: string;
  readonly requests: number;
  readonly results: readonly Result[];
}

export async function run(argv: readonly string[]): Promise<void> {
  const quick = argv.includes("--quick");
  const other = argv.includes("--before") ? argv[argv.indexOf("--before") + 1] : undefined;
  const requests = quick ? 1000 : 2000;
  const rounds = quick ? 7 : 61;
  const setosa = unpackPackage();
  const folder = mkdtempSync(join(tmpdir(), "setosa-logs-cost-"));
  const collector = await startCollector();
  const results: Result[] = [];
  try {
    for (const runtime of runtimes)
      results.push(await measure({ setosa, other, folder, collector: collector.url, runtime, requests, rounds }));
  } finally {
    collector.close();
    rmSync(folder, { recursive: true });
  }
  const all: Results = {
    machine: describeMachine(chooseRuntime(["serve"]).bun ?? "bun"),
    command: `npm run benchmark:serving -- logs-cost${quick ? " --quick" : ""}${other === undefined ? "" : " --before …"}`,
    requests,
    results,
  };
  const target = fileURLToPath(new URL("./results/", import.meta.url));
  writeFileSync(`${target}logs-cost.json`, `${JSON.stringify(all, null, 2)}\n`);
  writeFileSync(`${target}logs-cost.md`, report(all));
  console.log(report(all));
}

interface MeasureOptions {
  readonly setosa: string;
  readonly other: string | undefined;
  readonly folder: string;
  readonly collector: string;
  readonly runtime: Runtime;
  readonly requests: number;
  readonly rounds: number;
}

async function measure({ setosa, other, folder, collector, runtime, requests, rounds }: MeasureOptions): Promise<Result> {
  const servers = new Map<string, BenchServer>();
  const cpu: Record<string, number[]> = {};
  let port = 20_200 + (process.pid % 700);
  const start = async (name: string, script: string, options: readonly string[], variables: readonly string[]) => {
    const own = ["serve", "models", "--default", "iris-forest", "--no-metrics", "--runtime", runtime, "--port", String(++port), ...options];
    const filled = own.map((text) => (text === "FOLDER" ? join(folder, `${runtime}-capture`) : text === "COLLECTOR" ? collector : text));
    // A file, as a service manager would have it.
    const shell = ["sh", "-c", 'file=$1; shift; exec "$@" 2> "$file"', "sh", join(folder, `${runtime}-${servers.size}.log`)];
    servers.set(name, await startServer([...shell, "env", ...variables, process.execPath, script, ...filled], port, 0));
    cpu[name] = [];
  };
  try {
    for (const [name, { options, variables = [] }] of Object.entries(contenders)) await start(name, setosa, options, variables);
    if (other !== undefined) await start(before, other, [], []);
    const names = [...servers.keys()];
    // Until the compilers of both runtimes have done their work.
    for (const server of servers.values()) await sendRequests(server.port, 8 * requests, connections);
    for (let round = 0; round < rounds; round++) {
      if (round % 10 === 0) console.log(`${runtime}, round ${round + 1} of ${rounds}`);
      for (const name of rotated(names, round)) {
        const server = servers.get(name);
        if (server === undefined) continue;
        const send = () => sendRequests(server.port, requests, connections);
        cpu[name]?.push(await microsecondsPerRequest(server.child.pid ?? 0, requests, send));
      }
    }
  } finally {
    for (const server of servers.values()) await server.stop();
  }
  return { runtime, cpu };
}

/** Takes traces, and forgets them. */
async function startCollector(): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.writeHead(200, { "content-type": "application/json" }).end("{}"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function report({ machine, command, requests, results }: Results): string {
  const rows = results.flatMap(({ runtime, cpu }) =>
    Object.entries(cpu).map(([name, values]) => {
      const ratios = values.map((value, round) => value / (cpu[off]?.[round] ?? Number.NaN));
      const difference = name === off ? "" : `${((median(ratios) - 1) * 100).toFixed(1)} % (${quartiles(ratios)})`;
      return `| ${runtime} | ${name} | ${median(values).toFixed(1)} | ${difference} |`;
    }),
  );
  return [
    "# What logs, traces and captures cost",
    "",
    `Processor time per request in microseconds, \`POST /predict\` with one row of the iris forest: medians of ${results[0]?.cpu[off]?.length} rounds of ${requests} requests.`,
    "The difference is the median of the rounds' ratios, with its quartiles; two servers without any differ by noise alone.",
    "",
    "| runtime | server | µs | difference |",
    "| --- | --- | ---: | ---: |",
    ...rows,
    "",
    `\`${command}\`, ${machine.date.slice(0, 10)}: ${machine.processor}, ${machine.cores} cores, ${machine.system}, Node ${machine.node}, Bun ${machine.bun}; servers on one core.`,
    "",
  ].join("\n");
}
