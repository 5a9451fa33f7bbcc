import { describe, expect, it } from "vitest";
import { degenerateResults, hostileResult, measuredTarget, resultOf, threeTargets } from "./fixture.test-data.ts";
import { reportJson } from "./json.ts";

describe("reportJson", () => {
  it.each([["three targets", threeTargets()] as const, ...degenerateResults().filter(([what]) => !what.startsWith("numbers"))])(
    "says everything: %s",
    (_, result) => {
      const text = reportJson(result);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(result)));
      expect(text).toMatch(/[^\n]\n$/);
    },
  );

  it("is the same whatever failed first", () => {
    const of = (failures: Record<string, number>) =>
      reportJson(resultOf([measuredTarget({ name: "A", answersPerSecond: 9, p50: 1, failures })]));
    expect(of({ b: 1, a: 2 })).toBe(of({ a: 2, b: 1 }));
  });

  it("has null for a number that is none", () => {
    expect(JSON.parse(reportJson(resultOf([], { client: { ceiling: Number.NaN } }))).client).toEqual({ ceiling: null });
  });

  it("leaves out what is undefined", () => {
    const command = undefined as unknown as string;
    expect(JSON.parse(reportJson(resultOf([], { command })))).not.toHaveProperty("command");
  });

  it("escapes what a terminal would obey, and reads back the same", () => {
    const result = { ...hostileResult(), warnings: ["\u009b31m\u202e\u007f"] };
    const text = reportJson(result);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(result)));
  });

  it("keeps a short list on its line", () => {
    expect(reportJson(threeTargets())).toContain('["Server", "setosa/1.0"]');
  });
});
