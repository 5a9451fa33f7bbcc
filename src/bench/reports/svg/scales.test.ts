import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linearScale, logScale, ratioScale, type Scale } from "./scales.ts";

const positive = fc.double({ min: 1e-6, max: 1e12, noNaN: true });
const anything = fc.double();

function expectSound({ place, ticks }: Scale, values: readonly number[]): void {
  expect(ticks.length).toBeGreaterThanOrEqual(1);
  expect(ticks.length).toBeLessThan(30);
  expect([...ticks]).toEqual([...ticks].sort((a, b) => a - b));
  for (const value of [...values, ...ticks]) {
    expect(place(value)).toBeGreaterThanOrEqual(10 - 1e-6);
    expect(place(value)).toBeLessThanOrEqual(110 + 1e-6);
  }
}

describe("linearScale", () => {
  it("goes from 0 to a round number", () => {
    const { place, ticks } = linearScale(32_438, 0, 100);
    expect(ticks).toEqual([0, 10_000, 20_000, 30_000, 40_000]);
    expect([place(0), place(20_000), place(50_000)]).toEqual([0, 50, 100]);
  });

  it("has no step too many", () => expect(linearScale(0.3, 0, 1, 3).ticks).toEqual([0, 0.1, 0.2, 0.3]));

  it("is sound for whatever comes", () => {
    fc.assert(fc.property(anything, anything, (greatest, value) => expectSound(linearScale(greatest, 10, 110), [value])));
  });
});

describe("logScale", () => {
  it("has ticks around all values", () => {
    const { place, ticks } = logScale(0.24, 26, 0, 100);
    expect(ticks).toEqual([0.2, 0.5, 1, 2, 5, 10, 20, 50]);
    expect(place(0.2)).toBeCloseTo(0);
    expect(place(50)).toBeCloseTo(100);
  });

  it("has decades where there are many", () => expect(logScale(0.001, 1000, 0, 1).ticks).toEqual([0.001, 0.01, 0.1, 1, 10, 100, 1000]));

  it("is sound for whatever comes", () => {
    fc.assert(
      fc.property(positive, positive, anything, (one, other, value) => {
        const scale = logScale(Math.min(one, other), Math.max(one, other), 10, 110);
        expectSound(scale, [value]);
        expect(scale.ticks.length).toBeGreaterThanOrEqual(2);
        expect(scale.place(Math.max(one, other))).toBeGreaterThanOrEqual(scale.place(Math.min(one, other)));
      }),
    );
    expectSound(logScale(Number.POSITIVE_INFINITY, 0, 10, 110), [0, Number.NaN]);
  });
});

describe("ratioScale", () => {
  it("always shows 1, with what is around it", () => {
    expect(ratioScale([7.36, 7.84], 0, 100).ticks[0]).toBe(1);
    expect(ratioScale([0.98, 1.03], 0, 100).ticks).toEqual([0.98, 0.99, 1, 1.01, 1.02, 1.03]);
  });

  it("has twice and half as far from 1", () => {
    const { place } = ratioScale([0.2, 5], 0, 100);
    expect(place(2) - place(1)).toBeCloseTo(place(1) - place(0.5));
  });

  it("is sound for whatever comes", () => {
    fc.assert(
      fc.property(fc.array(positive), anything, (values, value) => {
        const scale = ratioScale(values, 10, 110);
        expectSound(scale, [...values, value]);
        expect(scale.ticks).toContain(1);
      }),
    );
    expectSound(ratioScale([Number.NaN, 0, -1, Number.POSITIVE_INFINITY], 10, 110), [Number.NaN, 0]);
  });
});
