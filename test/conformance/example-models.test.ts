import { describe, expect, it } from "vitest";
import { startScript } from "../e2e/process.ts";
import { type Comparison, compareExample, engines, exampleModels } from "./example-models.ts";

/** The sizes of scikit-learn's data sets, and of the generated table of loans. */
const sizes: Readonly<Record<(typeof exampleModels)[number], number>> = {
  iris: 150,
  "iris-forest": 150,
  wine: 178,
  "breast-cancer": 569,
  diabetes: 442,
  digits: 1797,
  loans: 1020,
};

const cases = exampleModels.flatMap((name) => engines.map((engine) => [name, engine] as const));
const expected = ([name, engine]: (typeof cases)[number]): Comparison => ({
  name,
  engine,
  parity: "20/20",
  rows: sizes[name],
  differences: [],
});

describe("every row of every example's data set has scikit-learn's label and scores", () => {
  it.each(cases)("%s, %s, under Node", async (name, engine) => {
    expect(await compareExample(name, engine)).toEqual(expected([name, engine]));
  });

  it("all of them under Bun", { timeout: 60_000 }, async () => {
    const script = startScript("bun", "test/conformance/compare-examples.ts", []);
    expect(await script.ended(), script.errors()).toBe(0);
    const found: unknown[] = script
      .output()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(found).toEqual(cases.map(expected));
  });
});
