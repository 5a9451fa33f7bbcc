import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { ContenderId } from "../benchmarks/engine/contenders.ts";
import type { EngineResults, ModelResult } from "../benchmarks/engine/results.ts";
import { median } from "../benchmarks/engine/statistics.ts";
import { ownForm } from "../benchmarks/engine/targets.ts";
import { count, significant } from "../src/bench/reports/numbers.ts";
import type { BenchResult, TargetResult } from "../src/bench/result.ts";

/**
 * Writes the figures of README.md and of the site's pages between their markers, from the results that the benchmarks committed;
 * with --check only says whether they are up to date. No such figure is written by hand.
 */

const pages = ["README.md", "website/index.md", "docs/case-study.md"];

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

interface StudyResult {
  readonly name: string;
  readonly requestsPerSecond: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly errors: Readonly<Record<string, number>>;
}

/** The study's own command, against what it names and against what should have no figure. */
function commandSection(rows: readonly StudyResult[]): string[] {
  const shown = [
    "the study's Go server",
    "the study's Python server",
    "Setosa on Bun",
    "Setosa on Node",
    "a port that answers 403",
    "a port where nothing listens",
  ];
  const total = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((sum, value) => sum + value, 0);
  return [
    "| `hey -n 1000 -c 10` against | requests/s, says hey | answers with 200 |",
    "| --- | ---: | ---: |",
    ...shown.flatMap((name) => {
      const row = rows.find((found) => found.name === name);
      if (row === undefined) throw new Error(`the study's command was not run against ${name}`);
      const asked = total(row.statuses) + total(row.errors);
      return `| ${name} | ${count(row.requestsPerSecond)} | ${count(row.statuses["200"] ?? 0)} of ${count(asked)} |`;
    }),
  ];
}

/** The sentences of the case study that have figures in them. */
function saidSection({ targets }: BenchResult, { start }: HttpResults): string[] {
  const of = (name: string) => {
    const total = targets.find((target) => target.name === name)?.total;
    if (total?.cpuMicrosecondsPerAnswer === undefined || total.residentMegabytes === undefined)
      throw new Error(`the case study has no figures for ${name}`);
    return { cpu: total.cpuMicrosecondsPerAnswer, megabytes: Math.round(total.residentMegabytes) };
  };
  const [bun, node, go, fast] = [of("Setosa on Bun"), of("Setosa on Node"), of("Go, net/http"), of("Go, fasthttp")];
  const byHand = of("Node, node:http by hand");
  const [flask, fastApi] = [of("Python, Flask with scikit-learn on gunicorn"), of("Python, FastAPI with onnxruntime")];
  const begins = (runtime: string): number => Math.round(median(start[runtime] ?? []));
  const percent = (one: number, other: number): string => `${Math.round((100 * one) / other)} %`;
  return [
    `- **The model decides for Python.** scikit-learn takes milliseconds for one row of a forest: ${significant(flask.cpu / 1000, 2)} ms of CPU time a request on gunicorn. With onnxruntime behind FastAPI, ${significant(fastApi.cpu / 1000, 2)} ms, it is the framework that costs. Rewriting the HTTP layer in any language would leave the first one where it is.`,
    `- **Setosa on Bun needs ${percent(bun.cpu, go.cpu)} of the CPU time of Go's \`net/http\`** with \`encoding/json\`, and on Node ${percent(node.cpu, go.cpu)} of it: the model is a WebAssembly kernel that costs less than a microsecond, and HTTP/1.1 is read by code that does nothing else ([decision 7](decisions/0007-own-http1.md)).`,
    `- **You don't have to leave TypeScript.** You may have to leave \`node:http\`: the same model behind a handler by hand needs ${significant(byHand.cpu / node.cpu, 2)} times what Setosa needs on the same Node.`,
    "",
    "## Where Go still wins",
    "",
    `- **fasthttp, with a decoder written for this one body**, needs ${significant(fast.cpu)} µs where Setosa on Bun needs ${significant(bun.cpu)}: no allocation, one system call in, one out. It is also the server whose author writes a JSON parser for each model.`,
    `- **Memory.** Under this load a Go server holds ${Math.min(fast.megabytes, go.megabytes)} to ${Math.max(fast.megabytes, go.megabytes)} MB, Setosa ${node.megabytes} (Node) to ${bun.megabytes} (Bun, with the launcher on Node that starts it). Where hundreds of models run in processes of their own, that counts.`,
    `- **Start-up.** A Go binary answers within some 10 ms, Setosa within ${begins("bun")} (Bun) or ${begins("node")} ms (Node).`,
  ];
}

