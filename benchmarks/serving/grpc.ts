/**
 * What a call of gRPC costs: CPU time of the server per call, of this server on both runtimes, of servers by JavaScript's libraries of gRPC
 * with the same compiled model on both, and of grpc-go with the same model, in interleaved rounds, by the same client (grpc-go).
 *
 *   npm run benchmark:serving -- grpc [--rounds 21] [--requests 2000] [--rows 1]
 *
 * Needs Linux (/proc/PID/task/TID/schedstat) and Go. Times depend on what else the machine does; ratios of one round do not.
 */
import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { chooseRuntime } from "../../bin/runtime.js";
import { type Running, type Runtime, root, runtimes, start, startScript, startSetosa } from "../../test/e2e/process.ts";
import { describeMachine } from "../http/machine.ts";
import { median, spread } from "../http/statistics.ts";
import { microsecondsPerRequest, rotated } from "./parts/processor-time.ts";

interface Contender {
  readonly name: string;
  readonly running: Running;
  readonly target: string;
  readonly flags: readonly string[];
  readonly microseconds: number[];
}

const execute = promisify(execFile);
const concurrency = 16;
/** So many calls go one after the other; and calls that say how long they may take, which differs from call to call. */
const loads = [
  { name: "one connection", flags: ["-connections", "1"] },
  { name: "8 connections", flags: ["-connections", "8"] },
  { name: "deadlines", flags: ["-connections", "1", "-deadlines"] },
] as const;
const base = "grpc-go";

export async function run(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      rounds: { type: "string", default: "21" },
      requests: { type: "string", default: "2000" },
      rows: { type: "string", default: "1" },
    },
  });
  const requests = Number(values.requests);
  const folder = mkdtempSync(join(tmpdir(), "setosa-grpc-"));
  const goRoot = `${root}case-study/go`;
  execFileSync("go", ["build", "-o", `${folder}/`, "./cmd/grpc", "./cmd/grpcload"], { cwd: goRoot, stdio: "inherit" });
  const servers = [await startGo(folder), ...(await Promise.all([...runtimes.map(startOurs), ...runtimes.flatMap(startPeers)]))];
  const tables: string[] = [];
  const results: Record<string, Record<string, readonly number[]>> = {};
  try {
    for (const load of loads) {
      const contenders = servers.map((server): Contender => ({ ...server, flags: load.flags, microseconds: [] }));
      const send = (contender: Contender, count: number) => sendCalls(folder, contender, count, values.rows);
      for (const contender of contenders) await send(contender, 2 * requests);
      for (let round = 0; round < Number(values.rounds); round++)
        for (const contender of rotated(contenders, round))
          contender.microseconds.push(await microsecondsPerRequest(contender.running.pid, requests, () => send(contender, requests)));
      tables.push(table(load.name, contenders));
      results[load.name] = Object.fromEntries(contenders.map(({ name, microseconds }) => [name, microseconds]));
      console.log(tables.at(-1));
    }
  } finally {
    for (const { running } of servers) await running.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const machine = describeMachine(chooseRuntime(["serve"]).bun ?? "bun");
  const command = `npm run benchmark:serving -- grpc --rounds ${values.rounds} --requests ${values.requests} --rows ${values.rows}`;
  const text = [
    "# What a call of gRPC costs",
    "",
    `CPU time of the server per call (ModelInfer, ${values.rows} row of iris as raw float32, ${concurrency} calls at once): median (least–greatest) of the rounds, and the median of the ratios within each round. The client is grpc-go for all; grpc-go's server has the same model, and JavaScript's libraries the same compiled model as Setosa.`,
    "",
    ...tables,
    `${new Date().toISOString().slice(0, 10)}, \`${command}\`. ${machine.processor}, ${machine.cores} cores, ${machine.system}, Node ${machine.node}, Bun ${machine.bun}, commit ${machine.commit}.`,
    "",
  ].join("\n");
  const out = fileURLToPath(new URL("./results/", import.meta.url));
  mkdirSync(out, { recursive: true });
  writeFileSync(`${out}grpc.md`, text);
  writeFileSync(
    `${out}grpc.json`,
    `${JSON.stringify({ machine, command, date: new Date().toISOString(), microseconds: results }, null, 2)}\n`,
  );
  console.log(text);
}

type Server = Pick<Contender, "name" | "running" | "target">;

async function startGo(folder: string): Promise<Server> {
  const running = start(`${folder}/grpc`, ["--port", "0", "--models", `${root}case-study/go/models`]);
  const [, target = ""] = await running.waitFor(/on http:\/\/([\d.:]+)\//, "errors");
  return { name: base, running, target };
}

async function startOurs(runtime: Runtime): Promise<Server> {
  const running = startSetosa(["serve", `${root}models/iris.onnx`, "--port", "0", "--grpc-port", "0", "--runtime", runtime]);
  const [, port] = await running.waitFor(/gRPC on localhost:(\d+)/);
  return { name: `Setosa on ${runtime}`, running, target: `127.0.0.1:${port}` };
}

/** By JavaScript's libraries, and by the runtime's own HTTP/2 with next to nothing on it. */
const peers = { "grpc-js": "@grpc/grpc-js", http2: "node:http2 by hand", connect: "@connectrpc/connect-node" } as const;

function startPeers(runtime: Runtime): Promise<Server>[] {
  return Object.entries(peers).map(async ([library, name]) => {
    const running = startScript(runtime, "benchmarks/serving/parts/grpc-peer.ts", [library]);
    const [, port] = await running.waitFor(/listening on (\d+)/);
    return { name: `${name} on ${runtime}`, running, target: `127.0.0.1:${port}` };
  });
}

/** Throws for an answer that is not the right one. */
async function sendCalls(folder: string, { target, flags }: Contender, requests: number, rows: string): Promise<void> {
  const counts = ["-requests", String(requests), "-concurrency", String(concurrency), "-rows", rows];
  await execute(`${folder}/grpcload`, ["-target", target, ...counts, ...flags]);
}

function table(title: string, contenders: readonly Contender[]): string {
  const go = contenders.find(({ name }) => name === base);
  const rows = contenders.map(({ name, microseconds }) => {
    const ratios = microseconds.map((value, round) => value / (go?.microseconds[round] ?? Number.NaN));
    return `| ${name} | ${spread(microseconds, 1)} | ${name === base ? "" : `${median(ratios).toFixed(2)} × ${base}`} |`;
  });
  return [`## ${title}`, "", "| | µs per call | ratio |", "| --- | --- | --- |", ...rows, ""].join("\n");
}
