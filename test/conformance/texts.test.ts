import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadModel } from "../../src/models/load-model.ts";
import { closeEnough } from "../../src/models/parity.ts";

/** Models that read texts, with scikit-learn's own answers; see their make.py. */
const folder = fileURLToPath(new URL("../fixtures/texts/", import.meta.url));
const names = readdirSync(folder).flatMap((file) => (file.endsWith(".onnx") ? [file.slice(0, -".onnx".length)] : []));

interface Recorded {
  readonly rows: (string | number)[][];
  readonly predictions: (string | number)[];
  readonly probabilities?: number[][];
}

describe.each(names)("the text model %s", (name) => {
  const { rows, predictions, probabilities } = JSON.parse(readFileSync(`${folder}${name}.json`, "utf8")) as Recorded;

  it("answers compiled as scikit-learn does, with one row and with many", async () => {
    const model = await loadModel(`${folder}${name}.onnx`);
    expect(model.engine.kind).toBe("compiled");
    expect(model.parity?.passed).toBe(10);
    const together = model.predictMany(rows);
    rows.forEach((row, index) => {
      expect(model.predict(row)).toEqual(together[index]);
      const { prediction, probabilities: found = {} } = together[index] ?? {};
      const expected = predictions[index];
      if (probabilities === undefined) expect(closeEnough(Number(expected), Number(prediction)), `row ${index}`).toBe(true);
      else expect(prediction, `row ${index}`).toEqual(expected);
      probabilities?.[index]?.forEach((score, column) =>
        expect(closeEnough(score, Object.values(found)[column] ?? Number.NaN), `row ${index}, class ${column}`).toBe(true),
      );
    });
  });

  it("takes any text, and nothing but a text", async () => {
    const model = await loadModel(`${folder}${name}.onnx`);
    const [first] = model.signature.features;
    expect(first).toMatchObject({ dtype: "string", unknown: "ignore", missing: false });
    expect(first?.categories).toBeUndefined();
    const row = rows[0] ?? [];
    expect(() => model.predict([null, ...row.slice(1)])).toThrow(expect.objectContaining({ code: "FEATURE_NULL" }));
    expect(() => model.predict([5, ...row.slice(1)])).toThrow(expect.objectContaining({ code: "FEATURE_TYPE_INVALID" }));
  });
});
