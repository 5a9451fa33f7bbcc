import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import type { Measurement } from "./measure.ts";

/**
 * The engine benchmark: one row and loading, under Node and Bun, beside onnxruntime-node in the same
 * process; writes results/engine.json and results/engine.md. `--rounds N` (40 by default).
 */

interface OneRuntime {
  readonly runtime: string;
  readonly oneRow: readonly { readonly model: string; readonly measurements: readonly Measurement[] }[];
}

interface Loading {
  readonly runtime: string;
  readonly loading: readonly { readonly model: string; readonly milliseconds: readonly number[] }[];
}

const root = fileURLToPath(new URL("../../", import.meta.url));
const at = process.argv.indexOf("--rounds");
const rounds = at < 0 ? "40" : (process.argv[at + 1] ?? "40");
const bun = fileURLToPath(
  new URL(`../../node_modules/@oven/bun-${process.platform}-${process.arch === "arm64" ? "aarch64" : "x64"}/bin/bun`, import.meta.url),
);
const runtimes: readonly (readonly string[])[] = [[process.execPath, "--import", "tsx"], [bun]];

/** One thread of work, pinned to one core where the system can. */
function pinned(command: readonly string[]): readonly string[] {
  return process.platform === "linux" ? ["taskset", "-c", "0", ...command] : command;
}

function output(command: readonly string[]): string {
  const [file = "", ...args] = command;
  return execFileSync(file, args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], maxBuffer: 2 ** 26 });
}

const oneRow = runtimes.map(
  (runtime) => JSON.parse(output(pinned([...runtime, "benchmarks/engine/one-runtime.ts", rounds]))) as OneRuntime,
);

/** Every load in a process of its own: what a server that starts pays. The compiled JavaScript, as it is installed. */
output(["npm", "run", "--silent", "build"]);
const loading = [[process.execPath], [bun]].map(
  (runtime) => JSON.parse(output(["node", "--import", "tsx", "benchmarks/engine/loading.ts", ...runtime])) as Loading,
);

const machine = `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform}`;
const commit = output(["git", "rev-parse", "--short", "HEAD"]).trim();
const command = `npm run benchmark:engine -- --rounds ${rounds}`;
const results = fileURLToPath(new URL("results/", import.meta.url));
mkdirSync(results, { recursive: true });
writeFileSync(
  `${results}engine.json`,
  `${JSON.stringify({ machine, commit, command, date: new Date().toISOString(), oneRow, loading }, null, 1)}\n`,
);
writeFileSync(`${results}engine.md`, document());
console.log(document());

function document(): string {
  return [
    "# Engine benchmark",
    "",
    `${machine}; commit ${commit}; \`${command}\`. One thread, one row at a time, 2,048 distinct rows, contenders interleaved in one process;`,
    "medians over the rounds in microseconds, and how many times faster than `run()` in the same round (median of the ratios).",
    "",
    ...oneRow.flatMap(({ runtime, oneRow: models }) => [
      `## One row on ${runtime}`,
      "",
      `| model | ${models[0]?.measurements.map(({ contender }) => contender).join(" | ")} |`,
      `| --- | ${models[0]?.measurements.map(() => "--- |").join(" ")}`,
      ...models.map(({ model, measurements }) => `| ${model} | ${measurements.map(cell).join(" | ")} |`),
      "",
    ]),
    "## Loading: read, compile, parity",
    "",
    "Milliseconds, the median (and range) of loads that are each the first in a process of its own, of the built package.",
    "",
    `| model | ${loading.map(({ runtime }) => runtime).join(" | ")} |`,
    `| --- | ${loading.map(() => "--- |").join(" ")}`,
    ...(loading[0]?.loading ?? []).map(
      ({ model }, index) => `| ${model} | ${loading.map(({ loading: models }) => range(models[index]?.milliseconds ?? [])).join(" | ")} |`,
    ),
    "",
  ].join("\n");
}

function cell({ microseconds, ratio }: Measurement): string {
  return `${microseconds.toFixed(2)}${ratio > 1.05 ? ` (${ratio.toFixed(1)}×)` : ""}`;
}

function range(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  return `${sorted[Math.floor(sorted.length / 2)]?.toFixed(1)} (${sorted[0]?.toFixed(1)}–${sorted.at(-1)?.toFixed(1)})`;
}
