import { describe, expect, it } from "vitest";
import { parseRequestHead } from "./request-head.ts";

const parse = (...lines: readonly string[]) => parseRequestHead(lines.join("\r\n"));

describe("parseRequestHead", () => {
  it("reads the line, the headers, and what they say", () => {
    const head = parse("POST /models/iris/predict?a=1 HTTP/1.1", "Host: a", "content-length:  12 ", "X-Two: a", "x-two: b", "Empty:");
    if ("fault" in head) throw new Error(head.fault);
    const { request, ...rest } = head;
    expect(rest).toEqual({ length: 12, keepAlive: true, old: false, expectsContinue: false });
    expect(request).toMatchObject({ method: "POST", path: "/models/iris/predict", query: "a=1" });
    expect(request.headers.get("x-two")).toBe("a, b");
    expect(request.headers.get("empty")).toBe("");
    expect(request.headers.get("absent")).toBeUndefined();
    expect(request.headers.get("constructor")).toBeUndefined();
  });

  it.each([
    [["GET / HTTP/1.1", "Host: a"], { length: 0, keepAlive: true, old: false }],
    [["GET / HTTP/1.1", "Host: a", "Connection: Close"], { keepAlive: false }],
    [["GET / HTTP/1.1", "Host: a", "Connection: upgrade, close"], { keepAlive: false }],
    [["GET / HTTP/1.0"], { keepAlive: false, old: true }],
    [["GET / HTTP/1.0", "Connection: keep-alive"], { keepAlive: true, old: true }],
    [["POST / HTTP/1.1", "Host: a", "Transfer-Encoding: Chunked"], { length: undefined }],
    [["POST / HTTP/1.1", "Host: a", "Expect: 100-Continue", "Content-Length: 1"], { expectsContinue: true }],
    [["OPTIONS * HTTP/1.1", "Host: a"], { request: { path: "*" } }],
    [["GET http://other/x?y HTTP/1.1", "Host: a"], { request: { path: "/x", query: "y" } }],
    [["GET HTTPS://[::1]:80/x HTTP/1.1", "Host: a"], { request: { path: "/x" } }],
    [["GET http://other:80 HTTP/1.1", "Host: a"], { request: { path: "/" } }],
    [["GET http://other?y=/x HTTP/1.1", "Host: a"], { request: { path: "/", query: "y=/x" } }],
    [["GET http://other/x#y?z HTTP/1.1", "Host: a"], { request: { path: "/x", query: "" } }],
  ])("of %j", (lines, wanted) => expect(parse(...lines)).toMatchObject(wanted));

  it.each([
    ["nothing", [""]],
    ["a line with two spaces", ["GET  / HTTP/1.1", "Host: a"]],
    ["a target with a space", ["GET /a b HTTP/1.1", "Host: a"]],
    ["a target with a control character", ["GET /\x01 HTTP/1.1", "Host: a"]],
    ["no target", ["GET HTTP/1.1", "Host: a"]],
    ["HTTP/0.9", ["GET /"]],
    ["HTTP/2", ["PRI * HTTP/2.0"]],
    ["the beginning of HTTP/2 in disguise", ["PRI * HTTP/1.0"]],
    ["HTTP/1.2", ["GET / HTTP/1.2", "Host: a"]],
    ["CONNECT", ["CONNECT /predict HTTP/1.1", "Host: a"]],
    ["a URL of another scheme", ["GET ftp://a/b HTTP/1.1", "Host: a"]],
    ["a URL without a host", ["GET http:///b HTTP/1.1", "Host: a"]],
    ["a URL with a user", ["GET http://a@b/c HTTP/1.1", "Host: a"]],
    ["a URL whose host is none", ["GET http://}/b HTTP/1.1", "Host: a"]],
    ["a fragment right behind a host", ["GET http://a#b HTTP/1.1", "Host: a"]],
    ["a URL whose port is none", ["GET http://a:8x/b HTTP/1.1", "Host: a"]],
    ["no host", ["GET / HTTP/1.1"]],
    ["two hosts", ["GET / HTTP/1.1", "Host: a", "Host: b"]],
    ["a header without a colon", ["GET / HTTP/1.1", "Host: a", "X"]],
    ["a space before the colon", ["GET / HTTP/1.1", "Host: a", "Content-Length : 5"]],
    ["a folded header", ["GET / HTTP/1.1", "Host: a", "X: a", " b"]],
    ["a header with a NUL", ["GET / HTTP/1.1", "Host: a", "X: a\0b"]],
    ["a bare line feed", ["GET / HTTP/1.1", "Host: a\nContent-Length: 5"]],
    ["a bare carriage return", ["GET / HTTP/1.1", "Host: a\rContent-Length: 5"]],
    ["two lengths, if equal", ["POST / HTTP/1.1", "Host: a", "Content-Length: 5", "content-length: 5"]],
    ["a length in a list", ["POST / HTTP/1.1", "Host: a", "Content-Length: 5, 5"]],
    ["a length with a sign", ["POST / HTTP/1.1", "Host: a", "Content-Length: +5"]],
    ["a length in hexadecimal", ["POST / HTTP/1.1", "Host: a", "Content-Length: 0x5"]],
    ["a length beyond numbers", ["POST / HTTP/1.1", "Host: a", "Content-Length: 99999999999999999999"]],
    ["length and coding", ["POST / HTTP/1.1", "Host: a", "Content-Length: 5", "Transfer-Encoding: chunked"]],
    ["a coding that is not chunked", ["POST / HTTP/1.1", "Host: a", "Transfer-Encoding: gzip, chunked"]],
    ["a coding that only looks chunked", ["POST / HTTP/1.1", "Host: a", "Transfer-Encoding: xchunked"]],
    ["two codings", ["POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"]],
    ["chunks in HTTP/1.0", ["POST / HTTP/1.0", "Transfer-Encoding: chunked"]],
  ])("refuses %s", (_, lines) => expect(parse(...lines)).toEqual({ fault: expect.any(String) as string }));
});
