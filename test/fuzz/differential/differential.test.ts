import { describe, expect, it } from "vitest";
import { fuzzDifferential } from "./fuzz.ts";

/** The bounded form of `npm run fuzz:differential`, which compares a million rows. */
describe("random models", () => {
  it("answer as on ONNX Runtime", { timeout: 120_000 }, async () => {
    const { differences, cases, compiled, near, odd } = await fuzzDifferential(5, 40, (totals) => totals.cases < 6000);
    expect(differences).toEqual([]);
    // The kernel answers most of them, and hardly any is excused.
    expect(compiled).toBeGreaterThan(cases / 2);
    expect(near + odd).toBeLessThan(cases / 50);
  });
});