/** What the site's first page says: the same forest behind every server, and the engine alone. */
function homeSection(study: BenchResult, engine: EngineResults, http: HttpResults): string[] {
  const cpu = (name: string): string => {
    const target = study.targets.find((found) => found.name === name);
    if (target?.total?.cpuMicrosecondsPerAnswer === undefined) throw new Error(`the case study has no figure for ${name}`);
    return significant(target.total.cpuMicrosecondsPerAnswer);
  };
  const forest = engine.models.find(({ model }) => model === "iris-forest")?.one;
  const row = (rounds: readonly number[] | undefined): string => significant(median(rounds ?? []), 2);
  const start = (runtime: string): number => Math.round(median(http.start[runtime] ?? []));
  return [
    "| a forest of 100 trees, one row | Setosa | others |",
    "| --- | --- | --- |",
    `| CPU time of a prediction over HTTP | ${cpu("Setosa on Bun")} µs on Bun, ${cpu("Setosa on Node")} µs on Node | Go, net/http: ${cpu("Go, net/http")} µs; FastAPI with onnxruntime: ${cpu("Python, FastAPI with onnxruntime")} µs; Flask with scikit-learn on gunicorn: ${cpu("Python, Flask with scikit-learn on gunicorn")} µs |`,
    `| the engine alone | ${row(forest && ownForm(forest, "bun"))} µs on Bun, ${row(forest && ownForm(forest, "node"))} µs on Node | \`onnxruntime-node\`: ${row(forest?.["onnxruntime-node"])} µs |`,
    "",
    `From the start of the process to its first answer it takes ${start("bun")} ms on Bun and ${start("node")} ms on Node. ${study.machine.processor}, ${study.machine.cores} cores; ${day(study.date)} (servers) and ${day(engine.date)} (engine).`,
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
const command = results<StudyResult[]>("case-study/results/study.json");
const study = results<BenchResult>("case-study/results/iris-forest.json");
const sections: Readonly<Record<string, readonly string[] | undefined>> = {
  engine: engine && engineSection(engine),
  server: http && serverSection(http),
  "case-study": study && caseStudySection(study),
  "case-study-command": command && commandSection(command),
  "case-study-said": study && http && saidSection(study, http),
  home: study && engine && http && homeSection(study, engine, http),
};

const outdated = pages.filter((page) => {
  const file = new URL(`../${page}`, import.meta.url);
  const before = readFileSync(file, "utf8");
  const after = before.replace(/(<!-- figures: ([\w-]+) -->)[\s\S]*?(<!-- end of figures: \2 -->)/g, (whole, begin, name, end) => {
    if (!Object.hasOwn(sections, name)) throw new Error(`${page} asks for figures that there are not: ${name}`);
    const lines = sections[name];
    return lines === undefined ? whole : `${begin}\n\n${lines.join("\n")}\n\n${end}`;
  });
  if (!process.argv.includes("--check")) writeFileSync(file, after);
  // The formatter pads tables; what they say has to be the same.
  return plain(before) !== plain(after);
});
if (process.argv.includes("--check") && outdated.length > 0) {
  console.error(`The figures in ${outdated.join(" and ")} are not those of the committed results: run npm run docs:figures`);
  process.exitCode = 1;
}

function plain(text: string): string {
  return text.replace(/[ -]+/g, " ").replace(/:? \|/g, " |");
}
