import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { seededRandom } from "../../../test/onnx/random.ts";
import { quantile, shuffled } from "../measure.ts";
import { ContenderProcess } from "./contender-process.ts";

/**
 * Setosa beside native predictors of the same LightGBM models, each inside its own process: writes
 * results/peers.json and results/peers.md. `--quick` takes the small models and fewer rounds.
 */

const folder = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../../../", import.meta.url));
const python = `${folder}.venv/bin/python`;
const leavesProgram = `${folder}.cache/leaves`;
const rows = 10_000;
const quick = process.argv.includes("--quick");
const rounds = quick ? 11 : 25;
const bun = `${root}node_modules/@oven/bun-${process.platform}-${process.arch === "arm64" ? "aarch64" : "x64"}/bin/bun`;

const shapes = [
  { trees: 100, depth: 4, features: 10 },
  { trees: 100, depth: 6, features: 30 },
  { trees: 500, depth: 6, features: 30 },
  { trees: 500, depth: 4, features: 300 },
  { trees: 500, depth: 8, features: 30 },
  { trees: 2000, depth: 6, features: 30 },
].slice(0, quick ? 2 : undefined);

interface Row {
  readonly contender: string;
  /** Medians over the rounds, in microseconds per row. */
  readonly one: number;
  readonly many: number;
  /** Medians of the ratios to Setosa on Node in the same round: above 1, Setosa is faster. */
  readonly oneRatio: number;
  readonly manyRatio: number;
}

interface Result {
  readonly model: string;
  readonly rows: readonly Row[];
  readonly absent: Readonly<Record<string, string>>;
}

function setUp(): void {
  mkdirSync(`${folder}.cache`, { recursive: true });
  if (!existsSync(python)) execFileSync("python3", ["-m", "venv", `${folder}.venv`], { stdio: "inherit" });
  execFileSync(python, ["-m", "pip", "install", "--quiet", "--requirement", `${folder}requirements.txt`], { stdio: "inherit" });
}

/** Why Go's `leaves` is absent, or nothing. */
function buildLeaves(): string | undefined {
  try {
    execFileSync("go", ["build", "-o", leavesProgram, "."], { cwd: `${folder}leaves`, stdio: "pipe" });
    return undefined;
  } catch {
    return "it could not be built: it needs Go and the module proxy";
  }
}

