import { describe, expect, it } from "vitest";
import type { Comparison } from "../result.ts";
import { forbiddenTarget, measuredTarget, resultOf, threeTargets } from "./fixture.test-data.ts";
import {
  byNumber,
  byNumberAndName,
  claims,
  dateWords,
  hasFigures,
  nameAndUrl,
  noiseWords,
  refusedComparisons,
  roundsWords,
} from "./words.ts";

const pair = { first: 0, second: 1, ratios: [] } as const;

function claimOf(comparison: Partial<Comparison>): string | undefined {
  const result = resultOf([], { comparisons: [{ ...pair, measure: "answersPerSecond", ...comparison }] });
  return claims(result, byNumber)[0];
}

describe("claims", () => {
  it("say how many times, and how sure", () => {
    expect(claimOf({ ratio: 1.52, interval: [1.47, 1.58] })).toBe(
      "1 answers 1.52× as many requests per second as 2 (95 % interval 1.47–1.58)",
    );
  });

  it("have the greater one as their subject", () => {
    expect(claimOf({ ratio: 0.5, interval: [0.4, 0.625] })).toBe(
      "2 answers 2.00× as many requests per second as 1 (95 % interval 1.60–2.50)",
    );
    expect(claimOf({ measure: "cpuMicrosecondsPerAnswer", ratio: 0.5, interval: [0.4, 0.625] })).toBe(
      "2 needs 2.00× as much CPU time per request as 1 (95 % interval 1.60–2.50)",
    );
    expect(claimOf({ measure: "p99", ratio: 3 })).toBe("1 has 3.00× the 99th percentile of latency of 2");
  });

  it("are not made of what is refused or unknown", () => {
    expect(claimOf({ ratio: 2, refusal: { code: "NO_DIFFERENCE", message: "" } })).toBeUndefined();
    expect(claimOf({})).toBeUndefined();
    expect(claimOf({ ratio: 0 })).toBeUndefined();
    expect(claimOf({ ratio: Number.NaN })).toBeUndefined();
  });
});

describe("refusedComparisons", () => {
  it("puts pairs and measures with one reason on one line", () => {
    const refused = refusedComparisons(threeTargets(), byNumber);
    expect(refused).toEqual([
      {
        subject: "requests per second and CPU time per request, 1 and 3; 2 and 3",
        refusal: { code: "TARGET_REFUSED", message: "target 3 (Gateway) answered 403 Forbidden" },
      },
    ]);
  });

  it("has a reason for a comparison that has neither ratio nor refusal", () => {
    const result = resultOf([], { comparisons: [{ ...pair, measure: "p99" }] });
    expect(refusedComparisons(result, byNumber)[0]?.refusal.code).toBe("NOT_MEASURED");
  });
});

it("targets are called by number and name", () => {
  const naming = byNumberAndName(threeTargets());
  expect([naming(0), naming(2), naming(9)]).toEqual(["1 Setosa", "3 Gateway", "10"]);
});

it("a refused target has no figures, even where it was measured", () => {
  const measured = measuredTarget({ name: "A", answersPerSecond: 9, p50: 1 });
  expect(hasFigures(measured)).toBe(true);
  expect(hasFigures({ ...measured, refusal: { code: "PREDICTION_CHANGED", message: "" } })).toBe(false);
  expect(hasFigures(forbiddenTarget(0))).toBe(false);
});

it("noise is said of the target that was measured twice", () => {
  expect(noiseWords(threeTargets(), byNumber)).toBe(
    "1 against itself differs by up to 0.9 % in requests per second, 1.4 % in CPU time per request: smaller differences are not claimed",
  );
  expect(noiseWords(resultOf([]), byNumber)).toBeUndefined();
});

it("noise of what is not compared is not said", () => {
  const { client, targets } = threeTargets();
  expect(noiseWords(resultOf(targets, { client, comparisons: [{ ...pair, measure: "p99" }] }), byNumber)).toBeUndefined();
});

it("a name that was made from the address is not said twice", () => {
  const target = forbiddenTarget(0);
  expect(nameAndUrl(target, "  ")).toBe("Gateway  http://127.0.0.1:8080/predict");
  expect(nameAndUrl({ ...target, name: "127.0.0.1:8080/predict" }, "  ")).toBe("http://127.0.0.1:8080/predict");
});

it("rounds that end with their requests have no set length", () => {
  const result = threeTargets();
  expect(roundsWords(result)).toBe("10 rounds of 1 s");
  expect(roundsWords({ ...result, settings: { ...result.settings, roundRequests: 1000 } })).toBe("10 rounds of 1,000 requests");
});

it("dates are shown in UTC, and what is none as it stands", () => {
  expect(dateWords("2026-02-03T04:05:06.789Z")).toBe("2026-02-03 04:05:06 UTC");
  expect(dateWords("yesterday")).toBe("yesterday");
});
