import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { absent, count, duration, factors, percent, significant, tick } from "./numbers.ts";

describe("significant", () => {
  it.each([
    [0, "0"],
    [0.04123, "0.0412"],
    [0.41234, "0.412"],
    [9.996, "10.0"],
    [84.5, "84.5"],
    [99.96, "100"],
    [999.6, "1,000"],
    [31_240.4, "31,240"],
    [1_234_567, "1,234,567"],
    [-0.5, "-0.500"],
    [1e-9, "1.00e-9"],
    [1e18, "1.00e+18"],
    [Number.NaN, absent],
    [Number.POSITIVE_INFINITY, absent],
  ])("of %d is %s", (value, wanted) => expect(significant(value)).toBe(wanted));

  it("keeps every number to half a percent", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e14, noNaN: true }), (value) => {
        const shown = Number(significant(value).replaceAll(",", ""));
        expect(Math.abs(shown / value - 1)).toBeLessThan(0.0051);
      }),
    );
  });
});

it("tick has no zeros at its end", () => {
  expect([0, 0.5, 10, 20_000, 1.005].map((value) => tick(value))).toEqual(["0", "0.5", "10", "20,000", "1"]);
  expect(tick(1.005, 4)).toBe("1.005");
});

it("count groups thousands", () => {
  expect([0, 999, 1000, 61_234.5, -1234, Number.NaN].map(count)).toEqual(["0", "999", "1,000", "61,235", "-1,234", absent]);
});

it("duration takes the unit that people would", () => {
  expect([0.412, 1, 90, 120, 125, Number.NaN].map(duration)).toEqual(["412 ms", "1 s", "90 s", "2 min", "2 min 5 s", absent]);
});

it("percent has two digits", () => {
  expect([0, 0.018, 0.52, 1, Number.NaN].map(percent)).toEqual(["0 %", "1.8 %", "52 %", "100 %", absent]);
});

describe("factors", () => {
  it.each([
    [
      [1.524, 1.471, 1.58],
      ["1.52", "1.47", "1.58"],
    ],
    // Two decimals would read as no difference.
    [
      [1.012, 1.004, 1.0204],
      ["1.012", "1.004", "1.020"],
    ],
    [
      [0.1204, 0.118],
      ["0.120", "0.118"],
    ],
    [[0.0123], ["0.0123"]],
    [[1234.5], ["1,235"]],
    [[Number.NaN], [absent]],
  ])("of %j are %j", (values, wanted) => expect(factors(values)).toEqual(wanted));
});
