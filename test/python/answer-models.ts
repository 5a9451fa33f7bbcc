import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { chooseEngine } from "../../src/engines/choose.ts";
import { readModel } from "../../src/formats/registry.ts";
import type { ValueInfo } from "../../src/graph/graph.ts";
import { type Explanation, loadModel, type Prediction, type Row } from "../../src/index.ts";
import { type Tensor, tensor } from "../../src/tensor/tensor.ts";

/**
 * Answers rows with models, for programs in Python: reads lines of questions and writes a line with the engine and the answers for
 * each. Of a saved model (`rows`) these are predictions, for all rows at once and, where it is compiled, one by one. Of a graph
 * without metadata (`tensor`: null for NaN) they are its outputs, as flat lists in which NaN and infinities are texts. Rows to be
 * explained (`explain`) are answered with their explanations.
 */
type Question = { readonly file: string } & (
  | { readonly rows: readonly Row[] }
  | { readonly explain: readonly Row[] }
  | { readonly tensor: readonly (readonly (number | null)[])[] }
);

interface Answer {
  readonly engine: string;
  readonly reason: string;
}

interface SavedAnswer extends Answer {
  readonly many: readonly Prediction[];
  readonly one?: readonly Prediction[];
}

interface Explained extends Answer {
  readonly explanations: readonly Explanation[];
}

interface GraphAnswer extends Answer {
  readonly outputs: readonly (readonly (number | string)[])[];
}

async function answerSaved(file: string, rows: readonly Row[]): Promise<SavedAnswer> {
  const model = await loadModel(file);
  try {
    const { kind: engine, reason } = model.engine;
    const many = await model.predictManyAsync(rows);
    return model.answersInline ? { engine, reason, many, one: rows.map((row) => model.predict(row)) } : { engine, reason, many };
  } finally {
    await model.close();
  }
}

async function explainSaved(file: string, rows: readonly Row[]): Promise<Explained> {
  const model = await loadModel(file);
  try {
    const { kind: engine, reason } = model.engine;
    return { engine, reason, explanations: await model.explainMany(rows) };
  } finally {
    await model.close();
  }
}

async function answerGraph(file: string, rows: readonly (readonly (number | null)[])[]): Promise<GraphAnswer> {
  const source = readModel(readFileSync(file));
  const engine = await chooseEngine(source);
  try {
    const outputs = await engine.run([inputOf(source.graph.inputs[0], rows)]);
    return {
      engine: engine.kind,
      reason: engine.reason,
      outputs: outputs.map(({ data }) => Array.from<number | string, number | string>(data, plain)),
    };
  } finally {
    await engine.close();
  }
}

function inputOf(info: ValueInfo | undefined, rows: readonly (readonly (number | null)[])[]): Tensor {
  const values = rows.flat().map((value) => value ?? Number.NaN);
  const shape = [rows.length, rows[0]?.length ?? 0];
  return info?.dtype === "float64"
    ? tensor("float64", shape, Float64Array.from(values))
    : tensor("float32", shape, Float32Array.from(values));
}

function plain(value: number | string): number | string {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

function answer(question: Question): Promise<Answer> {
  if ("explain" in question) return explainSaved(question.file, question.explain);
  return "rows" in question ? answerSaved(question.file, question.rows) : answerGraph(question.file, question.tensor);
}

for await (const line of createInterface({ input: process.stdin })) {
  const answered = await answer(JSON.parse(line) as Question).catch((error: Error) => ({ error: error.message }));
  process.stdout.write(`${JSON.stringify(answered)}\n`);
}
