import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { ContenderId } from "../benchmarks/engine/contenders.ts";
import type { EngineResults, ModelResult } from "../benchmarks/engine/results.ts";
import { median } from "../benchmarks/engine/statistics.ts";
import { ownForm } from "../benchmarks/engine/targets.ts";
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

interface HttpResults {
  readonly requests: number;
  readonly start: Readonly<Record<string, readonly number[]>>;
  readonly memory: Readonly<Record<string, { readonly after: readonly { readonly residentMegabytes: number }[] }>>;
}

/** Models that stand for their kind; `benchmarks/engine/results` has all of them. */
const engineModels = [
  "iris",
  "iris-forest",
  "wine",
  "breast-cancer",
  "diabetes",
  "digits",
  "loans",
  "forest 100x5",
  "gb 500x6, 30",
  "gb 2000x8, 30",
];
const native: readonly ContenderId[] = ["gtil", "tl2cgen", "lleaves", "lightgbm", "leaves", "if-else"];

function engineSection({ models, loading, machine, date, versions }: EngineResults): string[] {
  const cell = (rounds: readonly number[] | undefined): string => (rounds === undefined ? "" : significant(median(rounds), 2));
  const best = ({ one }: ModelResult): string => {
    const times = native.flatMap((id) => (one[id] === undefined ? [] : [{ id, time: median(one[id]) }]));
    const [fastest] = times.sort((a, b) => a.time - b.time);
    return fastest === undefined ? "" : `${significant(fastest.time, 2)} (${fastest.id === "if-else" ? "C" : fastest.id})`;
  };
  const shown = engineModels.flatMap((name) => models.find(({ model }) => model === name || model.startsWith(`${name} `)) ?? []);
  const loads = loading.map(({ first }) => median(first));
  return [
    `| model | Setosa, Node ${versions.Node} | Setosa, Bun ${versions.Bun} | \`onnxruntime-node\` | best native predictor |`,
    "| --- | ---: | ---: | ---: | ---: |",
    ...shown.map(
      (row) =>
        `| ${modelName(row)} | ${cell(ownForm(row.one, "node"))} | ${cell(ownForm(row.one, "bun"))} | ${cell(row.one["onnxruntime-node"])} | ${best(row)} |`,
    ),
    "",
    ...(loads.length === 0
      ? []
      : [
          `Loading an example model, its check against scikit-learn's answers included, takes ${Math.round(Math.min(...loads))} to ${Math.round(Math.max(...loads))} ms in a new process. ${machine}, ${day(date)}.`,
        ]),
  ];
}

function modelName({ model, info }: ModelResult): string {
  const kinds = { gb: "gradient boosting", forest: "random forest" } as const;
  const [kind = "", shape = "", ...rest] = model.split(" ");
  const [trees, depth] = shape.replace(",", "").split("x");
  if (!Object.hasOwn(kinds, kind) || depth === undefined) return model;
  return [
    `${kinds[kind as keyof typeof kinds]}, ${trees} trees of depth ${depth}`,
    ...(rest.length === 0 ? [] : [rest.join(" ")]),
    `${count(info.nodes ?? 0)} nodes`,
  ].join(", ");
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
