import { describe, expect, it } from "vitest";
import { compareTargets, noiseOf } from "./compare.ts";
import { seededRandom } from "./measure/statistics.ts";
import type { Latency, Round, TargetResult } from "./result.ts";

const latency: Latency = { mean: 1, least: 1, p50: 1, p75: 1, p90: 1, p95: 1, p99: 1, p999: 1, greatest: 1 };
const random = seededRandom(1);

function rounds(rates: readonly number[], change: Partial<Round> = {}): Round[] {
  return rates.map((answersPerSecond, round) => ({
    round,
    place: 0,
    seconds: 1,
    answers: answersPerSecond,
    answersPerSecond,
    failures: 0,
    checked: 1,
    latency,
    cpuMicrosecondsPerAnswer: 1e6 / answersPerSecond,
    clientBusy: 0.5,
    ...change,
  }));
}

function target(rates: readonly number[], change: Partial<Round> = {}): TargetResult {
  return { name: `at ${rates[0]}`, url: "http://x/", rounds: rounds(rates, change) };
}

const steady = [1000, 1010, 990, 1005, 995, 1002];
const twice = steady.map((rate) => rate * 2);
const compare = (a: TargetResult, b: TargetResult, noise = {}) => compareTargets([a, b], false, noise, random);

describe("compareTargets", () => {
  it("claims a difference by both measures", () => {
    const [rate, cpu] = compare(target(twice), target(steady));
    expect(rate).toMatchObject({ measure: "answersPerSecond", first: 0, second: 1, ratio: 2 });
    expect(rate?.refusal).toBeUndefined();
    expect(cpu).toMatchObject({ measure: "cpuMicrosecondsPerAnswer", ratio: 0.5 });
    expect(cpu?.refusal).toBeUndefined();
  });

  it("compares every pair once, by latency in an open loop", () => {
    const all = compareTargets([target(steady), target(twice), target(steady)], true, undefined, random);
    expect(all.map(({ measure, first, second }) => `${measure} ${first} ${second}`)).toEqual(
      ["0 1", "0 2", "1 2"].flatMap((pair) => [`p99 ${pair}`, `cpuMicrosecondsPerAnswer ${pair}`]),
    );
  });

  it.each([
    ["NO_DIFFERENCE", target(steady), target(steady.toReversed())],
    ["CLIENT_SATURATED", target(twice, { clientBusy: 0.97 }), target(steady)],
    ["NOT_MEASURED", target(twice.slice(0, 4)), target(steady.slice(0, 4))],
    ["NOT_MEASURED", target(twice, { seconds: 0.05 }), target(steady, { seconds: 0.05 })],
    ["TARGET_REFUSED", { ...target(twice), refusal: { code: "STATUS_NOT_OK", message: "target 1 answered 403" } } as const, target(steady)],
  ])("says %s", (code, a, b) => expect(compare(a, b)[0]?.refusal?.code).toBe(code));

  it("does not rank CPU time that could not be read", () => {
    const [, cpu] = compare(target(twice, { cpuMicrosecondsPerAnswer: Number.NaN }), target(steady));
    expect(cpu?.refusal?.code).toBe("NOT_MEASURED");
    expect(cpu?.ratio).toBeUndefined();
  });

  it("claims nothing smaller than what one target differs from itself", () => {
    const slightly = steady.map((rate) => rate * 1.05);
    expect(compare(target(slightly), target(steady))[0]?.refusal).toBeUndefined();
    const noise = noiseOf(rounds(steady), rounds(steady.map((rate, round) => rate * (round % 2 === 0 ? 1.1 : 0.91))), random);
    expect(noise.answersPerSecond?.relative).toBeGreaterThan(0.05);
    expect(compare(target(slightly), target(steady), noise)[0]?.refusal?.code).toBe("NO_DIFFERENCE");
  });
});
