import { describe, expect, it } from "vitest";
import { hexadecimal, Sampler, traceIdOf } from "./sampler.ts";

const context = (traceId: string, flags: number) => ({ traceId, parentId: "b7ad6b7169203331", flags, state: undefined });
const low = `${"1".repeat(18)}${"0".repeat(14)}`;
const high = `${"1".repeat(18)}${"f".repeat(14)}`;

describe("Sampler", () => {
  it("follows the parent where it is based on it, whatever the ratio", () => {
    for (const name of ["parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"] as const) {
      const sampler = new Sampler({ name, ratio: 0.5 });
      expect(sampler.continues(context(low, 1))).toBe(true);
      expect(sampler.continues(context(high, 0))).toBe(false);
      expect(sampler.continues(context(low, 3))).toBe(true);
    }
  });

  it("decides by the id alone where it is not", () => {
    const half = new Sampler({ name: "traceidratio", ratio: 0.5 });
    expect(half.continues(context(low, 1))).toBe(false);
    expect(half.continues(context(high, 0))).toBe(true);
    expect(new Sampler({ name: "always_on", ratio: 1 }).continues(context(low, 0))).toBe(true);
    expect(new Sampler({ name: "always_off", ratio: 1 }).continues(context(high, 1))).toBe(false);
  });

  it("begins its share of traces, with ids for which others decide the same", () => {
    for (const ratio of [0, 0.01, 0.5, 1]) {
      const sampler = new Sampler({ name: "traceidratio", ratio });
      let begun = 0;
      for (let step = 0; step < 1000; step++) {
        const part = (step + 0.5) / 1000;
        const traceId = traceIdOf(part, Math.random);
        expect(traceId).toMatch(/^[0-9a-f]{32}$/);
        expect(sampler.continues(context(traceId, 0))).toBe(sampler.begins(part));
        if (sampler.begins(part)) begun++;
      }
      expect(begun).toBe(ratio * 1000);
    }
  });
});

describe("hexadecimal", () => {
  it("has as many digits as were asked for, and is never all zeros", () => {
    expect(hexadecimal(() => 0, 16)).toBe("0000000000000001");
    expect(hexadecimal(() => 0.999_999_999_9, 18)).toBe("f".repeat(18));
    expect(hexadecimal(() => 1 / 2 ** 32, 16)).toBe("0000000100000001");
  });
});
