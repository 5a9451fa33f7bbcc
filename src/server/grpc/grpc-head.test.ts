import { describe, expect, it } from "vitest";
import { FieldReader } from "../http2/request-head.ts";
import { readGrpcHead } from "./grpc-head.ts";

function head(fields: Readonly<Record<string, string>>, path = "/a/B", method = "POST") {
  const headers = new FieldReader();
  for (const [name, value] of Object.entries({ "content-type": "application/grpc", ...fields })) headers.add(name, value);
  return readGrpcHead({ method, path, headers });
}

describe("readGrpcHead", () => {
  it.each([
    ["100m", "100"],
    ["1S", "1000"],
    ["2M", "120000"],
    ["1H", "3600000"],
    ["99999999H", "999999999"],
    ["1500u", "2"],
    ["1n", "1"],
    ["0n", "1"],
  ])("takes the timeout %s for %s ms, rounded up", (timeout, milliseconds) => {
    expect(head({ "grpc-timeout": timeout })?.request.headers.get("x-request-timeout-ms")).toBe(milliseconds);
  });

  it("hands a timeout on that is none, to be refused, and leaves the server's own header alone", () => {
    expect(head({ "grpc-timeout": "soon" })?.request.headers.get("x-request-timeout-ms")).toBe("soon");
    expect(head({ "grpc-timeout": "1S", "x-request-timeout-ms": "5" })?.request.headers.get("x-request-timeout-ms")).toBe("5");
    expect(head({})?.request.headers.get("x-request-timeout-ms")).toBeUndefined();
  });

  it.each(["application/grpc", "application/grpc+proto", "application/grpc;charset=utf-8"])("takes %s for gRPC", (type) => {
    expect(head({ "content-type": type })?.request.path).toBe("/a/B");
  });

  it("takes nothing else for gRPC", () => {
    const plain = new FieldReader();
    plain.add("content-type", "application/json");
    expect(readGrpcHead({ method: "POST", path: "/a/B", headers: plain })).toBeUndefined();
    expect(head({}, "/a/B", "GET")).toBeUndefined();
  });
});
