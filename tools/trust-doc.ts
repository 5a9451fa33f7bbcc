import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { passNames } from "../src/compiler/passes/registry.ts";
import type { Recorded } from "../test/fuzz/record.ts";
import { checkThresholds } from "../test/thresholds/check.ts";
import { treeNodeGraphs } from "../test/thresholds/tree-nodes.ts";
import { allCases, type CompileForm, type Outcome, runCompiled, runInterpreted, runOnRuntime, variantsOf } from "../test/vectors/run.ts";

/** Writes docs/coverage/trust.md: what is counted here is run here, long runs are read from test/fuzz/results. `--check` fails where it is old. */
const file = new URL("../docs/coverage/trust.md", import.meta.url);

const number = (value: number): string => value.toLocaleString("en-US");

class Count {
  readonly #kinds = { passed: 0, refused: 0, wrong: 0 };

  add({ kind }: Outcome): void {
    this.#kinds[kind]++;
  }

  row(engine: string): string {
    const { passed, refused, wrong } = this.#kinds;
    return `| ${engine} | ${number(passed)} | ${number(refused)} | ${number(wrong)} |`;
  }
}

async function vectorRows(): Promise<string[]> {
  const cases = allCases();
  const [interpreted, runtime] = [new Count(), new Count()];
  for (const example of cases) {
    interpreted.add(runInterpreted(example));
    runtime.add(await runOnRuntime(example));
  }
  const forms: readonly (readonly [string, CompileForm])[] = [
    ["compiled, SIMD", { simd: true }],
    ["compiled, no SIMD", { simd: false }],
    ["compiled, no passes", { simd: true, passes: [] }],
    ...passNames.map((left) => [`compiled without ${left}`, { simd: true, passes: passNames.filter((name) => name !== left) }] as const),
  ];
  const variants = cases.flatMap(variantsOf);
  const rows = [interpreted.row(`interpreter, ${number(cases.length)} vectors`), runtime.row("onnxruntime-node, the same")];
  for (const [name, form] of forms) {
    const count = new Count();
    for (const variant of variants) count.add(await runCompiled(variant, form));
    rows.push(count.row(`${name}, ${number(variants.length)} forms of them`));
  }
  return rows;
}

