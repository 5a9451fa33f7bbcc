import { readFile } from "node:fs/promises";
import { type EngineKind, loadModel, type Row } from "../../src/index.ts";

export const exampleModels = ["iris", "iris-forest", "wine", "breast-cancer", "diabetes", "digits", "loans"] as const;
export const engines: readonly EngineKind[] = ["compiled", "interpreted", "onnxruntime"];

/** What scikit-learn answers to every row of the data set that the model was trained on. */
interface Expected {
  readonly rows: readonly Row[];
  readonly labels?: readonly number[];
  readonly scores: readonly (readonly number[])[];
}

/** How the answers of one engine compare with scikit-learn's. */
export interface Comparison {
  readonly name: string;
  readonly engine: EngineKind;
  readonly parity: string;
  readonly rows: number;
  /** Rows whose label, or one of whose scores, is not scikit-learn's: the first few, in words. */
  readonly differences: readonly string[];
}

/** The published tolerance, written out here so that the code's own constants cannot loosen it. */
function withinTolerance(expected: number, found: number): boolean {
  const difference = Math.abs(expected - found);
  return difference <= 1e-6 || difference <= 1e-5 * Math.abs(expected);
}

/** Predicts every row of an example's data set, in one list and, where the engine is a kernel, each alone as well. */
export async function compareExample(name: string, engine: EngineKind): Promise<Comparison> {
  const { rows, labels, scores } = JSON.parse(
    await readFile(new URL(`../fixtures/models/${name}.json`, import.meta.url), "utf8"),
  ) as Expected;
  const model = await loadModel(new URL(`../../models/${name}.onnx`, import.meta.url), { engine });
  const differences: string[] = [];
  const check = (how: string, row: number, label: number | undefined, found: ArrayLike<number> | undefined): void => {
    if (label !== labels?.[row]) differences.push(`${how} ${row}: label ${label} instead of ${labels?.[row]}`);
    scores[row]?.forEach((score, column) => {
      const value = found?.[column] ?? Number.NaN;
      if (!withinTolerance(score, value)) differences.push(`${how} ${row}: score ${column} is ${value} instead of ${score}`);
    });
  };

  const all = await model.answerRows(rows);
  for (let row = 0; row < rows.length; row++)
    check("in a list, row", row, all.labels?.[row], all.scores?.subarray(row * all.width, (row + 1) * all.width));
  if (model.answersInline)
    for (const [row, values] of rows.entries()) {
      const one = await model.answerRow(values);
      check("alone, row", row, one.labels?.[0], one.scores);
    }
  await model.close();
  const parity = `${model.parity?.passed}/${model.parity?.rows}`;
  return { name, engine: model.engine.kind, parity, rows: all.rows, differences: differences.slice(0, 5) };
}
