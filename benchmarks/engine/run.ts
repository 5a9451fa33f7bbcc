import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { seededRandom } from "../../test/onnx/random.ts";
import { catalogue } from "./catalogue.ts";
import type { Bench } from "./contenders.ts";
import { readOptions } from "./options.ts";
import { cacheFolder, type Prepared, prepareLeaves, prepareModel, preparePython } from "./prepared.ts";
import { engineReport } from "./report.ts";
import type { EngineResults, ModelResult } from "./results.ts";
import { measureRows } from "./rows.ts";

/** The engine benchmark: `npm run benchmark:engine -- --help`. */

const args = process.argv.slice(2);
const options = readOptions(args);
const root = fileURLToPath(new URL("../../", import.meta.url));
const cache = cacheFolder(options.cache);
const bun = `${root}node_modules/@oven/bun-${process.platform}-${process.arch === "arm64" ? "aarch64" : "x64"}/bin/bun`;
const started = performance.now();
const say = (line: string): void => console.error(`[${Math.round((performance.now() - started) / 1000)} s] ${line}`);

const entries = catalogue.filter(
  ({ name, quick }) =>
    (options.only.length === 0 ? quick || !options.quick : true) &&
    (options.only.length === 0 || options.only.some((text) => name.includes(text))),
);
preparePython(cache);
const bench: Bench = { cache, core: options.core, bun, noLeaves: prepareLeaves(cache) };
const prepared: Prepared[] = [];
for (const entry of entries) prepared.push(await prepareModel(cache, entry, say));
if (options.prepare) process.exit(0);

const plan = { rounds: options.rounds, batchSeconds: options.quick ? 5 : 25, batchRounds: options.quick ? 5 : 11 };
const random = seededRandom(1);
const models: ModelResult[] = [];
if (options.parts.includes("rows"))
  for (const model of prepared) {
    models.push(await measureRows(model, bench, plan, random));
    say(model.name);
  }

const output = (file: string, ...rest: string[]): string => execFileSync(file, rest, { cwd: root, encoding: "utf8" }).trim();
const results: EngineResults = {
  date: new Date().toISOString(),
  machine: `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform}`,
  commit: output("git", "rev-parse", "--short", "HEAD"),
  command: ["npm run benchmark:engine", ...(args.length === 0 ? [] : ["--", ...args])].join(" "),
  versions: {
    Node: process.versions.node,
    Bun: output(bun, "--version"),
    gcc: output("gcc", "-dumpfullversion"),
  },
  models,
};
const whole = options.only.length === 0 && !options.quick && options.parts.length === 4;
const folder = whole ? `${root}benchmarks/engine/results` : `${cache}/results`;
mkdirSync(folder, { recursive: true });
const text = engineReport(results);
writeFileSync(`${folder}/engine.json`, `${JSON.stringify(results)}\n`);
writeFileSync(`${folder}/engine.md`, text);
console.log(text);
process.exit(0);
