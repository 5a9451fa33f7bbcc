import { describe, expect, it } from "vitest";
import { loadLibrary } from "../../src/models/load-library.ts";
import { fuzzBodies } from "./body-target.ts";

describe("the predict body, fuzzed", () => {
  it("is answered or refused with a coded client error, whatever it is", async () => {
    const library = await loadLibrary(["models"]);
    const counts = fuzzBodies(library, 20_261_123, (executions) => executions < 30_000);
    expect(counts.executions).toBe(30_000);
    // The mutations reach both sides: many bodies stay good, and the refusals are of many kinds.
    expect(counts.answered).toBeGreaterThan(3000);
    expect([...counts.refused.keys()].sort()).toEqual(
      expect.arrayContaining([
        "FEATURE_MISSING",
        "FEATURE_NOT_FINITE",
        "FEATURE_TYPE_INVALID",
        "JSON_INVALID",
        "JSON_TOO_DEEP",
        "ROW_WIDTH_INVALID",
      ]),
    );
  });
});
