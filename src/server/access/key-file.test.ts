import { describe, expect, it } from "vitest";
import { findKey, generateKey, hashKey } from "./api-key.ts";
import { formatKey, parseKeys } from "./key-file.ts";

const sha256 = "a".repeat(64);
const line = (more: object) => JSON.stringify({ id: "joe", sha256, ...more });

describe("the file of keys", () => {
  it("is read as it is written", () => {
    const key = { id: "joe", sha256: hashKey("x"), models: new Set(["iris", "wine"]), rate: 2.5, burst: 10, admin: true };
    const plain = { id: "ann", sha256: hashKey("y"), models: undefined, rate: undefined, burst: undefined, admin: false };
    const keys = parseKeys(`# who may ask\r\n${formatKey(key)}\r\n\n${formatKey(plain)}\n`, "f");
    expect([...keys.values()]).toEqual([key, plain]);
  });

  it.each([
    ["no JSON", "joe", /Line 1 of f: it is not JSON/],
    ["a list", "[]", /not a JSON object/],
    ["no id", `{"sha256":"${sha256}"}`, /the id is none/],
    ["an id that would break lines", line({ id: "a\nb" }), /the id is none/],
    ["the key itself", line({ sha256: "setosa_secret" }), /not the SHA-256/],
    ["a misspelt limit", line({ rates: 5 }), /no field "rates"/],
    ["a rate that is none", line({ rate: -1 }), /rate is not/],
    ["a rate of nothing", line({ rate: 0 }), /rate is not/],
    ["half a request at once", line({ rate: 1, burst: 0.5 }), /burst is not/],
    ["burst alone", line({ burst: 5 }), /burst is there without rate/],
    ["a model that is no name", line({ models: [1] }), /models is not a list/],
    ["admin that is a text", line({ admin: "yes" }), /admin is neither/],
    ["an id twice", `${line({})}\n${line({ sha256: "b".repeat(64) })}`, /Line 2 of f: the id "joe" is there twice/],
    ["a key twice", `${line({})}\n${line({ id: "ann" })}`, /same key as another/],
  ])("is refused with %s", (_, text, message) => expect(() => parseKeys(text, "f")).toThrow(message));
});

describe("keys", () => {
  it("are 256 random bits, and found by their hash alone", () => {
    const [mine, other] = [generateKey(), generateKey()];
    expect(mine).toMatch(/^setosa_[\w-]{43}$/);
    expect(mine).not.toBe(other);
    const keys = parseKeys(line({ sha256: hashKey(mine).toString("hex") }), "f");
    expect(findKey(keys, mine)?.id).toBe("joe");
    expect(findKey(keys, other)).toBeUndefined();
    expect(findKey(keys, "")).toBeUndefined();
  });
});
