import type { Machine } from "../machine.ts";
import { median } from "../statistics.ts";
import { base } from "./ways.ts";

/** One way to ask a model on one runtime: a figure for each round. */
export interface WayFigures {
  readonly way: string;
  readonly model: string;
  readonly rows: number;
  readonly runtime: string;
  readonly cpuMicroseconds: readonly number[];
  readonly requestsPerSecond: readonly number[];
}

export interface ProtocolResults {
  readonly machine: Machine;
  readonly command: string;
  readonly date: string;
  readonly rounds: number;
  readonly figures: readonly WayFigures[];
}

/** CPU time by `/predict`'s of the same round. */
function ratio({ way, cpuMicroseconds, ...one }: WayFigures, figures: readonly WayFigures[]): string {
  const predict = figures.find(
    (other) => other.way === base && other.model === one.model && other.rows === one.rows && other.runtime === one.runtime,
  );
  if (way === base || predict === undefined) return "1";
  return median(cpuMicroseconds.map((value, round) => value / (predict.cpuMicroseconds[round] ?? Number.NaN))).toFixed(2);
}

/** A table for each model and number of rows: server CPU per request, beside that of /predict, and requests per second. */
export function protocolTables({ figures }: Pick<ProtocolResults, "figures">): string[] {
  const loads = [...new Map(figures.map(({ model, rows }) => [`${model} ${rows}`, { model, rows }])).values()];
  return loads.flatMap(({ model, rows }) => {
    const shown = figures.filter((one) => one.model === model && one.rows === rows);
    const runtimes = [...new Set(shown.map(({ runtime }) => runtime))];
    const cells = (way: string) =>
      runtimes.flatMap((runtime) => {
        const one = shown.find((other) => other.way === way && other.runtime === runtime);
        if (one === undefined) return ["", "", ""];
        return [
          median(one.cpuMicroseconds).toFixed(1),
          ratio(one, figures),
          Math.round(median(one.requestsPerSecond)).toLocaleString("en"),
        ];
      });
    return [
      `**${model}**, ${rows} row${rows === 1 ? "" : "s"} a request`,
      "",
      `| | ${runtimes.flatMap((runtime) => [`${runtime}: CPU µs`, `× ${base}`, "requests/s"]).join(" | ")} |`,
      `| --- | ${runtimes.flatMap(() => ["---:", "---:", "---:"]).join(" | ")} |`,
      ...[...new Set(shown.map(({ way }) => way))].map((way) => `| ${way} | ${cells(way).join(" | ")} |`),
      "",
    ];
  });
}

export function protocolReport(results: ProtocolResults): string {
  const { machine, command, date, rounds } = results;
  return [
    "# What a request costs, by protocol",
    "",
    `CPU time of the server per request, the median of ${rounds} rounds, and of its ratios to \`/predict\` within each round. All protocols take turns in each round, on servers that run side by side; every answer is compared with the first one, whose labels are those of all other protocols. 16 requests at a time. The server has one core and the client the other; requests/s are what both make together, and where the CPU time says more, the client is the limit.`,
    "",
    ...protocolTables(results),
    `${date.slice(0, 10)}, \`${command}\`. ${machine.processor}, ${machine.cores} cores, ${machine.system}, Node ${machine.node}, Bun ${machine.bun}, commit ${machine.commit}.`,
    "",
  ].join("\n");
}
