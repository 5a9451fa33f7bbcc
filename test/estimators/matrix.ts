import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compiledEngine } from "../../src/engines/compiled.ts";
import { SetosaError } from "../../src/errors.ts";
import { readModel } from "../../src/formats/registry.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { type Tensor, tensor } from "../../src/tensor/tensor.ts";

/**
 * Trains scikit-learn's estimators, runs what skl2onnx exports, and holds it against scikit-learn's own answers:
 * `npm run docs:estimators` writes the table, `-- --check` fails for an answer that is wrong. PYTHON is the interpreter to train with.
 */
interface Case {
  readonly estimator: string;
  readonly task: string;
  readonly status: "not trained" | "not convertible" | "exported";
  readonly why?: string;
  readonly file?: string;
  readonly rows?: readonly (readonly (number | null)[])[];
  readonly expected?: readonly Answer[];
  /** What onnxruntime answers, or why it does not. */
  readonly onnxruntime?: readonly Answer[] | string;
}

/** A flat list; NaN and infinities are texts. */
type Answer = readonly (number | string)[] | null;

/** Differences beyond this, in the size of the value or of 1, are wrong unless onnxruntime's is as large: scikit-learn's own sums over float32 rows are float32. */
const tolerance = 2e-5;

const folder = mkdtempSync(join(tmpdir(), "setosa-estimators-"));
try {
  const python = process.env.PYTHON ?? "python/.venv/bin/python";
  const trained = spawnSync(python, ["test/estimators/train.py", folder], { stdio: ["ignore", "inherit", "inherit"] });
  if (trained.status !== 0) throw new Error("The estimators could not be trained.");
  const cases = JSON.parse(readFileSync(join(folder, "matrix.json"), "utf8")) as Case[];
  const lines: string[] = [];
  const counts = new Map<string, number>();
  const wrong: string[] = [];
  for (const one of cases) {
    const { state, note, difference } = await judge(one);
    counts.set(state, (counts.get(state) ?? 0) + 1);
    if (state === "wrong") wrong.push(`${one.estimator}, ${one.task}: ${note}`);
    lines.push(`| ${one.estimator} | ${one.task} | ${state} | ${difference} | ${note.replaceAll("|", "\\|")} |`);
  }
  if (!process.argv.includes("--check")) writeFileSync(new URL("../../docs/coverage/estimators.md", import.meta.url), page(counts, lines));
  for (const line of wrong) console.error(line);
  console.log([...counts].map(([state, count]) => `${state}: ${count}`).join(", "));
  if (wrong.length > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}

interface Verdict {
  readonly state: string;
  readonly note: string;
  /** The largest, as the table shows it. */
  readonly difference: string;
}

async function judge(one: Case): Promise<Verdict> {
  if (one.status !== "exported" || one.file === undefined) return { state: one.status, note: one.why ?? "", difference: "" };
  try {
    const { graph } = readModel(readFileSync(join(folder, one.file)));
    const engine = await compiledEngine(graph, "the matrix");
    const outputs = await engine.run([inputOf(graph, one.rows ?? [])]);
    return compare(one, outputs);
  } catch (error) {
    if (!(error instanceof SetosaError)) throw error;
    if (error.code === "OPERATOR_UNSUPPORTED") return { state: "onnxruntime", note: error.message, difference: "" };
    // Where onnxruntime has no answer either, the exported file is what is wrong.
    if (typeof one.onnxruntime === "string") return { state: "not convertible", note: `onnxruntime: ${one.onnxruntime}`, difference: "" };
    return { state: "wrong", note: error.message, difference: "" };
  }
}

function inputOf({ inputs }: Graph, rows: readonly (readonly (number | null)[])[]): Tensor {
  const values = rows.flat().map((value) => value ?? Number.NaN);
  const shape = [rows.length, rows[0]?.length ?? 0];
  return inputs[0]?.dtype === "float64"
    ? tensor("float64", shape, Float64Array.from(values))
    : tensor("float32", shape, Float32Array.from(values));
}

function compare({ expected = [], onnxruntime }: Case, outputs: readonly Tensor[]): Verdict {
  let largest = 0;
  let theirs = 0;
  for (const [index, want] of expected.entries()) {
    const found = outputs[index];
    // Scores that the exported estimator does not have in scikit-learn's form (one decision for two classes) are not compared.
    if (found === undefined || want === null || found.data.length !== want.length) continue;
    largest = Math.max(largest, differenceOf(want, Array.from<number | string>(found.data)));
    const other = typeof onnxruntime === "object" ? onnxruntime[index] : undefined;
    theirs = Math.max(theirs, other === undefined || other === null ? Number.POSITIVE_INFINITY : differenceOf(want, other));
  }
  const difference = largest === 0 ? "0" : largest.toExponential(0);
  // As near to scikit-learn as float32 allows, or at least as near as onnxruntime is.
  if (largest <= tolerance) return { state: "compiled", note: "", difference };
  if (largest <= theirs * 1.5)
    return { state: "compiled", note: `as exported: onnxruntime differs by ${theirs.toExponential(0)}`, difference };
  return { state: "wrong", note: `differs by ${difference}, onnxruntime by ${theirs.toExponential(0)}`, difference };
}

function differenceOf(expected: readonly (number | string)[], found: readonly (number | string)[]): number {
  return expected.reduce((largest: number, text, index) => {
    const [want, have] = [Number(String(text).replace("inf", "Infinity")), Number(String(found[index]).replace("inf", "Infinity"))];
    if (want === have || (Number.isNaN(want) && Number.isNaN(have))) return largest;
    const difference = Math.abs(want - have) / Math.max(1, Math.abs(want));
    return Math.max(largest, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
  }, 0);
}

function page(counts: ReadonlyMap<string, number>, lines: readonly string[]): string {
  return `# scikit-learn's estimators

Made by \`npm run docs:estimators\`: every estimator of \`sklearn.utils.all_estimators\`, trained on bundled data for the tasks that it
has, exported by skl2onnx (HistGradientBoosting by Setosa's converter) and answered by Setosa's compiled kernel. The difference is the
largest to scikit-learn's own answers, of labels and scores, in the size of the value or of 1. "onnxruntime" names the node that stopped
the compiler. ${[...counts].map(([state, count]) => `${count} ${state}`).join(", ")}.

| Estimator | Task | Runs | Difference | |
| --------- | ---- | ---- | ---------- | --- |
${lines.join("\n")}
`;
}
