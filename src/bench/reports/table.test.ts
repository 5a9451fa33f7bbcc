import { describe, expect, it } from "vitest";
import { degenerateResults, hostileResult, measuredTarget, resultOf, threeTargets } from "./fixture.test-data.ts";
import { reportTable } from "./table.ts";
import { columns } from "./text.ts";

const plain = { color: false, width: 110 };

describe("reportTable", () => {
  const text = reportTable(threeTargets(), plain);
  const lines = text.split("\n");

  it("says who answered", () => {
    expect(text).toContain("1 Setosa  http://127.0.0.1:8080/predict");
    expect(text).toContain("status 200 · server header setosa/1.0 · prediction Iris-Setosa · connection kept open · process 4711");
  });

  it("has a row of figures for each target that was measured", () => {
    expect(lines.find((line) => /^ {2}1 {2}Setosa/.test(line))).toMatch(/30,927 +30,193–32,438 +28\.4 +0\.411 .* 84\.5 +0$/);
  });

  it("shows of a refused target its reason, and no figure", () => {
    expect(lines.find((line) => /^ {2}3 {2}Gateway/.test(line))).toBe("  3  Gateway  refused: STATUS_NOT_OK");
    expect(text).toContain("REFUSED: target 3 (Gateway) answered 403 Forbidden (STATUS_NOT_OK)");
    expect(text).not.toMatch(/3 answers|as 3/);
  });

  it("shows no rate of a target that was refused while it was measured", () => {
    const refusal = { code: "ERRORS_UNDER_LOAD", message: "it failed" } as const;
    const target = measuredTarget({ name: "Fast", answersPerSecond: 98_765, p50: 0.1, failures: { "status 503": 9 }, refusal });
    const shown = reportTable(resultOf([target]), plain);
    expect(shown).toContain("refused: ERRORS_UNDER_LOAD");
    expect(shown).not.toMatch(/9\d,\d{3}|0\.10\d/);
  });

  it("has comparisons, warnings, settings and the command", () => {
    expect(text).toMatch(/• 1 answers 7\.57× as many requests per second as 2 \(95 % interval/);
    expect(text).toContain("! this machine was not idle");
    expect(text).toContain("AMD EPYC 7B13, 4 cores, 16 GB, Linux 6.1.0, client on Node 22.12.0");
    expect(text).toContain("again           setosa bench");
  });

  it("says which failures there were", () => {
    const target = measuredTarget({ name: "A", answersPerSecond: 9, p50: 1, failures: { "no answer in time": 2, "status 503": 10 } });
    expect(reportTable(resultOf([target]), plain)).toContain("! 1 failed: 10 × status 503, 2 × no answer in time");
  });

  it("has the same text with colours", () => {
    const colored = reportTable(threeTargets(), { color: true, width: 110 });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    expect(colored.replace(/\u001b\[\d+m/g, "")).toBe(text);
    expect(colored).not.toBe(text);
  });

  it("passes no command on to the terminal", () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    expect(reportTable(hostileResult(), plain)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\ud800]/);
  });

  it("puts figures below each other where they do not fit side by side", () => {
    expect(reportTable(threeTargets(), { color: false, width: 50 })).toContain("    requests/s      30,927\n");
  });

  it.each(degenerateResults())("fits its width: %s", (_, result) => {
    for (const width of [40, 80, 110, 200])
      for (const line of reportTable(result, { color: false, width }).split("\n")) expect(columns(line)).toBeLessThanOrEqual(width);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("takes a width of %d", (width) => {
    expect(reportTable(threeTargets(), { color: false, width })).toContain("Setosa");
  });

  it.each(degenerateResults())("shows nothing that is no figure: %s", (_, result) => {
    expect(reportTable(result, plain)).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });
});
