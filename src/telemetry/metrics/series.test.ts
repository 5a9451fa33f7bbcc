import { describe, expect, it } from "vitest";
import { buckets } from "./buckets.ts";
import { Counter, Gauge, Histogram } from "./series.ts";

describe("buckets", () => {
  it.each(Object.entries(buckets))("of %s rise, each as a short decimal", (_, bounds) => {
    expect([...bounds]).toEqual([...bounds].sort((a, b) => a - b));
    expect(new Set(bounds).size).toBe(bounds.length);
    for (const bound of bounds) expect(String(bound)).toMatch(/^(\d{1,6}|0\.\d{1,6}|\de-\d)$/);
  });

  it("of durations go from a microsecond to ten seconds", () => {
    expect([buckets.duration[0], buckets.duration.at(-1), buckets.duration.length]).toEqual([1e-6, 10, 22]);
  });
});

describe("Histogram", () => {
  it("counts a value in the first bucket whose bound is not below it", () => {
    const bounds = buckets.duration;
    for (const value of [0, 1e-7, ...bounds, ...[...bounds].map((bound) => bound * 1.01), 1e9]) {
      const histogram = new Histogram(bounds);
      histogram.observe(value);
      const cells = histogram.read();
      const expected = bounds.findIndex((bound) => value <= bound);
      expect(cells.indexOf(1)).toBe(expected < 0 ? bounds.length : expected);
      expect(cells.at(-1)).toBe(value);
    }
  });

  it("sums", () => {
    const histogram = new Histogram(Float64Array.of(1, 2));
    for (const value of [0.5, 1.5, 3, 4]) histogram.observe(value);
    expect(histogram.read()).toEqual([1, 1, 2, 9]);
  });
});

describe("Counter and Gauge", () => {
  it("count, and say nothing before there is something to say", () => {
    const counter = new Counter();
    counter.increment();
    counter.add(2.5);
    expect(counter.read()).toEqual([3.5]);
    const gauge = new Gauge();
    expect(gauge.read()).toBeUndefined();
    gauge.set(7);
    expect(gauge.read()).toEqual([7]);
  });
});
