import { describe, expect, it } from "vitest";
import type { TargetResult } from "../result.ts";
import { degenerateResults, forbiddenTarget, hostileResult, measuredTarget, resultOf, threeTargets } from "./fixture.test-data.ts";
import { reportHey } from "./hey.ts";

function report(target: TargetResult): string {
  return reportHey(target, resultOf([target]));
}

const hey = /^ {2}(\d+\.\d{3}) \[(\d+)\]\t\|(■*)$/gm;

describe("reportHey", () => {
  const result = threeTargets();
  const target = result.targets[0] as TargetResult;
  const text = reportHey(target, result);

  it("has hey's sections in hey's order", () => {
    const wanted =
      /^Target 1: Setosa .*\n\nSummary:\n {2}Total:\t10\.0000 secs\n {2}Slowest:\t\d\.\d{4} secs\n {2}Fastest:\t\d\.\d{4} secs\n {2}Average:\t\d\.\d{4} secs\n {2}Requests\/sec:\t\d+\.\d{4}\n {2}\n {2}Total data:\t\d+ bytes\n {2}Size\/request:\t310 bytes\n\nResponse time histogram:\n[\s\S]*\n\n\nLatency distribution:\n {2}10% in [\s\S]*\n\nStatus code distribution:\n {2}\[200\]\t\d+ responses\n/;
    expect(text).toMatch(wanted);
  });

  it("counts validated answers only", () => {
    const failures = { "status 503": 500, "connection refused": 7 };
    const failing = report(measuredTarget({ name: "A", answersPerSecond: 1000, p50: 1, failures }));
    const { total } = measuredTarget({ name: "A", answersPerSecond: 1000, p50: 1 });
    expect(failing).toContain(`Requests/sec:\t${((total?.answers ?? 0) / (total?.seconds ?? 1)).toFixed(4)}\n`);
    expect(failing).toContain("Failures:\t507 (500 × status 503, 7 × connection refused), not counted in Requests/sec\n");
  });

  it("tells statuses from errors, as hey does", () => {
    const failing = report(
      measuredTarget({ name: "A", answersPerSecond: 9, p50: 1, failures: { "status 503": 5, "connection refused": 7 } }),
    );
    expect(failing).toContain("  [503]\t5 responses\n\nError distribution:\n  [7]\tconnection refused\n");
    expect(failing).not.toContain("]\tstatus 503");
  });

  it("has eleven bars with every answer in one of them", () => {
    const bars = [...text.matchAll(hey)];
    expect(bars).toHaveLength(11);
    const recorded = target.total?.histogram.reduce((sum, { count }) => sum + count, 0);
    expect(bars.reduce((sum, [, , count]) => sum + Number(count), 0)).toBe(recorded);
    expect(Math.max(...bars.map(([, , , bar]) => bar?.length ?? 0))).toBe(40);
    expect(bars.at(-1)?.[1]).toBe(((target.total?.latency.greatest ?? 0) / 1000).toFixed(3));
  });

  it("has percentiles that never descend", () => {
    const values = [...text.matchAll(/^ {2}(\d+)% in (\d+\.\d{4}) secs$/gm)].map(([, share, value]) => [Number(share), Number(value)]);
    expect(values.map(([share]) => share)).toEqual([10, 25, 50, 75, 90, 95, 99]);
    expect(values.map(([, value]) => value)).toEqual(values.map(([, value]) => value).sort((a, b) => (a ?? 0) - (b ?? 0)));
  });

  it("takes the percentiles that the result does not name from the histogram", () => {
    const measured = measuredTarget({ name: "A", answersPerSecond: 9, p50: 1 });
    const latency = { mean: 200, least: 90, p50: 200, p75: 300, p90: 400, p95: 400, p99: 400, p999: 400, greatest: 400 };
    const histogram = [100, 200, 300, 400].map((milliseconds) => ({ milliseconds, count: 25 }));
    const shown = report({ ...measured, ...(measured.total && { total: { ...measured.total, latency, histogram } }) });
    expect(shown).toContain("  10% in 0.1000 secs\n  25% in 0.1000 secs\n  50% in 0.2000 secs");
  });

  it("has no rate of a refused target", () => {
    const refusal = { code: "PREDICTION_CHANGED", message: "it gave another prediction" } as const;
    const shown = report(measuredTarget({ name: "A", answersPerSecond: 99_999, p50: 1, refusal }));
    expect(shown).toContain("Refused: it gave another prediction (PREDICTION_CHANGED)");
    expect(shown).toContain("Requests/sec:\trefused (PREDICTION_CHANGED)");
    expect(report(forbiddenTarget(0))).toBe(
      "Target 1: Gateway  http://127.0.0.1:8080/predict\nRefused: target 1 (Gateway) answered 403 Forbidden (STATUS_NOT_OK)\n\nNot measured.\n\n",
    );
  });

  it("passes no command on to the terminal", () => {
    const hostile = hostileResult();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    for (const one of hostile.targets) expect(reportHey(one, hostile)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e\ud800]/);
  });

  it.each(degenerateResults())("shows nothing that is no figure: %s", (_, degenerate) => {
    for (const one of degenerate.targets) expect(reportHey(one, degenerate)).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });
});
