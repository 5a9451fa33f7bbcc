import { describe, expect, it } from "vitest";
import { sumStatistics, type VersionStatistics } from "./statistics-totals.ts";

const totals = (count: number) => ({ count, ns: 10 * count });
const of = (name: string, count: number, more: Partial<VersionStatistics> = {}): VersionStatistics => ({
  name,
  version: "1",
  inferences: 2 * count,
  executions: count,
  last: 100 + count,
  success: totals(count),
  fail: totals(1),
  queue: totals(count),
  input: totals(count),
  infer: totals(count),
  output: totals(count),
  batches: [],
  ...more,
});

describe("sumStatistics", () => {
  it("adds up what processes counted of the same version", () => {
    const [iris, wine, newer] = sumStatistics([[of("iris", 3), of("wine", 1)], [], [of("iris", 4), of("iris", 5, { version: "2" })]]);
    expect(iris).toEqual(of("iris", 7, { last: 104, fail: totals(2) }));
    expect(wine).toEqual(of("wine", 1));
    expect(newer).toEqual(of("iris", 5, { version: "2" }));
  });

  it("adds up batches by their rows", () => {
    const batches = (...sizes: [number, number][]) => sizes.map(([rows, count]) => ({ rows, infer: totals(count) }));
    const [iris] = sumStatistics([
      [of("iris", 1, { batches: batches([1, 2], [8, 3]) })],
      [of("iris", 1, { batches: batches([4, 1], [8, 1]) })],
    ]);
    expect(iris?.batches).toEqual(batches([1, 2], [4, 1], [8, 4]));
  });
});
