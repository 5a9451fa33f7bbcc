import { readFileSync, writeFileSync } from "node:fs";
import { operatorName } from "../src/graph/graph.ts";
import { controlOperators, isControlOperator, operators } from "../src/graph/operators.ts";
import { allCases, type Outcome, runCompiled, runInterpreted, runOnRuntime, variantsOf } from "../test/vectors/run.ts";

/** Writes docs/coverage/operators.md from what the vectors show; `--check` fails where it is not up to date. */
const file = new URL("../docs/coverage/operators.md", import.meta.url);

interface Row {
  interpreted: number;
  /** Vectors that ONNX Runtime answers as recorded. */
  runtime: number;
  vectors: number;
  compiled: number;
  variants: number;
  readonly refusals: Map<string, number>;
}

const rows = new Map<string, Row>(
  [...operators, ...controlOperators]
    .toSorted()
    .map((name) => [name, { interpreted: 0, runtime: 0, vectors: 0, compiled: 0, variants: 0, refusals: new Map() }]),
);

/** Names of the vectors that ONNX Runtime does not answer as recorded, by the reason. */
const skipped = new Map<string, string[]>();

for (const example of allCases()) {
  const onRuntime = await runOnRuntime(example);
  if (onRuntime.kind !== "passed") {
    const why = onRuntime.kind === "refused" ? onRuntime.why : `a wrong answer: ${onRuntime.what}`;
    skipped.set(why, [...(skipped.get(why) ?? []), example.name]);
  }
  const about = rowsAbout(example.graph.nodes.map(operatorName));
  if (about.length === 0) continue;
  const interpreted = runInterpreted(example).kind === "passed" ? 1 : 0;
  for (const row of about) {
    row.vectors++;
    row.interpreted += interpreted;
    if (onRuntime.kind === "passed") row.runtime++;
  }
  for (const variant of variantsOf(example)) {
    const outcome = await runCompiled(variant, { simd: true });
    for (const row of about) {
      row.variants++;
      if (outcome.kind === "passed") row.compiled++;
      else addRefusal(row, outcome);
    }
  }
}

/** A vector counts for an operator that it is about: that of its only node, or those with bodies and lists. */
function rowsAbout(names: readonly string[]): Row[] {
  const about = names.length === 1 ? names : new Set(names.filter(isControlOperator));
  return [...about].flatMap((name) => rows.get(name) ?? []);
}

function addRefusal({ refusals }: Row, outcome: Outcome): void {
  const why = outcome.kind === "refused" ? outcome.why.replace(/^.*?\): /, "").replace(/\.$/, "") : "a wrong answer";
  // Numbers and names of one case would make many reasons of one.
  const general = why
    .replace(/"[^"]*"/g, "…")
    .replace(/\[[^\]]*\]/g, "[…]")
    .replace(/-?\d+(\.\d+)?/g, "n");
  refusals.set(general, (refusals.get(general) ?? 0) + 1);
}

const lines = [...rows].map(([name, { interpreted, runtime, vectors, compiled, variants, refusals }]) => {
  const reasons = [...refusals]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 3)
    .map(([why, count]) => `${why} (${count})`);
  return `| ${name} | ${interpreted} / ${vectors} | ${runtime} / ${vectors} | ${compiled} / ${variants} | ${reasons.join("; ")} |`;
});

const skipLines = [...skipped]
  .sort((a, b) => b[1].length - a[1].length)
  .map(([why, names]) => `- ${names.length} because ${why}: ${names.map((name) => `\`${name}\``).join(", ")}.`);

const text = `# Operators

Made by \`npm run docs:coverage\` from the vectors in \`test/fixtures/operators\`: the node tests of the \`onnx\` package and cases with ONNX
Runtime's own outputs. "Interpreted" counts vectors that the reference interpreter answers as recorded, "ONNX Runtime" those that
onnxruntime-node does; the others are listed below. "Compiled" counts forms of them as
models have them (one input with any number of rows, the others weights) that compile and answer as the interpreter does, with every
number of rows; the others are refused, and such a model runs on onnxruntime. No form is answered wrongly: that is a test
(\`test/vectors\`). A form is mostly refused because it would mix rows, which no model of rows does.

| Operator | Interpreted | ONNX Runtime | Compiled | Refused because |
| -------- | ----------- | ------------ | -------- | --------------- |
${lines.join("\n")}

## Vectors that ONNX Runtime does not answer as recorded

${skipLines.join("\n")}
`;

if (!process.argv.includes("--check")) writeFileSync(file, text);
else if (squeezed(readFileSync(file, "utf8")) !== squeezed(text)) {
  console.error("docs/coverage/operators.md is not up to date: npm run docs:coverage");
  process.exitCode = 1;
}

/** Tables are aligned by the formatter. */
function squeezed(markdown: string): string {
  return markdown.replace(/-+/g, "-").replace(/[ ]+/g, " ");
}
