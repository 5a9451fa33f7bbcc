import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TokenBucket } from "./token-bucket.ts";

describe("TokenBucket", () => {
  it("never lets more through than its rate and burst allow, and the next one at the time that it says", () => {
    const steps = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 20 }), steps, (rate, burst, pauses) => {
        const bucket = new TokenBucket(rate, burst, 0);
        let now = 0;
        let passed = 0;
        for (const pause of pauses) {
          now += pause;
          const wait = bucket.take(now);
          if (wait === 0) passed++;
          else {
            expect(wait).toBeLessThanOrEqual(1000 / rate);
            now += Math.ceil(wait) + 1;
            expect(bucket.take(now)).toBe(0);
            passed++;
          }
          expect(passed).toBeLessThanOrEqual(burst + (now * rate) / 1000 + 1e-6);
        }
      }),
    );
  });

  it("is full again after a pause, and not fuller", () => {
    const bucket = new TokenBucket(10, 3, 0);
    const burst = (now: number) => [1, 2, 3, 4].map(() => bucket.take(now) === 0);
    expect(burst(0)).toEqual([true, true, true, false]);
    expect(burst(60_000)).toEqual([true, true, true, false]);
  });

  it("stands still where the clock does", () => expect(new TokenBucket(1000, 1, 5).take(5)).toBe(0));
});
