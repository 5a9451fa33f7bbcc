import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadModel } from "../../src/models/load-model.ts";
import { closeEnough } from "../../src/models/parity.ts";

/** Files that `setosa.save` did not write: no signature, no parity rows. See their make.py. */
const folder = new URL("../fixtures/other-models/", import.meta.url);
const pathOf = (name: string): string => fileURLToPath(new URL(name, folder));

function expected<T>(name: string): T {
  return JSON.parse(readFileSync(pathOf(`${name}.json`), "utf8")) as T;
}

interface Classified {
  readonly rows: number[][];
  readonly labels: (string | number)[];
  readonly scores: number[][];
}

describe("a convolutional network", () => {
  it.each(["compiled", "onnxruntime"] as const)("answers on the %s engine as its maker", async (engine) => {
    const model = await loadModel(pathOf("digits-cnn.onnx"), { engine });
    try {
      const { image, probabilities } = expected<{ image: unknown; probabilities: number[][] }>("digits-cnn");
      const answer = (await model.answerTensors({ image }, "inputs")).get("probabilities");
      expect(answer?.shape).toEqual([40, 10]);
      probabilities.flat().forEach((probability, index) => expect(closeEnough(probability, Number(answer?.data[index]))).toBe(true));
    } finally {
      await model.close();
    }
  });
});

describe("a model of dictionaries", () => {
  const { rows, labels, scores } = expected<{ rows: Record<string, number>[]; labels: number[]; scores: number[][] }>("dictionaries");

  it.each(["compiled", "interpreted"] as const)("answers on the %s engine as scikit-learn, where an absent key is 0", async (engine) => {
    const model = await loadModel(pathOf("dictionaries.onnx"), { engine });
    expect(model.signature.features.map(({ name }) => name)).toEqual([
      "petal length",
      "petal width",
      "sepal length",
      "sepal width",
      "visited",
    ]);
    const predictions = await model.predictManyAsync(rows);
    expect(predictions.map(({ prediction }) => prediction)).toEqual(labels);
    predictions.forEach(({ probabilities = {} }, row) =>
      Object.values(probabilities).forEach((probability, index) =>
        expect(closeEnough(scores[row]?.[index] ?? Number.NaN, probability)).toBe(true),
      ),
    );
  });

  it("refuses a key that it does not know, and takes an empty row", async () => {
    const model = await loadModel(pathOf("dictionaries.onnx"));
    expect(() => model.predict({ "petal lenght": 1 })).toThrow(/no feature "petal lenght"/);
    expect(model.predict({})).toEqual(model.predict([0, 0, 0, 0, 0]));
  });
});

describe.each(["zipmap", "string-labels"])("%s.onnx, as skl2onnx writes it by default", (name) => {
  it.each(["compiled", "interpreted", "onnxruntime"] as const)("answers on the %s engine as scikit-learn does", async (engine) => {
    const model = await loadModel(pathOf(`${name}.onnx`), { engine });
    try {
      const { rows, labels, scores } = expected<Classified>(name);
      const predictions = await model.predictManyAsync(rows);
      expect(predictions.map(({ prediction }) => prediction)).toEqual(labels);
      predictions.forEach(({ probabilities = {} }, row) =>
        Object.values(probabilities).forEach((probability, index) =>
          expect(closeEnough(scores[row]?.[index] ?? Number.NaN, probability)).toBe(true),
        ),
      );
    } finally {
      await model.close();
    }
  });
});
