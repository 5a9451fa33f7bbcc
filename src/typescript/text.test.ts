import { describe, expect, it } from "vitest";
import { commentText, distinctTypeNames, stringLiteral, typeName } from "./text.ts";

const hostile = [
  '"',
  "'",
  "`",
  "\\",
  "\n",
  "\r\n",
  "\u2028",
  "\u2029",
  "*/",
  "/*",
  "//",
  "</script>",
  "<!--",
  "\0",
  "\u202e",
  "\ud800",
  "é",
  "😀",
  "",
];

describe("stringLiteral", () => {
  it.each(hostile)("of %j is ASCII, reads as itself, and closes no script", (text) => {
    const literal = stringLiteral(text);
    expect(literal).toMatch(/^"[ -~]*"$/);
    expect(literal).not.toMatch(/<[/!]/);
    expect(JSON.parse(literal)).toBe(text);
  });
});

describe("commentText", () => {
  it.each(hostile)("of %j stays in its line and its comment", (text) => {
    const comment = commentText(`a${text}${text}b`);
    expect(comment).not.toContain("*/");
    expect(comment).not.toMatch(/[\n\r\u2028\u2029\u202e\0]/);
  });

  it("adds no tag, and is cut", () => {
    expect(commentText("@deprecated")).not.toContain("@");
    expect(commentText("x".repeat(1000)).length).toBeLessThan(300);
  });
});

describe("typeName", () => {
  it.each([
    ["iris-forest", "IrisForest"],
    ["iris", "Iris"],
    ["2024.churn_v2", "Model2024ChurnV2"],
    ["---", "Model"],
    ["__proto__", "Proto"],
  ])("of %j is %s", (name, type) => {
    expect(typeName(name)).toBe(type);
  });

  it("is another one for each of several models", () => {
    expect(distinctTypeNames(["a-b", "a_b", "AB", "a.b", "c"])).toEqual(["AB", "AB_2", "AB_3", "AB_4", "C"]);
  });
});