async function thresholdText(): Promise<string> {
  const total = { models: new Set<string>(), ensembles: 0, splits: 0, rows: 0, runtime: 0, differences: 0 };
  for (const trees of treeNodeGraphs()) {
    const { rows, splits, onRuntime, differences } = await checkThresholds(trees);
    total.models.add(trees.name.replace(/#\d+$/, ""));
    total.ensembles++;
    total.splits += splits;
    total.rows += rows;
    total.runtime += onRuntime ? 1 : 0;
    total.differences += differences.length;
  }
  return `${number(total.rows)} rows at ${number(total.splits)} splits of ${total.ensembles} ensembles in ${total.models.size} committed models (all splits of small ones, 500 of large ones), and rows of odd values. The kernel, with and without SIMD, one row and blocks, comes to the interpreter's leaves in every one, and so does onnxruntime-node for all ${total.runtime} ensembles that it runs: ${total.differences} differences.`;
}

function recorded<Result>(name: string): Recorded<Result> | undefined {
  const results = new URL("../test/fuzz/results/", import.meta.url);
  if (!readdirSync(results).includes(`${name}.json`)) return undefined;
  return JSON.parse(readFileSync(new URL(`${name}.json`, results), "utf8")) as Recorded<Result>;
}

function said<Result>(name: string, say: (result: Result) => string): string {
  const found = recorded<Result>(name);
  if (found === undefined) return "Not recorded yet.";
  const { command, commit, date, machine, seconds, result } = found;
  return `${say(result)}\n\n\`${command}\`, ${number(seconds)} s, ${date}, commit ${commit}; ${machine}.`;
}

interface Hostile {
  readonly findings: number;
  readonly formats: Readonly<Record<string, { executions: number; loaded: number; slowest: number; largestGrowth: number }>>;
}

function hostileText({ findings, formats }: Hostile): string {
  const lines = Object.entries(formats).map(
    ([name, { executions, loaded, slowest, largestGrowth }]) =>
      `| ${name} | ${number(executions)} | ${number(loaded)} | ${number(executions - loaded)} | ${(slowest / 1000).toFixed(1)} | ${(largestGrowth / 2 ** 20).toFixed(0)} |`,
  );
  return [
    "| Files | tried | loaded | refused | slowest, s | most memory of one, MiB |",
    "| ----- | ----: | -----: | ------: | ---------: | ----------------------: |",
    ...lines,
    "",
    `${findings} findings: anything but a model or a \`SetosaError\`, a trap of the kernel, more than 60 s on a machine that has other work too, or more than 512 MiB and 128 times the file's size.`,
  ].join("\n");
}

interface Http {
  readonly seed: number;
  readonly executions: number;
  readonly answered: number;
  readonly refused: number;
  readonly good: number;
  readonly residentMegabytes: { readonly warm: number; readonly largest: number };
  readonly findings: number;
}

function httpText(byRuntime: Readonly<Record<string, Http>>): string {
  const lines = Object.entries(byRuntime).map(
    ([runtime, { executions, answered, refused, good, residentMegabytes, findings }]) =>
      `| ${runtime} | ${number(executions)} | ${number(answered)} | ${number(refused)} | ${number(good)} | ${residentMegabytes.warm} to ${residentMegabytes.largest} | ${findings} |`,
  );
  return [
    "Changed streams to the real command over real sockets, a connection each; Node's parser (llhttp) reads them too.",
    "",
    "| Runtime | connections | requests answered | streams refused | plain requests in between | resident MiB | findings |",
    "| ------- | ----------: | ----------------: | --------------: | ------------------------: | -----------: | -------: |",
    ...lines,
    "",
    "A finding is an answer where llhttp sees no request, another answer than to the same request in its plainest form, bytes that are no HTTP/1.1, a connection that does not end, a process that ends, grows or reports a defect.",
  ].join("\n");
}

interface Differential {
  readonly cases: number;
  readonly models: number;
  readonly compiled: number;
  readonly near: number;
  readonly odd: number;
  readonly differences: number;
}

const text = `# Trust

Made by \`npm run docs:trust\`: what is proven, and by what. Vectors and thresholds are run to write this; the long runs are recorded with
the command that repeats them, and a short form of each is part of \`npm test\`.

| Claim | Proof |
| ----- | ----- |
| Operators compute what ONNX says | the vectors below: \`test/vectors\`, [by operator](operators.md) |
| A row comes to the leaf that the trainer's comparison says | thresholds and random forests below; [boosters](boosters.md) against their trainers |
| Estimators answer as scikit-learn does | [estimators](estimators.md), trained afresh |
| The same file answers as on ONNX Runtime | random models below; where not, [a list](../model-formats.md#where-onnx-runtime-and-the-standard-differ) that \`test/differential/deviations.test.ts\` holds |
| However it is compiled, a graph answers the same | \`test/differential\`: random pipelines with and without SIMD and each pass |
| A hostile file does no harm | hostile files below, \`test/fuzz/hostile\` |
| HTTP is understood as another parser does, or refused | HTTP below, \`test/fuzz/http\`, [security](../security.md) |
| The tests would notice | seeded defects below, \`test/mutation\` |

## Vectors

The node tests of the \`onnx\` package and cases of ours. The interpreter and onnxruntime-node are held to the recorded outputs. The compiler takes
each as models have it (one input with any number of rows, the others weights), one and three times the rows, and is held to the interpreter.
What is refused runs on onnxruntime; why, and what onnxruntime-node skips, is in [operators](operators.md).

| Engine | passed | refused | wrong |
| ------ | -----: | ------: | ----: |
${(await vectorRows()).join("\n")}

## Thresholds

Every split of a model is met exactly, and missed by one float to either side: ${await thresholdText()}

## Random forests

Of any shape, against a walk of a few lines: chains, single leaves, 300 trees, every mode and missing direction, odd floats, blocks of 1 to
200 rows; ${said<{ forests: number; cases: number; differences: number }>("forests", ({ forests, cases, differences }) => `${number(forests)} forests, ${number(cases)} rows, ${differences} differences. \`npm test\` adds up to 65,537 thresholds of one feature.`)}

## Random models against ONNX Runtime

A case is one row of one model that both answered: forests with every attribute, pipelines, encoders. ${said<Differential>(
  "differential",
  ({ cases, models, compiled, near, odd, differences }) =>
    `${number(cases)} cases of ${number(models)} models, ${number(compiled)} of them compiled and the others interpreted; ${differences} models differ. Of the cases ${number(near)} are as far apart as float32 rounding on the way makes them, and ${number(odd)} compare NaN, an infinity or what float32 hardly holds, where ONNX Runtime's answer depends on the order of its loops.`,
)}

## Hostile files

${said<Hostile>("hostile", hostileText)}

## HTTP

${said<Record<string, Http>>("http", httpText)}

## Seeded defects

${said<{ defects: readonly { what: string; caught: boolean }[] }>("mutation", ({ defects }) => {
  const survived = defects.filter(({ caught }) => !caught);
  const list = (of: readonly { what: string }[]): string => of.map(({ what }) => what).join("; ");
  return [
    `${defects.length - survived.length} of ${defects.length} are caught: ${list(defects.filter(({ caught }) => caught))}.`,
    ...(survived.length === 0 ? [] : [`Not caught: ${list(survived)}.`]),
  ].join("\n\n");
})}
`;

if (!process.argv.includes("--check")) writeFileSync(file, text);
else if (squeezed(readFileSync(file, "utf8")) !== squeezed(text)) {
  console.error("docs/coverage/trust.md is not up to date: npm run docs:trust");
  process.exitCode = 1;
}

/** Tables are aligned by the formatter. */
function squeezed(markdown: string): string {
  return markdown.replace(/-+/g, "-").replace(/[ ]+/g, " ");
}
