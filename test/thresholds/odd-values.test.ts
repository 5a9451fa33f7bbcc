import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { SetosaError } from "../../src/errors.ts";
import type { FeatureValue } from "../../src/graph/signature.ts";
import { loadModel } from "../../src/models/load-model.ts";
import type { Model } from "../../src/models/model.ts";

/** What a request may hold in place of a feature: every engine predicts the same of it, or refuses it with the same code. */

const odd: readonly FeatureValue[] = [
  2 ** 53,
  2 ** 53 + 2,
  -(2 ** 53) - 2,
  2 ** 63,
  1e39,
  -1e39,
  1e-46,
  5e-324,
  -0,
  0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  "",
  " ",
  "no such category",
  "NaN",
  "1",
  "\u0000",
  true,
  null,
];

const folders = ["models", "test/fixtures/boosters/saved", "test/fixtures/boosters/xgboost", "test/fixtures/boosters/lightgbm"];
const files = folders.flatMap((folder) => {
  const url = new URL(`../../${folder}/`, import.meta.url);
  const names = readdirSync(url).filter((name) => /\.(onnx|ubj|txt)$/.test(name) || name === "pandas.json" || name === "categorical.json");
  return names.sort().map((name) => `${folder}/${name}`);
});

/** Columns of one kind differ in nothing that matters here. */
const mostFeatures = 4;

function rowsOf({ signature }: Model): FeatureValue[][] {
  const base =
    signature.example ??
    signature.features.map(({ categories, dtype, min }) => categories?.[0] ?? (dtype === "string" ? "" : Math.round(min ?? 1)));
  const kinds = new Map<string, number>();
  const rows: FeatureValue[][] = [[...base]];
  signature.features.forEach(({ dtype, categories, missing }, column) => {
    const kind = `${dtype} ${categories !== undefined} ${missing}`;
    const count = kinds.get(kind) ?? 0;
    kinds.set(kind, count + 1);
    if (count < mostFeatures) for (const value of odd) rows.push(base.toSpliced(column, 1, value));
  });
  return rows;
}

async function outcomeOf(model: Model, row: FeatureValue[]): Promise<unknown> {
  try {
    return await model.predictAsync(row);
  } catch (error) {
    if (error instanceof SetosaError) return error.code;
    throw error;
  }
}

/** Labels are the same, scores within what is promised of the trainer's. */
function agree(found: unknown, expected: unknown): boolean {
  if (typeof found === "number" && typeof expected === "number")
    return Object.is(found, expected) || Math.abs(found - expected) <= Math.max(1e-6, 1e-5 * Math.abs(expected));
  if (typeof found !== "object" || typeof expected !== "object" || found === null || expected === null) return found === expected;
  const [own, other] = [Object.entries(found), Object.entries(expected)];
  return own.length === other.length && own.every(([key, value], at) => key === other[at]?.[0] && agree(value, other[at]?.[1]));
}

describe("odd values in requests to", () => {
  it.each(files)("%s", { timeout: 60_000 }, async (file) => {
    const path = fileURLToPath(new URL(`../../${file}`, import.meta.url));
    const compiled = await loadModel(path, { engine: "compiled" });
    const interpreted = await loadModel(path, { engine: "interpreted", parity: false });
    const rows = rowsOf(compiled);
    const differences: string[] = [];
    for (const row of rows) {
      const [found, expected] = [await outcomeOf(compiled, row), await outcomeOf(interpreted, row)];
      if (!agree(found, expected))
        differences.push(`[${row.map(String)}]: ${JSON.stringify(found)} and interpreted ${JSON.stringify(expected)}`);
    }
    expect(differences).toEqual([]);
    // Not everything may be refused: the row as it is has an answer.
    expect(typeof (await outcomeOf(compiled, rows[0] ?? []))).toBe("object");
  });
});
