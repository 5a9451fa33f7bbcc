import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { float32Text, shortFloat32 } from "./float32-text.ts";

/** Every bit pattern is as likely as any other, so denormals and the largest exponents come too. */
const anyFloat32 = fc.integer({ min: 0, max: 0xffff_ffff }).map((bits) => new Float32Array(Uint32Array.of(bits).buffer)[0] as number);
const finiteFloat32 = anyFloat32.filter(Number.isFinite);

describe("float32Text", () => {
  it.each([
    [0.98, "0.98"],
    [0.1, "0.1"],
    [1 / 3, "0.33333334"],
    [-151.2, "-151.2"],
    [1e-8, "1e-8"],
    [3.4028235e38, "3.4028235e+38"],
    [16_777_216, "16777216"],
    [16_777_218, "16777218"],
    [0.999_999_94, "0.99999994"],
    [0, "0"],
    [5, "5"],
  ])("writes the float32 nearest to %s as %s", (value, text) => {
    expect(float32Text(Math.fround(value))).toBe(text);
  });

  it("writes as JSON what JSON has no number for", () => {
    expect([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(float32Text)).toEqual(["null", "null", "null"]);
  });

  it("reads back as the same float32, whatever its magnitude", () => {
    fc.assert(
      fc.property(finiteFloat32, (value) => {
        const read: unknown = JSON.parse(float32Text(value));
        // -0 is written as JSON.stringify writes it: 0.
        expect(Math.fround(read as number)).toBe(value === 0 ? 0 : value);
      }),
      { numRuns: 20_000 },
    );
  });

  it("reads back for denormals, the smallest normal number and its neighbours", () => {
    for (const bits of [1, 2, 3, 0x007f_ffff, 0x0080_0000, 0x0080_0001, 0x8000_0001, 0x7f7f_ffff]) {
      const value = new Float32Array(Uint32Array.of(bits).buffer)[0] as number;
      expect(Math.fround(Number(float32Text(value)))).toBe(value);
    }
  });

  it("needs no more than nine significant digits", () => {
    fc.assert(
      fc.property(finiteFloat32, (value) => {
        const [mantissa = ""] = float32Text(value).split("e");
        expect(mantissa.replace(/[-.]/g, "").replace(/^0+|0+$/g, "").length).toBeLessThanOrEqual(9);
      }),
      { numRuns: 5_000 },
    );
  });

  it("gives decimals of up to six digits back as they were: every one has a float32 of its own", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999 }), fc.integer({ min: -43, max: 32 }), (digits, exponent) => {
        const decimal = Number(`${digits}e${exponent}`);
        fc.pre(decimal > 1.2e-38 && decimal < 3.4e38);
        expect(shortFloat32(Math.fround(decimal))).toBe(decimal);
        expect(shortFloat32(Math.fround(-decimal))).toBe(-decimal);
      }),
      { numRuns: 10_000 },
    );
  });
});
