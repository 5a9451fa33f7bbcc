import { describe, expect, it } from "vitest";
import { attack, degenerateResults, hostileResult, measuredTarget, resultOf, threeTargets } from "./fixture.test-data.ts";
import { reportMarkdown } from "./markdown.ts";

describe("reportMarkdown", () => {
  const text = reportMarkdown(threeTargets());

  it("has a table with a row for each target", () => {
    expect(text).toContain("| 1 | Setosa | 30,927 | 30,193–32,438 | 28.4 |");
  });

  it("shows of a refused target its reason, and no figure", () => {
    expect(text).toContain("| 3 | Gateway – refused: STATUS\\_NOT\\_OK |  |  |  |");
    expect(text).toContain("- 3 is refused: target 3 (Gateway) answered 403 Forbidden (`STATUS_NOT_OK`)");
  });

  it("has comparisons by name", () => {
    expect(text).toContain("- 1 Setosa answers 7.57× as many requests per second as 2 FastAPI (95 % interval");
  });

  it("has rows of as many cells as its head", () => {
    for (const result of [threeTargets(), hostileResult()]) {
      const rows = reportMarkdown(result)
        .split("\n")
        .filter((line) => line.startsWith("|"));
      expect(new Set(rows.map((row) => row.match(/(?<!\\)\|/g)?.length))).toEqual(new Set([12]));
    }
  });

  it("lets nothing become markup, a link or a mention", () => {
    const outside = withoutCode(reportMarkdown(hostileResult()));
    expect(outside).not.toMatch(/(?<!\\)[<>[\]]/);
    expect(outside).not.toMatch(/@\w|:\/\//);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    expect(outside).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e\ud800]/);
  });

  it("lets no backtick out of a code span", () => {
    const command = "a `b` ``c``";
    const shown = reportMarkdown(resultOf([], { command }));
    expect(shown).toContain("- again: ``` a `b` ``c`` ```");
    expect(withoutCode(shown)).not.toContain("`");
  });

  it("does not number a warning that begins with a number", () => {
    expect(reportMarkdown(resultOf([], { warnings: ["1. first", "- second", "1.5 cores"] }))).toMatch(
      /- 1\u2060\. first\n- \\- second\n- 1\.5/,
    );
  });

  it("says which failures there were", () => {
    const target = measuredTarget({ name: "A", answersPerSecond: 9, p50: 1, failures: { "status 503": 10 } });
    expect(reportMarkdown(resultOf([target]))).toContain("- 1 failed: 10 × status 503");
  });

  it.each(degenerateResults())("shows nothing that is no figure: %s", (_, result) => {
    expect(reportMarkdown(result)).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });

  it("is about something hostile in these tests", () => expect(attack).toContain("<script>"));
});

/** The text but for its code spans, as CommonMark finds them. */
function withoutCode(text: string): string {
  return text.replace(/(?<![\\`])(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, "");
}
