import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { count, percent, significant } from "../../src/bench/reports/numbers.ts";
import { cacheFolder } from "./prepared.ts";
import { bun, printed, root } from "./programs.ts";
import type { EngineResults } from "./results.ts";
import { median } from "./statistics.ts";

/**
 * How far the engine's tree kernels are from what the machine can load: writes results/roofline.md from limits measured
 * now (in C and in WebAssembly) and from the last results of the benchmark. `npm run benchmark:roofline`.
 */

interface Limits {
  /** Loads per nanosecond with 1, 4, 8 and 16 chains of dependent loads at once. */
  readonly loads: readonly number[];
  /** Branch-free steps through trees per nanosecond, so many trees at once. */
  readonly steps: readonly number[];
}

type BySize = Readonly<Record<string, Limits>>;

/** In the first and second cache, and beyond them; the first holds sixteen trees. */
const sizes = [32 * 2 ** 10, 512 * 2 ** 10, 8 * 2 ** 20];
/** Threshold, feature, and the feature's value. */
const loadsPerStep = 3;
/** Threshold and feature of an inner node. */
const bytesPerNode = 8;
const core = "0";

const cache = cacheFolder();
mkdirSync(cache, { recursive: true });
const program = `${cache}/limits`;
execFileSync("gcc", ["-O3", "-march=native", "-o", program, `${root}benchmarks/engine/roofline/limits.c`]);
const arguments_ = sizes.map(String);
const script = `${root}benchmarks/engine/roofline/wasm.ts`;
const measured: Readonly<Record<string, BySize>> = {
  "C, gcc -O3 -march=native": await printed<BySize>([program, ...arguments_], core),
  "WebAssembly, Node": await printed<BySize>([process.execPath, "--import", "tsx", script, ...arguments_], core),
  "WebAssembly, Bun": await printed<BySize>([bun, script, ...arguments_], core),
};

const text = [
  "# Roofline of tree kernels",
  "",
  `${cpus()[0]?.model.trim()}. The most per nanosecond of processor time, best of 15. Loads: chains of dependent loads through random lines of a table,`,
  "1, 4, 8 or 16 chains at once; with one chain its inverse is the latency. Steps: a comparison in a perfect tree of depth 8 without a branch (threshold, feature and the",
  `feature's value are loaded: ${loadsPerStep} loads), 1, 4, 8 or 16 trees at once.`,
  "",
  "| code | table | latency, ns | loads/ns with 4 | 8 | 16 | steps/ns with 1 | 4 | 8 | 16 |",
  "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
  ...Object.entries(measured).flatMap(([code, bySize]) =>
    sizes.map((size) => {
      const { loads, steps } = bySize[size] as Limits;
      const cells = [1 / (loads[0] ?? 0), ...loads.slice(1), ...steps].map((value) => significant(value, 3));
      return `| ${code} | ${count(size / 1024)} KiB | ${cells.join(" | ")} |`;
    }),
  ),
  "",
  ...kernels(),
].join("\n");
writeFileSync(`${root}benchmarks/engine/results/roofline.md`, text);
console.log(text);

function kernels(): string[] {
  const file = [`${root}benchmarks/engine/results/engine.json`, `${cache}/results/engine.json`].find(existsSync);
  const { models } = file === undefined ? { models: [] } : (JSON.parse(readFileSync(file, "utf8")) as EngineResults);
  const [first = 0, second = 0] = sizes;
  const node = measured["WebAssembly, Node"] as BySize;
  const most = (size: number): number => Math.max(...(node[size]?.loads ?? [])) / loadsPerStep;
  const lines = models.flatMap(({ model, info, one, many }) => {
    const { nodes, steps } = info;
    if (nodes === undefined || steps === undefined) return [];
    const bytes = (nodes / 2) * bytesPerNode;
    const size = bytes <= 2 * first ? first : bytes <= 2 * second ? second : (sizes[2] ?? 0);
    const cells = [one["node kernel"], one["bun kernel"], many["node predictRaw"], many["bun predictRaw"]].map((rounds) => {
      if (rounds === undefined) return "";
      const perNanosecond = steps / (median(rounds) * 1000);
      return `${significant(perNanosecond, 2)} (${percent(perNanosecond / most(size))})`;
    });
    return [`| ${model} | ${count(steps)} | ${count(bytes / 1024)} KiB | ${significant(most(size), 3)} | ${cells.join(" | ")} |`];
  });
  if (lines.length === 0) return [];
  return [
    "## The engine's kernels",
    "",
    "Comparisons that a row takes in the trained trees (a kernel that pads trees makes more), per nanosecond of the time measured by the benchmark; in brackets their share",
    `of the limit: the most loads per nanosecond from a table as large as the model's (half of its nodes, ${bytesPerNode} bytes each), divided by ${loadsPerStep}.`,
    "",
    "| model | comparisons | table | limit, steps/ns | one row, Node | one row, Bun | batch, Node | batch, Bun |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...lines,
    "",
  ];
}
