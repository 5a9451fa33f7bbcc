import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeMarkup, markup } from "./markup.ts";

describe("markup", () => {
  it("escapes text, and leaves markup as it is", () => {
    expect(markup`<p title="${`"'`}">${"<b>&"}${markup`<i>${1}</i>`}</p>`.text).toBe('<p title="&quot;&#39;">&lt;b&gt;&amp;<i>1</i></p>');
  });

  it("joins lists and leaves out what is undefined", () => {
    expect(markup`${[markup`<b/>`, "&", [2], undefined]}${undefined}`.text).toBe("<b/>&amp;2");
  });

  it("takes nothing for markup that only looks like it", () => {
    const forged = JSON.parse('{"text":"<script>"}') as never;
    expect(() => markup`${forged}`.text).toThrow(TypeError);
  });

  it("writes places to a hundredth, and always a number", () => {
    expect(markup`${1 / 3} ${-0.001} ${1e-9} ${Number.NaN} ${Number.POSITIVE_INFINITY}`.text).toBe("0.33 0 0 0 0");
  });
});

describe("escapeMarkup", () => {
  it("leaves no character that ends text or a quoted attribute, whatever comes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const escaped = escapeMarkup(text);
        expect(escaped).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has no place for them
        expect(escaped).not.toMatch(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/);
      }),
    );
  });

  it("keeps lines, and shows what is hidden", () => {
    expect(escapeMarkup("a\n\tb\u202ec\ud800")).toBe("a\n\tb\ufffdc\ufffd");
  });
});
