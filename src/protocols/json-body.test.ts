import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SetosaError } from "../errors.ts";
import { parseJsonBody } from "./json-body.ts";
import { opensMoreThan, tooDeepAt } from "./json-depth.ts";
import { firstInvalidUtf8 } from "./utf8.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function refusal(body: Uint8Array, depth = 32): SetosaError {
  try {
    parseJsonBody(body, depth);
  } catch (error) {
    if (error instanceof SetosaError) return error;
    throw error;
  }
  throw new Error("accepted");
}

describe("parseJsonBody", () => {
  it("gives what JSON.parse gives", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseJsonBody(bytes(text), 1000)).toEqual(JSON.parse(text));
      }),
    );
  });

  it("refuses an empty body", () => {
    expect(refusal(bytes("")).code).toBe("BODY_EMPTY");
  });

  it("names the position of a syntax error and shows the text around it", () => {
    const error = refusal(bytes('{"sepal length (cm)": 5.1,}'));
    expect(error.code).toBe("JSON_INVALID");
    expect(error.message).toContain("position 26");
    expect(error.message).toContain('5.1,}"');
  });

  it("counts lines in text of several lines", () => {
    expect(refusal(bytes('{\n  "a": 1\n  "b": 2\n}')).message).toContain("line 3, column 3");
  });

  it("refuses a byte order mark by name", () => {
    const error = refusal(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d));
    expect(error.code).toBe("JSON_INVALID");
    expect(error.message).toContain("byte order mark");
  });

  it("names the first byte that is not UTF-8", () => {
    const error = refusal(Uint8Array.of(0x22, 0x61, 0xc3, 0x28, 0x22));
    expect(error.code).toBe("JSON_INVALID");
    expect(error.message).toContain("byte 2 (0xc3)");
    expect(refusal(Uint8Array.of(0xff, 0xfe, 0x7b, 0x00)).message).toContain("byte 0 (0xff)");
  });

  it("refuses nesting beyond the limit before it parses", () => {
    expect(refusal(bytes("[".repeat(1_000_000))).code).toBe("JSON_TOO_DEEP");
    expect(refusal(bytes(`${'{"a":'.repeat(40)}1${"}".repeat(40)}`)).code).toBe("JSON_TOO_DEEP");
    expect(parseJsonBody(bytes(`${"[".repeat(32)}${"]".repeat(32)}`), 32)).toBeInstanceOf(Array);
  });

  it("keeps __proto__ an ordinary key", () => {
    const value = parseJsonBody(bytes('{"__proto__":{"polluted":true}}'), 32) as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("tooDeepAt", () => {
  it("agrees with a count over the parsed value", () => {
    const depthOf = (value: unknown): number =>
      typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6, noUnicodeString: false }), fc.integer({ min: 1, max: 8 }), (value, limit) => {
        const text = JSON.stringify(value);
        expect(tooDeepAt(bytes(text), limit) >= 0).toBe(depthOf(value) > limit);
        // The quick look may only say no where the slow one would.
        if (depthOf(value) > limit) expect(opensMoreThan(text, limit)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("does not count brackets in strings", () => {
    expect(tooDeepAt(bytes(JSON.stringify(['[[[[\\"[[[[{{{{', "}"])), 2)).toBe(-1);
  });
});

describe("firstInvalidUtf8", () => {
  it("finds a fault exactly where TextDecoder refuses, and decodes all that comes before", () => {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    const interesting = fc.constantFrom(
      0x22,
      0x41,
      0x80,
      0xbf,
      0xc0,
      0xc2,
      0xe0,
      0xa0,
      0xed,
      0x9f,
      0xef,
      0xf0,
      0x90,
      0xf4,
      0x8f,
      0xf5,
      0xff,
    );
    fc.assert(
      fc.property(fc.array(interesting, { maxLength: 12 }), (list) => {
        const input = Uint8Array.from(list);
        const at = firstInvalidUtf8(input);
        if (at < 0) decoder.decode(input);
        else {
          decoder.decode(input.subarray(0, at));
          expect(() => decoder.decode(input)).toThrow();
        }
      }),
      { numRuns: 3000 },
    );
  });
});
