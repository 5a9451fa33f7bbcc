import { describe, expect, it } from "vitest";
import { type Answer, textHead } from "../../protocols/exchange.ts";
import { defaultLimits } from "../limits.ts";
import { notInPieces } from "../transport.ts";
import { withoutBrowsers } from "./no-browsers.ts";

const answer: Answer = { head: textHead, body: "" };
const application = withoutBrowsers({ limits: defaultLimits, begin: () => answer, fault: () => answer, report: () => {} });
const status = (headers: Record<string, string>) => {
  const begun = notInPieces(application.begin({ method: "GET", path: "/", query: "", headers: new Map(Object.entries(headers)) }));
  return typeof begun === "function" || begun instanceof Promise ? undefined : begun.head.status;
};

describe("withoutBrowsers", () => {
  it.each(["127.0.0.1:9090", "127.0.0.1", "localhost:9090", "LOCALHOST", "[::1]:9090", "[::1]", "192.0.2.7:80", ""])(
    "takes Host %j",
    (host) => expect(status({ host })).toBe(200),
  );

  it.each([
    "evil.example",
    "evil.example:9090",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "127.0.0.1@evil.example",
    "[::1].x",
    "127.0.0.1:x",
  ])("refuses Host %j, which a page's own name could be", (host) => expect(status({ host })).toBe(403));

  it("refuses pages of other origins", () => {
    const host = "127.0.0.1:9090";
    expect(status({ host, origin: "https://evil.example" })).toBe(403);
    expect(status({ host, origin: "null" })).toBe(403);
    expect(status({ host, "sec-fetch-site": "cross-site" })).toBe(403);
    expect(status({ host, "sec-fetch-site": "same-site" })).toBe(403);
    expect(status({ host, "sec-fetch-site": "none" })).toBe(200);
  });
});
