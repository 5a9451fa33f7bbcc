import { describe, expect, it } from "vitest";
import { seededRandom } from "../../test/onnx/random.ts";
import { estimate, median, ratios } from "./statistics.ts";

describe("median", () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[7], 7],
  ])("of %j is %d", (values, expected) => expect(median(values)).toBe(expected));

  it("of nothing is no number", () => expect(median([])).toBeNaN());
});

describe("ratios", () => {
  it("compares within a round only", () => {
    expect(ratios([1, 2, 10], [2, 4, 5])).toEqual([2, 2, 0.5]);
  });
});

describe("estimate", () => {
  /** Ranks, from 1, of the 95 % interval of a median, as tables of the sign test list them. */
  it.each([
    [6, 1, 6],
    [9, 2, 8],
    [11, 2, 10],
    [15, 4, 12],
    [25, 8, 18],
    [31, 10, 22],
  ])("of %d values takes those of rank %d and %d", (n, low, high) => {
    const values = Array.from({ length: n }, (_, index) => n - index);
    expect(estimate(values)).toEqual({ median: (n + 1) / 2, low, high });
  });

  it("of few values takes all of them", () => {
    expect(estimate([5, 1, 3])).toEqual({ median: 3, low: 1, high: 5 });
  });

  it("holds the true median in about 95 % of samples of a lopsided distribution", () => {
    const random = seededRandom(1);
    let held = 0;
    for (let sample = 0; sample < 2000; sample++) {
      const { low, high } = estimate(Array.from({ length: 21 }, () => random() ** 4));
      if (low <= 0.5 ** 4 && 0.5 ** 4 <= high) held++;
    }
    expect(held / 2000).toBeGreaterThan(0.94);
    expect(held / 2000).toBeLessThan(0.99);
  });
});
