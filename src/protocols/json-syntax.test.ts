import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findSyntaxFault } from "./json-syntax.ts";

function valid(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("findSyntaxFault", () => {
  it.each([
    ['{"a": 1,}', 8, "a comma has nothing after it"],
    ["[1, 2", 5, "the text ends too early"],
    ["", 0, "the text ends too early"],
    ['{"a" 1}', 5, 'expected ":" after the key'],
    ["{a: 1}", 1, "expected a key in double quotes"],
    ["{'a': 1}", 1, "expected a key in double quotes"],
    ["['a']", 1, "strings take double quotes in JSON"],
    ['{"a": NaN}', 6, "JSON has no NaN: write null for a missing value"],
    ["[-Infinity]", 1, "JSON has no -Infinity: write null for a missing value"],
    ["[None]", 1, "None is Python: in JSON it is null"],
    ["[True]", 1, "True is Python: in JSON it is true"],
    ["[01]", 2, "a number is not written as JSON writes it"],
    ["[1.]", 2, "a number is not written as JSON writes it"],
    ["[.5]", 1, "expected a value"],
    ["[1] 2", 4, "there is more text after the end of the JSON value"],
    ["[1 2]", 3, 'expected "," or "]"'],
    ['{"a": 1 "b": 2}', 8, 'expected "," or "}"'],
    ['["a', 1, "a string has no closing quote"],
    ['["a\\x"]', 3, "a string holds an escape that JSON does not have"],
    ['["a\nb"]', 3, "a string holds a control character that is not escaped"],
    ["\ufeff[1]", 0, "expected a value"],
    ["[1}", 2, 'expected "," or "]"'],
  ])("says where %j stops being JSON", (text, position, reason) => {
    expect(valid(text)).toBe(false);
    expect(findSyntaxFault(text)).toEqual({ position, reason });
  });

  it("finds a fault exactly where JSON.parse refuses", () => {
    const mutated = fc
      .tuple(fc.json(), fc.array(fc.tuple(fc.nat(), fc.constantFrom(..."{}[],:\"\\ue1.+-0 \n\u0001aNtn'".split(""), ""))))
      .map(([text, edits]) =>
        edits.reduce((result, [where, piece]) => {
          const at = where % (result.length + 1);
          return result.slice(0, at) + piece + result.slice(at + (where % 2));
        }, text),
      );
    fc.assert(
      fc.property(mutated, (text) => {
        const fault = findSyntaxFault(text);
        expect(fault === undefined).toBe(valid(text));
        if (fault !== undefined) {
          expect(fault.position).toBeGreaterThanOrEqual(0);
          expect(fault.position).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 3000, seed: 7 },
    );
  });

  it("does not recurse", () => {
    expect(findSyntaxFault("[".repeat(1_000_000))?.position).toBe(1_000_000);
  });
});
