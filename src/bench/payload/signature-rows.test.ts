import { describe, expect, it } from "vitest";
import { seededRandom } from "../measure/statistics.ts";
import { generateRows } from "./signature-rows.ts";

const features = [
  { name: "income", dtype: "float64", missing: true, min: 10, max: 20 },
  { name: "age", dtype: "int64", missing: false, min: 18, max: 90 },
  { name: "purpose", dtype: "string", missing: false, categories: ["car", "house"] },
  { name: "owner", dtype: "bool", missing: false },
];

describe("generateRows", () => {
  it("draws different rows from what was seen in training", () => {
    const rows = generateRows({ features }, 500, 0, seededRandom(1));
    expect(new Set(rows).size).toBe(500);
    for (const row of rows) {
      const { income, age, purpose, owner } = JSON.parse(row) as Record<string, never>;
      expect(income).toBeGreaterThanOrEqual(10);
      expect(income).toBeLessThanOrEqual(20);
      expect(Number.isInteger(age) && Number(age) >= 18 && Number(age) <= 90).toBe(true);
      expect(["car", "house"]).toContain(purpose);
      expect(typeof owner).toBe("boolean");
    }
  });

  it("leaves values out where it may and is asked to", () => {
    const rows = generateRows({ features }, 1000, 0.1, seededRandom(1)).map((row) => JSON.parse(row) as Record<string, unknown>);
    const missing = rows.filter(({ income }) => income === null).length;
    expect(missing).toBeGreaterThan(60);
    expect(missing).toBeLessThan(140);
    expect(rows.some(({ age }) => age === null)).toBe(false);
  });

  it("ends where there are no more different rows", () => {
    expect(generateRows({ features: features.slice(2) }, 100, 0, seededRandom(1)).sort()).toHaveLength(4);
  });

  it.each([null, 5, {}, { features: [] }, { features: [{}] }, { features: [null] }, { features: {} }])("refuses %j", (description) =>
    expect(() => generateRows(description, 1, 0, seededRandom(1))).toThrow(/description of a Setosa model/),
  );
});
