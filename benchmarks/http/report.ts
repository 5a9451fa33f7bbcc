import type { Machine } from "./machine.ts";
import { type ProcessFigures, type Runtime, runtimes } from "./server.ts";
import { spread } from "./statistics.ts";

export interface Results {
  readonly machine: Machine;
  readonly command: string;
  /** How many were sent before memory was read. */
  readonly requests: number;
  /** Milliseconds of every start. */
  readonly start: Record<Runtime, number[]>;
  readonly memory: Partial<Record<Runtime, { before: ProcessFigures[]; after: ProcessFigures[] }>>;
  readonly throughput: { name: string; method: "GET" | "POST"; requestsPerSecond: number; cpuMicroseconds: number }[];
}

/** The results as Markdown: medians, with the least and the greatest. */
export function report({ machine, command, requests, start, memory, throughput }: Results): string {
  const contenders = [...new Set(throughput.map(({ name }) => name))];
  const figures = (name: string, method: string, key: "requestsPerSecond" | "cpuMicroseconds", digits: number) =>
    spread(
      throughput.filter((entry) => entry.name === name && entry.method === method).map((entry) => entry[key]),
      digits,
    );
  return [
    "# HTTP benchmark",
    "",
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGigabytes} GB, ${machine.system}; Node ${machine.node}, Bun ${machine.bun}; commit ${machine.commit}; ${machine.date}`,
    "",
    `\`${command}\`: the built package with all seven example models loaded, one row of iris per request. Median (least–greatest).`,
    "",
    "## From process start to the first answered prediction",
    "",
    "| runtime | ms |",
    "| --- | --- |",
    ...runtimes.map((runtime) => `| ${runtime} | ${spread(start[runtime], 0)} |`),
    "",
    `## Resident memory after ${requests.toLocaleString("en")} requests`,
    "",
    "| runtime | process | at start, MB | after, MB | peak, MB |",
    "| --- | --- | --- | --- | --- |",
    ...runtimes.flatMap((runtime) =>
      (memory[runtime]?.after ?? []).map((process, index) => {
        const before = memory[runtime]?.before[index]?.residentMegabytes ?? Number.NaN;
        const role = processRole(process, runtime, index);
        return `| ${runtime} | ${role} | ${before.toFixed(1)} | ${process.residentMegabytes.toFixed(1)} | ${process.peakMegabytes.toFixed(1)} |`;
      }),
    ),
    "",
    ...(throughput.length === 0
      ? ["Throughput was not measured: wrk is not installed.", ""]
      : [
          "## One core for the server, one for wrk with 16 connections",
          "",
          "`bare` is the runtime alone: it parses the same body and answers a constant.",
          "",
          "| | POST, requests/s | POST, CPU µs | GET, requests/s | GET, CPU µs |",
          "| --- | --- | --- | --- | --- |",
          ...contenders.map(
            (name) =>
              `| ${name} | ${figures(name, "POST", "requestsPerSecond", 0)} | ${figures(name, "POST", "cpuMicroseconds", 1)} | ${figures(name, "GET", "requestsPerSecond", 0)} | ${figures(name, "GET", "cpuMicroseconds", 1)} |`,
          ),
          "",
        ]),
  ].join("\n");
}

/** The server, the launcher that started it (until Node can replace its own process), or a compiler's helper. */
function processRole({ name }: ProcessFigures, runtime: Runtime, index: number): string {
  if (runtime === "bun") return index === 0 && name !== "bun" ? "launcher (Node)" : "server";
  return index === 0 ? "server" : name;
}
