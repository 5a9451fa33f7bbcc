import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fewestRows, stabilityOf } from "./stability.ts";

describe("stabilityOf", () => {
  it("is the sum of (a - e) ln(a / e), with half a row more in every bin", () => {
    // Shares of 100.5/201 and 100.5/201 in training, of 150.5/201 and 50.5/201 in the traffic:
    // (0.748756 - 0.5) ln(0.748756 / 0.5) + (0.251244 - 0.5) ln(0.251244 / 0.5) = 0.100451 + 0.171193
    const found = stabilityOf([100, 100], [150, 50]);
    expect(found?.psi).toBeCloseTo(0.271643, 5);
    // One degree of freedom: 1/200 + 1/200
    expect(found?.noise).toBeCloseTo(0.01, 12);
    expect(found?.drift).toBe("large");
  });

  it("gives an empty bin a share, and leaves out what is empty in both", () => {
    // 200.5/201 and 0.5/201 against 0.5/201 and 200.5/201: 2 · (200/201) ln(401)
    expect(stabilityOf([200, 0], [0, 200])?.psi).toBeCloseTo(2 * (200 / 201) * Math.log(401), 10);
    expect(stabilityOf([100, 0, 100], [150, 0, 50])).toEqual(stabilityOf([100, 100], [150, 50]));
  });

  it("judges by what is beyond the noise", () => {
    expect(stabilityOf([5000, 5000], [5000, 5000])).toEqual({ psi: 0, noise: 0.0002, drift: "none" });
    expect(stabilityOf([5000, 5000], [6700, 3300])?.drift).toBe("moderate");
    const few = stabilityOf(new Array(10).fill(15), [20, 16, 4, 9, 11, 5, 16, 8, 3, 8]);
    expect(few?.psi).toBeGreaterThan(0.25);
    expect(few?.drift).toBe("moderate");
  });

  it("says nothing of few rows, or without training rows", () => {
    expect(stabilityOf([10, 10], [fewestRows - 1, 0])).toBeUndefined();
    expect(stabilityOf([10, 10], [fewestRows, 0])).toBeDefined();
    expect(stabilityOf([0, 0], [500, 500])).toBeUndefined();
  });

  it("is never negative, the same in both directions, and 0 for the same counts", () => {
    const counts = fc.array(fc.nat(10_000), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const [forth, back, same] = [stabilityOf(a, b), stabilityOf(b, a), stabilityOf(a, a)];
        if (forth === undefined || back === undefined || same === undefined) return;
        expect(forth.psi).toBeGreaterThanOrEqual(0);
        expect(forth.psi).toBeCloseTo(back.psi, 10);
        expect(same.psi).toBe(0);
      }),
    );
  });
});
