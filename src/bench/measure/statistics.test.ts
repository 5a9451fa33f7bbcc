import { describe, expect, it } from "vitest";
import { median, medianInterval, seededRandom, shuffle } from "./statistics.ts";

describe("median", () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[7], 7],
  ])("of %j is %d", (values, wanted) => expect(median(values)).toBe(wanted));
});

describe("medianInterval", () => {
  it("covers the true median of most samples", () => {
    const random = seededRandom(7);
    const samples = 100;
    let covered = 0;
    for (let sample = 0; sample < samples; sample++) {
      // The median of a uniform value is 0.5.
      const [low, high] = medianInterval(Array.from({ length: 15 }, random), random);
      if (low <= 0.5 && high >= 0.5) covered++;
    }
    // The percentile bootstrap of a median covers a little less or more than 95 %.
    expect(covered / samples).toBeGreaterThan(0.88);
  });

  it("of one value is that value", () => expect(medianInterval([3], seededRandom(1))).toEqual([3, 3]));

  it("is the same for the same seed", () => {
    const values = [1, 2, 4, 8, 16];
    expect(medianInterval(values, seededRandom(5))).toEqual(medianInterval(values, seededRandom(5)));
  });
});

describe("shuffle", () => {
  it("gives every order about as often", () => {
    const random = seededRandom(3);
    const counts = new Map<string, number>();
    for (let times = 0; times < 6000; times++) {
      const order = shuffle([1, 2, 3], random).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
