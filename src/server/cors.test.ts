import { describe, expect, it } from "vitest";
import { type Answer, type HttpRequest, textHead } from "../protocols/exchange.ts";
import { withCors } from "./cors.ts";
import { defaultLimits } from "./limits.ts";
import { type Application, notInPieces } from "./transport.ts";

const answer: Answer = { head: textHead, body: "x" };
const receive = () => answer;
const inner: Application = {
  limits: defaultLimits,
  begin: ({ method, path }) => (method === "POST" ? receive : path === "/later" ? Promise.resolve(answer) : answer),
  fault: () => answer,
  report: () => {},
};
const request = (method: string, headers: Record<string, string>, path = "/"): HttpRequest => ({
  method,
  path,
  query: "",
  headers: new Map(Object.entries(headers)),
});

async function ask(application: Application, method: string, headers: Record<string, string>, path?: string) {
  const sent = request(method, headers, path);
  const begun = notInPieces(application.begin(sent));
  return (await (typeof begun === "function" ? begun(sent, new Uint8Array()) : begun)).head;
}
const origin = "https://app.example";
const preflight = { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization" };

describe("withCors", () => {
  it("lets the origins in its list read answers, now or later, with a body or without", async () => {
    const application = withCors(inner, [origin, "http://localhost:5173"]);
    for (const [method, path] of [["GET"], ["POST"], ["GET", "/later"]] as const) {
      const { headers } = await ask(application, method, { origin }, path);
      expect(headers).toMatchObject({
        "access-control-allow-origin": origin,
        vary: "Origin",
        "content-type": textHead.headers["content-type"],
      });
      expect(headers).not.toHaveProperty("access-control-allow-credentials");
    }
  });

  it("says nothing to others but that it depends on who asks", async () => {
    const application = withCors(inner, [origin]);
    for (const headers of [{}, { origin: "https://evil.example" }, { origin: "null" }, { origin: "https://app.example.evil.example" }])
      expect((await ask(application, "GET", headers as Record<string, string>)).headers).toEqual({ ...textHead.headers, vary: "Origin" });
    expect((await ask(application, "OPTIONS", { ...preflight, origin: "https://evil.example" })).headers).not.toHaveProperty(
      "access-control-allow-origin",
    );
  });

  it("answers the browser's question before anything else", async () => {
    const { status, headers } = await ask(withCors(inner, [origin]), "OPTIONS", preflight);
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-methods": "GET, HEAD, POST",
      "access-control-allow-headers": "authorization, *",
      "access-control-max-age": "600",
      vary: "Origin",
    });
    expect((await ask(withCors(inner, [origin]), "OPTIONS", {})).status).toBe(200);
  });

  it("lets all read where it is told to", async () => {
    const application = withCors(inner, ["*"]);
    expect((await ask(application, "GET", {})).headers).toMatchObject({ "access-control-allow-origin": "*" });
    expect((await ask(application, "GET", {})).headers).not.toHaveProperty("vary");
    expect(application.fault("body-too-large").head.headers).toMatchObject({ "access-control-allow-origin": "*" });
  });

  it("makes each head once", async () => {
    const application = withCors(inner, [origin]);
    expect(await ask(application, "GET", { origin })).toBe(await ask(application, "POST", { origin }));
  });

  it.each(["app.example", "https://app.example/", "https://app.example/x", "null", "https://*.example", "file:///x", ""])(
    "refuses %j, which is no origin",
    (text) => expect(() => withCors(inner, [text])).toThrow(/not an origin/),
  );
});
