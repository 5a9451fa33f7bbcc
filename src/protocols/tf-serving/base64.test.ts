import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase64, encodeBase64, isBase64 } from "./base64.ts";

describe("bytes as base64", () => {
  it("come back as the text that was written", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const written: unknown = JSON.parse(encodeBase64(text));
        expect(isBase64(written) && decodeBase64(written, () => "")).toBe(text);
      }),
    );
  });

  it("may lack their padding", () => {
    expect(decodeBase64({ b64: "Y2FyIQ" }, () => "")).toBe("car!");
  });

  it.each([{ b64: "Y2Fy", more: 1 }, { b64: 1 }, ["b64"], null, "b64", {}])("are nothing else: %j", (value) => {
    expect(isBase64(value)).toBe(false);
  });

  it.each([
    ["*", /no base64/],
    ["/w==", /no UTF-8/],
  ])("are refused where they are no text: %s", (b64, message) => {
    expect(() => decodeBase64({ b64 }, () => "instances[0]")).toThrowError(message);
  });
});
