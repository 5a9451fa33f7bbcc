import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadModel } from "../../src/models/load-model.ts";
import type { Model } from "../../src/models/model.ts";
import { closeEnough } from "../../src/models/parity.ts";
import type { Prediction } from "../../src/models/prediction.ts";

/** Models in their trainers' own formats, and saved by `setosa.save`, and what the trainers predict; see the make.py in each folder. */
const fixtures = fileURLToPath(new URL("../fixtures/boosters/", import.meta.url));

interface Answers {
  readonly rows: (number | string | null)[][];
  /** Of a classifier: classes, or what its booster gives: the second class's probability, or every class's. */
  readonly predictions: (string | number | (string | number)[])[];
  readonly probabilities?: number[][];
}

for (const trainer of ["catboost", "lightgbm", "saved", "xgboost"]) {
  const folder = `${fixtures}${trainer}/`;
  const files = readdirSync(folder);
  const engines = trainer === "saved" ? (["compiled", "interpreted", "onnxruntime"] as const) : (["compiled", "interpreted"] as const);
  const names = files.flatMap((file) => (file.endsWith(".answers.json") ? [file.replace(".answers.json", "")] : []));
  describe.each(names)(`${trainer}: %s`, (name) => {
    const file = files.find((other) => other.startsWith(`${name}.`) && !other.endsWith(".answers.json")) ?? "";
    const { rows, predictions, probabilities } = JSON.parse(readFileSync(`${folder}${name}.answers.json`, "utf8")) as Answers;

    it.each(engines)("predicts on the %s engine as the trainer does", async (engine) => {
      const model = await loadModel(`${folder}${file}`, { engine });
      const found = await model.predictManyAsync(rows);
      for (const [index, prediction] of found.entries()) {
        const expected = [predictions[index] ?? []].flat();
        if (probabilities === undefined) expectNumbers(expected.map(Number), numbersOf(model, prediction), index);
        else {
          expect(prediction.prediction, `row ${index}`).toBe(expected[0]);
          expectNumbers(probabilities[index] ?? [], Object.values(prediction.probabilities ?? {}), index);
        }
      }
      if (engine === "compiled") for (const [index, row] of rows.entries()) expect(model.predict(row)).toEqual(found[index]);
    });
  });
}

/** What a booster's own `predict` gives: of two classes the second's probability alone. */
function numbersOf({ signature }: Model, { prediction, probabilities }: Prediction): number[] {
  if (probabilities !== undefined) {
    const all = Object.values(probabilities);
    // The label is that of the largest, the first of equals.
    if (signature.task.kind === "classification") expect(prediction).toBe(signature.task.classes[all.indexOf(Math.max(...all))]);
    return all.length === 2 ? all.slice(1) : all;
  }
  return typeof prediction === "object" ? Object.values(prediction).map(Number) : [Number(prediction)];
}

function expectNumbers(expected: readonly number[], found: readonly number[], row: number): void {
  expect(found).toHaveLength(expected.length);
  const wrong = expected.findIndex((value, index) => !closeEnough(value, found[index] ?? Number.NaN));
  expect(wrong, `row ${row}: ${expected[wrong]} is ${found[wrong]}`).toBe(-1);
}
