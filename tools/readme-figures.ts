import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { count, significant } from "../src/bench/reports/numbers.ts";
import type { BenchResult, TargetResult } from "../src/bench/result.ts";

/**
 * Writes the figures of README.md between their markers, from the results that the benchmarks committed; with --check only
 * says whether they are up to date. No figure in README is written by hand.
 */

const readme = new URL("../README.md", import.meta.url);

function results<T>(path: string): T | undefined {
  const url = new URL(`../${path}`, import.meta.url);
  return existsSync(url) ? (JSON.parse(readFileSync(url, "utf8")) as T) : undefined;
}

interface EngineResults {
  readonly date: string;
  readonly machine: string;
  readonly oneRow: readonly {
    readonly runtime: string;
    readonly oneRow: readonly {
      readonly model: string;
      readonly measurements: readonly { readonly contender: string; readonly microseconds: number }[];
    }[];
  }[];
  readonly loading: readonly { readonly runtime: string; readonly loading: readonly { readonly milliseconds: readonly number[] }[] }[];
}

interface HttpResults {
  readonly requests: number;
  readonly start: Readonly<Record<string, readonly number[]>>;
  readonly memory: Readonly<Record<string, { readonly after: readonly { readonly residentMegabytes: number }[] }>>;
}

function engineSection({ oneRow, loading, machine, date }: EngineResults): string[] {
  const [node, bun] = oneRow;
  if (node === undefined || bun === undefined) throw new Error("The engine's results have no Node or no Bun.");
  const of = (run: typeof node, model: string, contender: string): string =>
    significant(
      run.oneRow.find((row) => row.model === model)?.measurements.find((one) => one.contender.startsWith(contender))?.microseconds ??
        Number.NaN,
      2,
    );
  const loads = loading.flatMap((run) => run.loading.map(({ milliseconds }) => median(milliseconds)));
  return [
    `| model | Setosa, ${node.runtime} | Setosa, ${bun.runtime} | \`onnxruntime-node\`, ${node.runtime} |`,
    "| --- | ---: | ---: | ---: |",
    ...node.oneRow.map(
      ({ model }) =>
        `| ${model} | ${of(node, model, "setosa, typed")} | ${of(bun, model, "setosa, typed")} | ${of(node, model, "onnxruntime")} |`,
    ),
    "",
    `Loading an example model, its check against scikit-learn's answers included, takes ${Math.round(Math.min(...loads))} to ${Math.round(Math.max(...loads))} ms in a new process. ${machine}, ${day(date)}.`,
  ];
}

function serverSection({ requests, start, memory }: HttpResults): string[] {
  const begins = (runtime: string): number => Math.round(median(start[runtime] ?? []));
  const server = (runtime: string): number => Math.round(memory[runtime]?.after.at(-1)?.residentMegabytes ?? Number.NaN);
  return [
    `From the start of the process to the first prediction over HTTP it takes ${begins("bun")} ms on Bun and ${begins("node")} ms on Node; with all example models loaded and ${count(requests)} requests answered the server holds ${server("bun")} MB (Bun) or ${server("node")} MB (Node).`,
  ];
}

function caseStudySection({ targets, comparisons, machine, settings, date }: BenchResult): string[] {
  const order = [...targets.entries()].filter(([, { total }]) => total !== undefined).sort(([, a], [, b]) => cpuOf(a) - cpuOf(b));
  // Setosa on Bun is the first target, with which every other one is compared.
  const times = (position: number): string => {
    if (position === 0) return "1";
    const found = comparisons.find(
      ({ measure, first, second }) => measure === "cpuMicrosecondsPerAnswer" && first === 0 && second === position,
    );
    return found?.ratio === undefined
      ? ""
      : `${significant(1 / found.ratio, 2)}${found.refusal?.code === "NO_DIFFERENCE" ? " (no difference)" : ""}`;
  };
  return [
    "| server | CPU µs per request | times Setosa on Bun | requests/s on one core | p99 ms | memory MB |",
    "| --- | ---: | ---: | ---: | ---: | ---: |",
    ...order.map(([position, { name, total, refusal }]) =>
      refusal !== undefined || total === undefined
        ? `| ${name} | refused: ${refusal?.code} | | | | |`
        : `| ${name} | ${significant(total.cpuMicrosecondsPerAnswer ?? Number.NaN)} | ${times(position)} | ${count(total.answersPerSecond)} | ${significant(total.latency.p99)} | ${count(total.residentMegabytes ?? Number.NaN)} |`,
    ),
    "",
    `\`npm run case-study\`, ${day(date)}: ${settings.rounds} rounds of ${settings.roundSeconds} s in random order, ${settings.connections} connections, every server on one core and the client on the other. ${machine.processor}, ${machine.cores} cores, ${machine.system}.`,
  ];
}

function cpuOf({ total }: TargetResult): number {
  return total?.cpuMicrosecondsPerAnswer ?? Number.POSITIVE_INFINITY;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

function day(date: string): string {
  return date.slice(0, 10);
}

const engine = results<EngineResults>("benchmarks/engine/results/engine.json");
const http = results<HttpResults>("benchmarks/http/results/http.json");
const study = results<BenchResult>("case-study/results/iris-forest.json");
const sections: Readonly<Record<string, readonly string[] | undefined>> = {
  engine: engine && engineSection(engine),
  server: http && serverSection(http),
  "case-study": study && caseStudySection(study),
};

const before = readFileSync(readme, "utf8");
let after = before;
for (const [name, lines] of Object.entries(sections)) {
  if (lines === undefined) continue;
  const begin = `<!-- figures: ${name} -->`;
  const end = `<!-- end of figures: ${name} -->`;
  const [start, stop] = [after.indexOf(begin), after.indexOf(end)];
  if (start < 0 || stop < start) throw new Error(`README.md has no place for ${name}: ${begin} … ${end}`);
  after = `${after.slice(0, start + begin.length)}\n\n${lines.join("\n")}\n\n${after.slice(stop)}`;
}
if (process.argv.includes("--check")) {
  // The formatter pads tables; what they say has to be the same.
  if (plain(before) !== plain(after)) {
    console.error("The figures in README.md are not those of the committed results: run npm run docs:figures");
    process.exitCode = 1;
  }
} else writeFileSync(readme, after);

function plain(text: string): string {
  return text.replace(/[ -]+/g, " ").replace(/:? \|/g, " |");
}
