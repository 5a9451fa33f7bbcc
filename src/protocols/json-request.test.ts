import { describe, expect, it } from "vitest";
import { prefersJson } from "./accept.ts";
import type { HttpRequest } from "./exchange.ts";
import { checkJsonRequest } from "./json-request.ts";

const request = (headers: Record<string, string>): HttpRequest => ({
  method: "POST",
  path: "/predict",
  query: "",
  headers: new Headers(headers),
});

describe("checkJsonRequest", () => {
  it.each(["application/json", "application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"', "application/vnd.api+json", ""])(
    "reads %j",
    (type) => {
      checkJsonRequest(request({ "content-type": type }));
    },
  );

  it("takes no content type for JSON", () => {
    checkJsonRequest(request({}));
    checkJsonRequest(request({ "content-encoding": "identity" }));
  });

  it.each([
    [{ "content-type": "application/x-www-form-urlencoded" }, "Content-Type", "curl"],
    [{ "content-type": "text/plain" }, "Content-Type", "application/json"],
    [{ "content-type": "application/json; charset=utf-16" }, "Content-Type", "UTF-8"],
    [{ "content-type": "application/json", "content-encoding": "gzip" }, "Content-Encoding", "without compression"],
  ])("refuses %j with the fix", (headers: Record<string, string>, path, hint) => {
    expect(() => checkJsonRequest(request(headers))).toThrow(
      expect.objectContaining({ code: "CONTENT_TYPE_UNSUPPORTED", path, hint: expect.stringContaining(hint) }),
    );
  });
});

describe("prefersJson", () => {
  it.each([
    ["*/*", false],
    ["application/json", true],
    ["text/html,application/xhtml+xml,application/json;q=0.9", false],
    ["application/json, text/plain, */*", true],
    ["application/problem+json", true],
  ])("%j: %s", (accept, expected) => {
    expect(prefersJson(request({ accept }))).toBe(expected);
  });

  it("is false without a header", () => {
    expect(prefersJson(request({}))).toBe(false);
  });
});
