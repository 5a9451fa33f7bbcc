import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LatencyHistogram } from "./histogram.ts";

const latency = fc.double({ min: 0, max: 200_000, noNaN: true });

function filled(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

/** The least value that `share` of all are at most, by sorting. */
function exact(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? 0;
}

describe("LatencyHistogram", () => {
  it("gives percentiles within a thousandth of the exact ones", () => {
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 300 }), fc.constantFrom(0.01, 0.5, 0.9, 0.99, 0.999, 1), (values, share) => {
        const wanted = exact(values, share);
        expect(Math.abs(filled(values).percentile(share) - wanted)).toBeLessThanOrEqual(wanted / 1000 + 0.000_11);
      }),
    );
  });

  it("adds up to the histogram of all values", () => {
    fc.assert(
      fc.property(fc.array(latency), fc.array(latency), (one, other) => {
        const sum = filled(one);
        sum.add(structuredClone(filled(other).data()));
        const all = filled([...one, ...other]);
        const { mean, ...rest } = sum.latency();
        const { mean: wanted, ...others } = all.latency();
        expect(rest).toEqual(others);
        expect(mean).toBeCloseTo(wanted, 6);
        expect(sum.bars()).toEqual(all.bars());
      }),
    );
  });

  it("is all zeros while it is empty", () => {
    expect(new Set(Object.values(new LatencyHistogram().latency()))).toEqual(new Set([0]));
  });

  it("takes what lies outside its range", () => {
    const histogram = filled([-1, 1e9]);
    expect(histogram.count).toBe(2);
    expect(histogram.latency().greatest).toBe(1e9);
  });

  it("has bars that hold every value below their edge", () => {
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1 }), (values) => {
        const bars = filled(values).bars();
        let seen = 0;
        for (const { milliseconds, count } of bars) {
          seen += count;
          // Recorded to 100 ns.
          expect(values.filter((value) => value <= milliseconds * 1.001 + 0.0001).length).toBeGreaterThanOrEqual(seen);
        }
        expect(seen).toBe(values.length);
        expect(bars.map(({ milliseconds }) => milliseconds)).toEqual(bars.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b));
      }),
    );
  });
});
