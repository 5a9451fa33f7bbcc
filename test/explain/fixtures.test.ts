import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { loadModel, type Row } from "../../src/index.ts";

// The first explanation loads a hundred modules.
vi.setConfig({ testTimeout: 60_000 });

/** What test/fixtures/explain/make.py wrote. */
interface Expected {
  readonly model: string;
  readonly output: string;
  /** Of the largest number. */
  readonly tolerance: number;
  readonly rows: readonly Row[];
  readonly base: readonly number[];
  /** By row, label and feature. */
  readonly contributions: readonly (readonly (readonly number[])[])[];
}

const folder = new URL("../fixtures/explain/", import.meta.url);
const names = readdirSync(folder).flatMap((file) => (file.endsWith(".expected.json") ? [file.slice(0, -".expected.json".length)] : []));

describe("explanations", () => {
  it("has models of every family", () => {
    expect(names.length).toBeGreaterThan(20);
  });

  it.each(names)("of %s are those of the shap package", async (name) => {
    const expected = JSON.parse(readFileSync(new URL(`${name}.expected.json`, folder), "utf8")) as Expected;
    const model = await loadModel(fileURLToPath(new URL(expected.model, folder)), { engine: "compiled" });
    const explanations = await model.explainMany(expected.rows);
    const largest = Math.max(...[...expected.base, ...expected.contributions.flat(2)].map(Math.abs));
    const within = expected.tolerance * largest;
    expect(largest).toBeGreaterThan(0.01);
    explanations.forEach(({ method, output, baseValues, contributions }, row) => {
      expect({ method, output }).toEqual({ method: "tree-path-dependent", output: expected.output });
      const labels = Object.keys(baseValues);
      expect(labels).toHaveLength(expected.base.length);
      labels.forEach((label, index) => {
        expect(Math.abs((baseValues[label] as number) - (expected.base[index] as number)), `base of ${label}`).toBeLessThan(within);
        const found = Object.values(contributions[label] ?? {});
        const wanted = expected.contributions[row]?.[index] as readonly number[];
        expect(found).toHaveLength(wanted.length);
        found.forEach((value, feature) => {
          expect(
            Math.abs(value - (wanted[feature] as number)),
            `row ${row}, ${label}, feature ${feature}: ${value}, ${wanted[feature]}`,
          ).toBeLessThan(within);
        });
      });
    });
    await model.close();
  });
});
