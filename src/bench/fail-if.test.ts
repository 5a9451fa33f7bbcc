import { describe, expect, it } from "vitest";
import { parseCondition } from "./fail-if.ts";
import type { BenchResult, Comparison, Latency, TargetResult } from "./result.ts";

const latency: Latency = { mean: 1, least: 0.1, p50: 1, p75: 2, p90: 3, p95: 4, p99: 5, p999: 6, greatest: 7 };

function target(name: string, answersPerSecond: number): TargetResult {
  const total = { seconds: 1, answers: 1, answersPerSecond, latency, histogram: [], statuses: { 200: 1 }, failures: {}, bytesReceived: 1 };
  return { name, url: "http://x/", rounds: [], total: { ...total, cpuMicrosecondsPerAnswer: 20, residentMegabytes: 80 } };
}

const compared: Comparison = { measure: "answersPerSecond", first: 0, second: 1, ratios: [2], ratio: 2, interval: [1.9, 2.1] };
const fast = target("fast", 2000);
const slow = target("slow", 1000);
const refused: TargetResult = {
  name: "down",
  url: "http://y/",
  rounds: [],
  refusal: { code: "NOT_REACHABLE", message: "down gives no answer" },
};

function result(targets: readonly TargetResult[], comparisons: readonly Comparison[] = [compared]): BenchResult {
  const machine = { processor: "", cores: 1, memoryGigabytes: 1, system: "", runtime: "" };
  const settings = {
    loop: "closed",
    connections: 1,
    threads: 1,
    keepAlive: true,
    rounds: 1,
    roundSeconds: 1,
    method: "GET",
    payload: "",
    distinctRequests: 1,
  } as const;
  return { version: "", command: "", date: "", machine, settings, client: { ceiling: 1 }, targets, comparisons, warnings: [] };
}

describe("parseCondition", () => {
  it.each([
    ["p99>4ms", "p99>4ms: fast has 5 ms"],
    ["p99>5ms", undefined],
    ["p99.9>5999us", "fast has 6 ms"],
    ["p50 > 1ms", undefined],
    ["max>0.006s", "fast has 7 ms"],
    ["rps<1500", "slow has 1000"],
    ["rps(1)<1500", undefined],
    ["rps(2)<1500", "slow has 1000"],
    ["rps(3)<1500", "there is no such target"],
    ["cpu>19us", "fast has 0.02 ms"],
    ["cpu>20us", undefined],
    ["rss>0.05GB", "fast has 80 MB"],
    ["failures>0", undefined],
    ["ratio(1,2)<1.2", undefined],
    ["ratio(1,2)<2.5", "it is 2.000"],
    ["ratio(2,1)>0.4", "it is 0.500"],
    ["cpu-ratio(1,2)>1", "the two were not compared"],
  ])("%s", (text, wanted) => {
    const why = parseCondition(text).holds(result([fast, slow]));
    if (wanted === undefined) expect(why).toBeUndefined();
    else expect(why).toContain(wanted);
  });

  it("holds for what was refused: nothing is known of it", () => {
    expect(parseCondition("p99>5ms").holds(result([fast, refused]))).toContain("down gives no answer");
    const doubtful = { ...compared, refusal: { code: "CLIENT_SATURATED", message: "the client was at its limit" } } as const;
    expect(parseCondition("ratio(1,2)<1.2").holds(result([fast, slow], [doubtful]))).toContain("the client was at its limit");
    const equal = { ...compared, ratio: 1, refusal: { code: "NO_DIFFERENCE", message: "no difference" } } as const;
    expect(parseCondition("ratio(1,2)<0.9").holds(result([fast, slow], [equal]))).toBeUndefined();
  });

  it.each(["", "p99", "p99>5", "p99>5MB", "p98>5ms", "ratio<1", "ratio(1,2)<1ms", "p99(1,2)>5ms", "rps<1ms", "constructor>1", "p99>=5ms"])(
    "refuses %j",
    (text) => expect(() => parseCondition(text)).toThrow(/--fail-if/),
  );
});
