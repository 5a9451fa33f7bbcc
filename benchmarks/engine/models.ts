import { readFile } from "node:fs/promises";
import { loadModel } from "../../src/models/load-model.ts";
import type { Model, Row } from "../../src/models/model.ts";
import { seededRandom } from "../../test/onnx/random.ts";
import { boostedModel } from "./boosted-model.ts";

export interface BenchmarkModel {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly model: Model;
  /** Many distinct rows: one row again and again would teach the branch predictor the answer. */
  readonly rows: readonly (readonly number[])[];
  readonly objects: readonly Row[];
  readonly dtype: "float32" | "float64";
}

const root = new URL("../../", import.meta.url);
const rowCount = 2048;

/** An example model on its data set's rows, each number moved a little so that none repeats. */
export async function exampleModel(name: string): Promise<BenchmarkModel> {
  const bytes = await readFile(new URL(`models/${name}.onnx`, root));
  const { rows } = JSON.parse(await readFile(new URL(`test/fixtures/models/${name}.json`, root), "utf8")) as { rows: number[][] };
  const random = seededRandom(1);
  const moved = Array.from({ length: rowCount }, () => {
    const row = rows[Math.floor(random() * rows.length)] as number[];
    return row.map((value) => value * (0.95 + 0.1 * random()));
  });
  return withRows(name, bytes, moved);
}

/** The gradient boosting that this benchmark makes: 500 trees of depth 6 on 30 features. */
export async function gradientBoosting(): Promise<BenchmarkModel> {
  const { bytes, nodes } = boostedModel({ trees: 500, depth: 6, features: 30, split: 0.93, seed: 1 });
  const random = seededRandom(2);
  const rows = Array.from({ length: rowCount }, () => Array.from({ length: 30 }, random));
  return withRows(`gradient boosting, 500 trees, depth 6, ${nodes} nodes`, bytes, rows);
}

async function withRows(name: string, bytes: Uint8Array, rows: readonly (readonly number[])[]): Promise<BenchmarkModel> {
  const model = await loadModel(bytes, { engine: "compiled" });
  const { features } = model.signature;
  const dtype = features[0]?.dtype === "float64" ? "float64" : "float32";
  const objects = rows.map((row) => Object.fromEntries(features.map((feature, index) => [feature.name, row[index] ?? null])));
  return { name, bytes, model, rows, objects, dtype };
}
