import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columns, cut, padEnd, padStart, printable, printableLines, wrap } from "./text.ts";

describe("printable", () => {
  it.each([
    ["a terminal's commands", "\u001b[2Jgone\u009b31m", "\ufffd[2Jgone\ufffd31m"],
    ["line ends and tabs", " a\r\n\tb\n", "a b"],
    ["a turned direction", "user\u202egpj.exe", "user\ufffdgpj.exe"],
    ["what is invisible", "a\u200bb\u2060c\u{e0041}", "a\ufffdb\ufffdc\ufffd"],
    ["half a pair", "\ud800x", "\ufffdx"],
    ["other writing", "Ирис 鸢尾花 é", "Ирис 鸢尾花 é"],
  ])("deals with %s", (_, text, wanted) => expect(printable(text)).toBe(wanted));

  it("leaves the lines of a body", () => {
    expect(printableLines("a\r\n\tb\u0000\n")).toBe("a\n\tb\ufffd\n");
  });
});

describe("columns", () => {
  it.each([
    ["iris", 4],
    ["鸢尾花", 6],
    ["e\u0301", 1],
    ["🌸", 2],
    ["–µ", 2],
  ])("of %s are %d", (text, wanted) => expect(columns(text)).toBe(wanted));
});

it("cut and padding go by columns", () => {
  expect(cut("鸢尾花预测", 6)).toBe("鸢尾…");
  expect(cut("iris", 4)).toBe("iris");
  expect(padStart("花", 4)).toBe("  花");
  expect(padEnd("花", 4)).toBe("花  ");
});

describe("wrap", () => {
  it("breaks between words, and inside those that are too long", () => {
    expect(wrap("a bc def ghijklmnop", 5)).toEqual(["a bc", "def", "ghijk", "lmnop"]);
  });

  it("loses nothing and fits", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 2, max: 30 }), (text, width) => {
        const line = printable(text);
        const lines = wrap(line, width);
        expect(lines.join("").replaceAll(" ", "")).toBe(line.replaceAll(" ", ""));
        for (const one of lines) expect(columns(one)).toBeLessThanOrEqual(width);
      }),
    );
  });
});
