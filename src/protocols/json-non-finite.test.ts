import { describe, expect, it } from "vitest";
import { parseNonFiniteJson } from "./json-non-finite.ts";

const parse = (text: string) => parseNonFiniteJson(new TextEncoder().encode(text), 8);

describe("parseNonFiniteJson", () => {
  it("reads what Python writes for numbers that JSON lacks", () => {
    expect(parse('{"data": [NaN, -NaN, 1, Infinity, -Infinity, Inf]}')).toEqual({
      data: [null, null, 1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    });
  });

  it("leaves strings as they are", () => {
    expect(parse('["NaN", "a \\" NaN, Infinity", NaN]')).toEqual(["NaN", 'a " NaN, Infinity', null]);
  });

  it.each(['{"a": NaN', '["NaN]', "NaNcy", "[nan]", "[]]", "[--Infinity]"])("refuses %s as the JSON that it is not", (text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: "JSON_INVALID" }));
  });
});
