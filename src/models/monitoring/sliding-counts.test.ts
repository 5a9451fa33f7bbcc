import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SlidingCounts, slices } from "./sliding-counts.ts";

describe("SlidingCounts", () => {
  it("counts in the window what was counted in the slice under way and the eleven before it", () => {
    const events = fc.array(fc.tuple(fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: 0, max: 2 })), { maxLength: 60 });
    fc.assert(
      fc.property(events, fc.nat(100_000), fc.boolean(), (list, start, sumsBetween) => {
        const width = 1000;
        const sliding = new SlidingCounts(3, slices * width, start);
        let now = start;
        const seen: { slice: number; counter: number }[] = [];
        for (const [pause, counter] of list) {
          now += pause;
          const counts = sliding.at(now);
          (counts[counter] as number)++;
          seen.push({ slice: Math.floor(now / width), counter });
          const current = Math.floor(now / width);
          const count = (from: number) =>
            [0, 1, 2].map((one) => seen.filter((event) => event.counter === one && event.slice > from).length);
          if (!sumsBetween && seen.length < list.length) continue;
          expect(sliding.window(now)).toEqual(count(current - slices));
          expect(sliding.total(now)).toEqual(count(Number.NEGATIVE_INFINITY));
        }
      }),
    );
  });

  it("forgets when time passes without a request", () => {
    const sliding = new SlidingCounts(1, 12_000, 0);
    (sliding.at(500)[0] as number)++;
    expect(sliding.window(11_999)).toEqual([1]);
    expect(sliding.window(12_000)).toEqual([0]);
    expect(sliding.total(1e9)).toEqual([1]);
  });
});
