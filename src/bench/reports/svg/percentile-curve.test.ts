import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LatencyHistogram } from "../../measure/histogram.ts";
import { oneIn, percentileCurve } from "./percentile-curve.ts";

describe("percentileCurve", () => {
  it("has each bar's edge at the share of the answers up to it", () => {
    const latency = { mean: 2, least: 0.5, p50: 1, p75: 2, p90: 2, p95: 2, p99: 3.5, p999: 3.5, greatest: 3.5 };
    const histogram = [
      { milliseconds: 1, count: 50 },
      { milliseconds: 2, count: 40 },
      { milliseconds: 4, count: 10 },
    ];
    expect(percentileCurve({ histogram, latency })).toEqual([
      { share: 0, milliseconds: 0.5 },
      { share: 0.5, milliseconds: 1 },
      { share: 0.9, milliseconds: 2 },
      { share: 0.995, milliseconds: 3.5 },
    ]);
  });

  it("ascends, and ends where its axis has a place", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), { minLength: 1 }), (values) => {
        const all = new LatencyHistogram();
        for (const value of values) all.record(value);
        const points = percentileCurve({ histogram: all.bars(), latency: all.latency() });
        for (const [index, { share, milliseconds }] of points.entries()) {
          expect(Number.isFinite(oneIn(share))).toBe(true);
          const before = points[index - 1];
          expect(share).toBeGreaterThanOrEqual(before?.share ?? 0);
          // Where all answers took as long, an edge of 100 ns may lie above the fastest.
          expect(milliseconds).toBeGreaterThanOrEqual((before?.milliseconds ?? 0) * 0.999 - 0.0001);
        }
        expect(points.at(-1)?.milliseconds).toBeLessThanOrEqual(Math.max(...values));
      }),
    );
  });

  it("is empty where nothing was recorded", () => {
    const none = new LatencyHistogram();
    expect(percentileCurve({ histogram: none.bars(), latency: none.latency() })).toEqual([]);
  });
});

it("a share of 0.99 is one in a hundred", () => expect(oneIn(0.99)).toBeCloseTo(100));
