import { describe, expect, it } from "vitest";
import type { BenchResult } from "../../result.ts";
import { degenerateResults, hostileResult, measuredTarget, resultOf, threeTargets, twelveTargets } from "../fixture.test-data.ts";
import { contrast } from "../svg/contrast.test-data.ts";
import { seriesColours } from "../svg/series.ts";
import { elementsOf, type Tag } from "../well-formed.test-data.ts";
import { reportHtml } from "./html.ts";
import { pageColours } from "./style.ts";

const results: readonly (readonly [what: string, result: BenchResult])[] = [
  ["three targets", threeTargets()],
  ["a hostile one", hostileResult()],
  ...degenerateResults(),
];

function bodyOf(page: string): string {
  return page.slice(page.indexOf("<body>"));
}

function named(elements: readonly Tag[], name: string): Tag[] {
  return elements.filter((element) => element.name === name);
}

describe("reportHtml", () => {
  const page = reportHtml(threeTargets());

  it("says what is claimed, what is refused, and what to beware of", () => {
    expect(page).toContain("1 Setosa answers 7.57× as many requests per second as 2 FastAPI (95 % interval");
    expect(page).toContain("target 3 (Gateway) answered 403 Forbidden (STATUS_NOT_OK)");
    expect(page).toContain("this machine was not idle");
    expect(page).toContain("setosa bench http://127.0.0.1:8080/predict");
  });

  it("has five plots, each with a title and a description", () => {
    const elements = elementsOf(page);
    const described = named(elements, "svg").filter(({ attributes }) => attributes.get("role") === "img");
    expect(described).toHaveLength(5);
    const ids = new Set(elements.flatMap(({ attributes }) => attributes.get("id") ?? []));
    for (const { attributes } of described)
      for (const id of attributes.get("aria-labelledby")?.split(" ") ?? [""]) expect(ids).toContain(id);
    expect(named(elements, "desc")).toHaveLength(5);
  });

  it("has the figures of the plots in tables, too", () => {
    expect(page).toContain('<td class="number">30,927</td><td class="number">30,193–32,438</td><td class="number">28.4</td>');
    expect(named(elementsOf(page), "caption").length).toBe(named(elementsOf(page), "table").length);
  });

  it("shows no rate and no plot of a refused target", () => {
    const refusal = { code: "ERRORS_UNDER_LOAD", message: "it failed" } as const;
    const fast = measuredTarget({ name: "Fast", answersPerSecond: 98_765, p50: 0.1, failures: { "status 503": 9 }, refusal }, 1);
    const shown = bodyOf(reportHtml(resultOf([measuredTarget({ name: "A", answersPerSecond: 10, p50: 1 }), fast])));
    expect(shown).toContain("refused: ERRORS_UNDER_LOAD");
    expect(shown).toContain("failures 9 × status 503");
    expect(shown).not.toMatch(/9[4-9],\d{3}<|Rounds of 2/);
    expect(shown.match(/class="row c1/)).toBeNull();
  });

  it("has first the comparisons with the first target where there are many", () => {
    const many = reportHtml(twelveTargets());
    expect(many).toContain("110 more are in the table of comparisons");
    const headline = many.slice(0, many.indexOf("Figures</h2>"));
    expect(headline).not.toContain("2 Server 2 answers");
    expect(many).toContain("2 Server 2 ÷ 3 Server 3");
  });

  it("does not claim where nothing may be claimed", () => {
    expect(reportHtml(resultOf([]))).toContain("No target was measured: there is nothing to compare.");
    expect(reportHtml(resultOf([measuredTarget({ name: "A", answersPerSecond: 10, p50: 1 })]))).toContain("One target was measured");
  });

  it.each(results)("is well-formed: %s", (_, result) => {
    const text = reportHtml(result);
    const ids = elementsOf(text).flatMap(({ attributes }) => attributes.get("id") ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    expect(bodyOf(text)).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });

  it.each(results)("asks for nothing and runs nothing: %s", (_, result) => {
    const text = reportHtml(result);
    expect(text).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">`,
    );
    for (const { name, attributes } of elementsOf(text)) {
      expect(["script", "img", "image", "iframe", "object", "embed", "link", "base", "form", "a", "use", "foreignObject"]).not.toContain(
        name,
      );
      for (const key of attributes.keys()) expect(key).not.toMatch(/^on|^(src|href|style|srcset|action|data)$/i);
    }
    expect(text.slice(text.indexOf("<style>"), text.indexOf("</style>"))).not.toMatch(/url\(|@import|https?:/);
  });

  it("has every hostile text escaped, and shown", () => {
    const text = reportHtml(hostileResult());
    expect(text).not.toContain("<script");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e\ud800-\udfff]/);
    for (const place of ["name", "url", "started", "header", "body", "prediction", "process", "refusal", "kind", "doubt"])
      expect(text).toMatch(new RegExp(`&lt;script&gt;alert\\(1\\)&lt;/script&gt;[^<]*${place}`));
    const elements = (page: string) => new Set(elementsOf(page).map(({ name }) => name));
    for (const name of elements(text)) expect([...elements(page), "dl", "pre"]).toContain(name);
  });

  it("has colours with enough contrast on both pages", () => {
    for (const scheme of ["light", "dark"] as const) {
      const { page: background, raised, line, ...texts } = pageColours[scheme];
      for (const color of [...Object.values(texts), ...seriesColours.map((one) => one[scheme])])
        for (const behind of [background, raised]) expect(contrast(color, behind), `${color} on ${behind}`).toBeGreaterThan(4.5);
      expect(line).not.toBe(background);
    }
  });
});
