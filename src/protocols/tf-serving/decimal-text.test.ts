import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalText, decimalText32 } from "./decimal-text.ts";

describe("a float as text", () => {
  it.each([
    [4, "4.0"],
    [-0, "-0.0"],
    [0.2, "0.2"],
    [1e21, "1e+21"],
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "Infinity"],
    [Number.NEGATIVE_INFINITY, "-Infinity"],
  ])("%d is %s", (value, text) => {
    expect(decimalText(value)).toBe(text);
    if (Math.fround(value) === value || Number.isNaN(value)) expect(decimalText32(value)).toBe(text);
  });

  it("is a float to who looks at it, and the same float", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = decimalText(value);
        expect(text).toMatch(/[.e]/);
        expect(JSON.parse(text)).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = decimalText32(value);
        expect(text).toMatch(/[.e]/);
        expect(Math.fround(JSON.parse(text) as number)).toBe(value);
      }),
    );
  });
});
