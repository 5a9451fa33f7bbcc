import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { treeLayouts } from "../../src/compiler/kernels/tree-ensemble/plan.ts";
import { catalogue } from "./catalogue.ts";
import { cacheFolder, prepareModel, preparePython } from "./prepared.ts";
import { bun, printed, root } from "./programs.ts";
import { median } from "./statistics.ts";

/**
 * Every layout of trees on every model of trees, under Node and Bun: writes results/traversals.md.
 * `npm run benchmark:traversals`.
 */

interface Times {
  readonly one: Readonly<Record<string, readonly number[]>>;
  readonly many: Readonly<Record<string, readonly number[]>>;
}

const rounds = 9;
const copies = 2;
const core = "0";
const layouts = [...treeLayouts, "chosen"];
const cache = cacheFolder();
preparePython(cache);
const lines: string[] = [];
for (const entry of catalogue) {
  if (!["forest", "lightgbm", "xgboost"].includes(entry.specification.kind)) continue;
  const { folder, info } = await prepareModel(cache, entry, console.error);
  for (const [runtime, command] of [
    ["Node", [process.execPath, "--import", "tsx"]],
    ["Bun", [bun]],
  ] as const) {
    const args = [...command, `${root}benchmarks/engine/predictors/traversals.ts`, folder, `${rounds}`, `${copies}`];
    const { one, many } = await printed<Times>(args, core);
    const cells = layouts.map((layout) => `${(median(one[layout] ?? [])).toPrecision(3)} / ${median(many[layout] ?? []).toPrecision(3)}`);
    lines.push(`| ${entry.name} (${info.nodes}) | ${runtime} | ${cells.join(" | ")} |`);
    console.error(lines.at(-1));
  }
}
const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
const text = [
  "# Layouts of trees",
  "",
  `${cpus()[0]?.model.trim()}; commit ${commit}; \`npm run benchmark:traversals\`. Bare kernels, microseconds per row, one row / blocks of 64;`,
  `medians over ${rounds} rounds of ${copies} kernels of each layout, all in one process and in turn. "bit-vectors" and "ranks" fall back to "values" where they cannot`,
  'hold a model; "chosen" is what the compiler takes.',
  "",
  `| model (nodes) | runtime | ${layouts.join(" | ")} |`,
  `| --- | --- | ${layouts.map(() => "---:").join(" | ")} |`,
  ...lines,
  "",
].join("\n");
writeFileSync(`${root}benchmarks/engine/results/traversals.md`, text);
console.log(text);
