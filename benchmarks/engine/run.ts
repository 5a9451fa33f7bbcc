import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { seededRandom } from "../../test/onnx/random.ts";
import { catalogue } from "./catalogue.ts";
import type { Bench } from "./contenders.ts";
import { measureLargeLoading, measureLoading } from "./loading.ts";
import { parts, readOptions } from "./options.ts";
import { cacheFolder, isPrepared, type Prepared, prepareLeaves, prepareModel, preparePython } from "./prepared.ts";
import { build, bun, root } from "./programs.ts";
import { replaced } from "./replace.ts";
import { engineReport } from "./report.ts";
import type { EngineResults, LargeLoadingResult, LoadingResult, ModelResult, WorkersResult } from "./results.ts";
import { measureRows } from "./rows.ts";
import { measureWorkers } from "./workers.ts";

/** The engine benchmark: `npm run benchmark:engine -- --help`. */

const args = process.argv.slice(2);
const { only, quick, parts: chosen, ...options } = readOptions(args);
const started = performance.now();
const say = (line: string): void => console.error(`[${Math.round((performance.now() - started) / 1000)} s] ${line}`);
const named = (name: string): boolean => only.some((text) => name.includes(text));

process.env.SETOSA_BENCH_CLOCK = options.clock;
const cache = cacheFolder(options.cache);
preparePython(cache);
const bench: Bench = { cache, core: options.core, bun, noLeaves: prepareLeaves(cache) };
const models: Prepared[] = [];
for (const entry of catalogue)
  if (only.length > 0 ? named(entry.name) : entry.quick || !quick)
    if (options.prepared && !isPrepared(cache, entry)) say(`${entry.name} is not prepared`);
    else models.push(await prepareModel(cache, entry, say));
if (options.prepare) process.exit(0);

const plan = { rounds: options.rounds, batchSeconds: quick ? 5 : 25, batchRounds: quick ? 5 : 11 };
const random = seededRandom(1);
const measured: ModelResult[] = [];
const failures: string[] = [];
let [workers, largeLoading, loading]: [readonly WorkersResult[], readonly LargeLoadingResult[], readonly LoadingResult[]] = [[], [], []];
for (const model of chosen.includes("rows") ? models : []) {
  try {
    measured.push(await measureRows(model, bench, plan, random));
    // What is measured outlives a run that is cut short.
    write(`${cache}/results`, found());
    say(model.name);
  } catch (error) {
    failures.push(`${model.name}: ${error instanceof Error ? error.message : String(error)}`);
    say(failures.at(-1) ?? "");
  }
}
if (chosen.includes("workers") || chosen.includes("loading")) build();
if (chosen.includes("workers")) {
  workers = await measureWorkers(models.filter(inWorkers), quick ? 8 : 24);
  say("workers");
}
if (chosen.includes("loading")) {
  largeLoading = await measureLargeLoading(large(), quick ? 3 : 6, options.core);
  say("large loading");
  if (only.length === 0) loading = await measureLoading(quick ? 3 : 9, options.core);
  say("loading");
}

const whole = only.length === 0 && !quick && options.clock === "wall" && chosen.length === parts.length;
const committed = `${root}benchmarks/engine/results`;
if (options.replace) {
  const earlier = JSON.parse(readFileSync(`${committed}/engine.json`, "utf8")) as EngineResults;
  console.log(write(committed, replaced(earlier, found())));
} else console.log(write(whole ? committed : `${cache}/results`, found()));
for (const failure of failures) console.error(`NOT MEASURED: ${failure}`);
process.exit(failures.length === 0 ? 0 : 1);

function found(): EngineResults {
  return {
    date: new Date().toISOString(),
    machine: `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform}`,
    commit: execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" }).trim(),
    command: ["npm run benchmark:engine", ...(args.length === 0 ? [] : ["--", ...args])].join(" "),
    versions: versions(),
    models: measured,
    workers,
    loading,
    largeLoading,
  };
}

/** Writes the results and the tables that are made of them, which it gives. */
function write(folder: string, results: EngineResults): string {
  mkdirSync(folder, { recursive: true });
  const text = engineReport(results);
  writeFileSync(`${folder}/engine.json`, `${JSON.stringify(results)}\n`);
  writeFileSync(`${folder}/engine.md`, text);
  return text;
}

/** Nothing smaller is worth a second thread. */
function inWorkers({ name }: Prepared): boolean {
  return ["gb 500x6, 30", "gb 2000x8, 30", "forest 100 deep", "forest 1000x8", "mlp"].some((start) => name.startsWith(start));
}

/** One of each trainer. */
function large(): Prepared[] {
  const kinds = ["lightgbm", "xgboost"];
  return kinds.flatMap(
    (kind) => models.find(({ info, specification }) => specification.kind === kind && (info.nodes ?? 0) > 500_000) ?? [],
  );
}

function versions(): Record<string, string> {
  const gcc = execFileSync("gcc", ["-dumpfullversion"], { encoding: "utf8" }).trim();
  const found = { Node: process.versions.node, Bun: execFileSync(bun, ["--version"], { encoding: "utf8" }).trim(), gcc };
  const { devDependencies } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as { devDependencies: Record<string, string> };
  const python = readFileSync(`${root}benchmarks/engine/requirements.txt`, "utf8")
    .split("\n")
    .flatMap((line): [string, string][] => {
      const [name, version] = line.split("==");
      return name === undefined || version === undefined ? [] : [[name, version]];
    });
  return { ...found, "onnxruntime-node": devDependencies["onnxruntime-node"] ?? "", ...Object.fromEntries(python) };
}