async function measureModel(shape: (typeof shapes)[number], noLeaves: string | undefined): Promise<Result> {
  const { trees, depth, features } = shape;
  const cache = `${folder}.cache/${trees}x${depth}x${features}`;
  const output = execFileSync(python, [`${folder}prepare.py`, cache, `${trees}`, `${depth}`, `${features}`], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const absent = JSON.parse(output.trim().split("\n").at(-1) ?? "") as Record<string, string>;
  if (noLeaves !== undefined) absent.leaves = noLeaves;
  const args = [`${cache}/model.txt`, `${cache}/rows.f64`, `${features}`, `${rows}`];
  const script = `${folder}setosa.ts`;
  const commands = new Map<string, readonly string[]>([
    ["Setosa on Node", [process.execPath, "--import", "tsx", script, ...args]],
    ["Setosa on Bun", [bun, script, ...args]],
    ...["if-else", "tl2cgen", "lleaves", "lightgbm"].map((name): [string, string[]] => [name, [`${cache}/${name}`, ...args]]),
    ["leaves", [leavesProgram, ...args]],
  ]);
  const contenders = [...commands]
    .filter(([name]) => absent[name] === undefined)
    .map(([name, command]) => new ContenderProcess(name, command));
  try {
    const agreed = await agreeing(contenders, absent);
    return { model: `${trees} trees, depth ${depth}, ${features} features`, rows: await timed(agreed), absent };
  } finally {
    for (const contender of contenders) contender.close();
  }
}

/** The contenders that give the same scores as LightGBM's own library; others are named as absent. */
async function agreeing(contenders: readonly ContenderProcess[], absent: Record<string, string>): Promise<ContenderProcess[]> {
  const judge = contenders.find(({ name }) => name === "lightgbm");
  if (judge === undefined) throw new Error(`LightGBM itself, which judges the others, is absent: ${absent.lightgbm}`);
  const expected = await judge.predictions();
  const agreed: ContenderProcess[] = [];
  for (const contender of contenders) {
    try {
      const found = contender === judge ? expected : await contender.predictions();
      const wrong = expected.filter(
        (value, row) => !(Math.abs(value - (found[row] ?? Number.NaN)) <= 1e-5 * Math.abs(value) + 1e-6),
      ).length;
      if (wrong === 0 && found.length === 2 * rows) agreed.push(contender);
      else absent[contender.name] = `${wrong} of its ${2 * rows} predictions differ from LightGBM's`;
    } catch (error) {
      absent[contender.name] = error instanceof Error ? error.message : String(error);
    }
  }
  if (agreed[0]?.name !== "Setosa on Node") throw new Error(`Setosa: ${absent["Setosa on Node"]}`);
  return agreed;
}

async function timed(contenders: readonly ContenderProcess[]): Promise<Row[]> {
  const random = seededRandom(1);
  const slices = new Map<ContenderProcess, number>();
  for (const contender of contenders) {
    for (let warm = 0; warm < 3; warm++) await contender.many();
    const microseconds = await contender.one(5000, 0);
    slices.set(contender, Math.min(rows, Math.max(100, Math.round(15_000 / microseconds))));
  }
  const times = new Map(contenders.map((contender) => [contender, { one: [] as number[], many: [] as number[] }]));
  for (let round = 0; round < rounds; round++) {
    const from = Math.floor(random() * rows);
    for (const contender of shuffled(contenders, random)) {
      times.get(contender)?.one.push(await contender.one(slices.get(contender) ?? 100, from));
      times.get(contender)?.many.push(await contender.many());
    }
  }
  const reference = times.get(contenders[0] as ContenderProcess) ?? { one: [], many: [] };
  const ratio = (own: readonly number[], other: readonly number[]): number =>
    quantile(
      own.map((time, round) => time / (other[round] as number)),
      0.5,
    );
  return contenders.map((contender) => {
    const { one, many } = times.get(contender) ?? reference;
    return {
      contender: contender.name,
      one: quantile(one, 0.5),
      many: quantile(many, 0.5),
      oneRatio: ratio(one, reference.one),
      manyRatio: ratio(many, reference.many),
    };
  });
}

function table({ model, rows: measured, absent }: Result): string[] {
  const number = (microseconds: number, ratio: number): string => `${microseconds.toFixed(2)} (${ratio.toFixed(2)}×)`;
  return [
    `## ${model}`,
    "",
    "| contender | one row | 10,000 rows, each |",
    "| --- | --- | --- |",
    ...measured.map((row) => `| ${row.contender} | ${number(row.one, row.oneRatio)} | ${number(row.many, row.manyRatio)} |`),
    "",
    ...Object.entries(absent).map(([name, why]) => `Absent: ${name}, ${why}.\n`),
  ];
}

setUp();
const noLeaves = buildLeaves();
const results: Result[] = [];
for (const shape of shapes) results.push(await measureModel(shape, noLeaves));

const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
const versions = `Node ${process.versions.node}, ${execFileSync("gcc", ["--version"], { encoding: "utf8" }).split("\n")[0]}`;
const machine = `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${process.platform}`;
const command = `npm run benchmark:engine-peers${quick ? " -- --quick" : ""}`;
const text = [
  "# Setosa beside native predictors of the same LightGBM models",
  "",
  `${machine}; ${versions} with -O3 -march=native; commit ${commit}; \`${command}\`, ${rounds} rounds. Every contender in its own process, one`,
  "thread, all on one core, in turn and in random order in every round, on 10,000 distinct rows with missing values. Microseconds per row,",
  "medians over the rounds; in brackets, how many times Setosa's time on Node that is in the same round (above 1: Setosa is faster). All",
  "contenders that are timed gave the scores of LightGBM's own library on every row, alone and in a batch.",
  "",
  ...results.flatMap(table),
].join("\n");
const target = fileURLToPath(new URL("../results/", import.meta.url));
writeFileSync(
  `${target}peers.json`,
  `${JSON.stringify({ machine, versions, commit, command, date: new Date().toISOString(), rounds, results }, null, 1)}\n`,
);
writeFileSync(`${target}peers.md`, `${text.trimEnd()}\n`);
console.log(text);
