/**
 * Measures `setosa serve models` over HTTP on Bun and Node: time from the start of the process to the first answered
 * prediction, resident memory after a million requests, requests per second and CPU time per request on one core.
 *
 *   npm run benchmark:http [-- --quick]
 *
 * Needs Linux for memory and CPU time, wrk for throughput and taskset for pinning, and says what it leaves out.
 * Writes results/http.json and results/http.md; takes about four minutes, or one with --quick.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chooseRuntime } from "../../bin/runtime.js";
import { sendRequests } from "./load.ts";
import { describeMachine } from "./machine.ts";
import { unpackPackage } from "./package.ts";
import { type Results, report } from "./report.ts";
import { processTree, type Runtime, runtimes, setosaCommand, startServer } from "./server.ts";
import { hasWrk, runWrk } from "./wrk.ts";

export async function run(argv: readonly string[]): Promise<void> {
  const quick = argv.includes("--quick");
  const starts = quick ? 5 : 15;
  const requests = quick ? 100_000 : 1_000_000;
  const rounds = quick ? 2 : 5;
  const seconds = quick ? 2 : 5;
  const serverCore = 0;
  const clientCore = 1;

  const bun = chooseRuntime(["serve"]).bun ?? "bun";
  const setosa = unpackPackage();
  let port = 18_500 + (process.pid % 1000);
  const log = (line: string) => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);

  const results: Results = {
    machine: describeMachine(bun),
    command: `npm run benchmark:http${quick ? " -- --quick" : ""}`,
    requests,
    start: { bun: [], node: [] },
    memory: {},
    throughput: [],
  };

  log("start to first prediction");
  for (let round = 0; round < starts; round++)
    for (const runtime of runtimes) {
      const server = await startServer(setosaCommand(setosa, runtime, ++port), port);
      results.start[runtime].push(server.startMilliseconds);
      await server.stop();
    }

  for (const runtime of runtimes) {
    log(`memory over ${requests} requests on ${runtime}`);
    const server = await startServer(setosaCommand(setosa, runtime, ++port), port);
    const before = processTree(server.child.pid ?? 0);
    await sendRequests(port, requests, 16);
    results.memory[runtime] = { before, after: processTree(server.child.pid ?? 0) };
    await server.stop();
  }

  /** What is compared: Setosa, and the bare runtime doing nothing but parsing the same body. */
  const contenders: { name: string; runtime: Runtime; command: (port: number) => string[] }[] = runtimes.flatMap((runtime) => [
    { name: `setosa, ${runtime}`, runtime, command: (at: number) => setosaCommand(setosa, runtime, at) },
    {
      name: `bare ${runtime}`,
      runtime,
      command: (at: number) => [
        ...(runtime === "bun" ? [bun] : [process.execPath, "--import", "tsx"]),
        "benchmarks/http/floor.ts",
        String(at),
      ],
    },
  ]);
  if (!hasWrk) log("no throughput: wrk is not installed");
  else
    for (let round = 0; round < rounds; round++) {
      log(`throughput, round ${round + 1} of ${rounds}`);
      for (const { name, command } of contenders) {
        const server = await startServer(command(++port), port, serverCore);
        for (const method of ["POST", "GET"] as const) {
          await runWrk(port, method, 1, clientCore);
          const cpuBefore = cpuSeconds(server.child.pid);
          const { requests: count, seconds: duration } = await runWrk(port, method, seconds, clientCore);
          const cpu = cpuSeconds(server.child.pid) - cpuBefore;
          results.throughput.push({ name, method, requestsPerSecond: count / duration, cpuMicroseconds: (cpu / count) * 1e6 });
        }
        await server.stop();
      }
    }

  const folder = fileURLToPath(new URL("./results/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}http.json`, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(`${folder}http.md`, report(results));
  console.log(`\n${report(results)}`);
}

function cpuSeconds(pid: number | undefined): number {
  return processTree(pid ?? 0).reduce((sum, { cpuSeconds: own }) => sum + own, 0);
}
