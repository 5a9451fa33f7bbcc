import { describe, expect, it } from "vitest";
import { SetosaError } from "../errors.ts";
import type { RunOptions } from "../models/run-options.ts";
import { undescribed } from "../openapi/description.ts";
import type { Answer, HttpRequest, Protocol } from "../protocols/exchange.ts";
import { textHead } from "../protocols/exchange.ts";
import { createApplication } from "./application.ts";
import { defaultLimits } from "./limits.ts";
import { createRouter } from "./router.ts";
import { type Client, notInPieces } from "./transport.ts";
import { createWaitingRoom } from "./waiting-room.ts";

const text = (body: string): Answer => ({ head: textHead, body });
const request = (method: string, path: string, headers: Record<string, string> = {}): HttpRequest => ({
  method,
  path,
  query: "",
  headers: new Headers(headers),
});

function world() {
  const reports: unknown[] = [];
  const timers: { milliseconds: number; callback: () => void; cancelled: boolean }[] = [];
  const waiting: ((answer: Answer) => void)[] = [];
  const given: (RunOptions | undefined)[] = [];
  const protocol: Protocol = {
    routes: [
      {
        path: "/now",
        summary: "",
        protocol: "test",
        later: false,
        describe: undescribed,
        get: () => text("now"),
        post: {
          check: ({ headers }) => {
            if (headers.get("x-refuse") !== null) throw new SetosaError("CONTENT_TYPE_UNSUPPORTED", "refused");
          },
          answer: (_, body) => {
            if (body.length === 0) throw new SetosaError("BODY_EMPTY", "empty");
            return text(`${body.length}`);
          },
        },
      },
      {
        path: "/later",
        summary: "",
        protocol: "test",
        later: true,
        describe: undescribed,
        get: (_, options) => {
          given.push(options);
          return new Promise<Answer>((resolve) => waiting.push(resolve));
        },
        post: { check: () => {}, answer: () => Promise.reject(new SetosaError("ENGINE_FAILED", "engine")) },
      },
      {
        path: "/defect",
        summary: "",
        protocol: "test",
        later: false,
        describe: undescribed,
        get: () => {
          throw new TypeError("a secret");
        },
      },
      {
        path: "/busy",
        summary: "",
        protocol: "test",
        later: true,
        describe: undescribed,
        get: () => {
          throw new SetosaError("OVERLOADED", "full", { retrySeconds: 7 });
        },
      },
      { path: "/models/a b/predict", summary: "", protocol: "test", later: false, describe: undescribed, get: () => text("spaced") },
    ],
    explain: (path) => (path.startsWith("/models/") ? new SetosaError("MODEL_NOT_FOUND", "no such model") : undefined),
  };
  const router = createRouter([protocol]);
  const application = createApplication({
    limits: defaultLimits,
    router: () => router,
    waitingRoom: createWaitingRoom({
      deadline: 1000,
      now: () => 500,
      timer: (milliseconds, callback) => {
        const entry = { milliseconds, callback, cancelled: false };
        timers.push(entry);
        return () => {
          entry.cancelled = true;
        };
      },
    }),
    report: (error) => reports.push(error),
  });
  const now = (given: HttpRequest): Answer => {
    const answered = notInPieces(application.begin(given));
    if (typeof answered === "function" || answered instanceof Promise) throw new Error("not answered at once");
    return answered;
  };
  const error = ({ body }: Answer) => (JSON.parse(body as string) as { error: Record<string, string> }).error;
  return { application, now, error, reports, timers, waiting, given };
}

describe("application", () => {
  it("answers GET and HEAD at once, and POST when the body is there", () => {
    const { application, now } = world();
    expect(now(request("GET", "/now")).body).toBe("now");
    expect(now(request("HEAD", "/now")).body).toBe("now");
    const receive = application.begin(request("POST", "/now"));
    if (typeof receive !== "function") throw new Error("no receiver");
    expect(receive(request("POST", "/now"), new Uint8Array(3))).toMatchObject({ body: "3" });
    expect(receive(request("POST", "/now"), new Uint8Array(0))).toMatchObject({ head: { status: 400 } });
  });

  it("refuses before the body is read", () => {
    const { now, error } = world();
    const answer = now(request("POST", "/now", { "x-refuse": "1" }));
    expect(answer.head.status).toBe(415);
    expect(error(answer).code).toBe("CONTENT_TYPE_UNSUPPORTED");
  });

  it("answers 405 with Allow, and OPTIONS", () => {
    const { now, error } = world();
    const answer = now(request("DELETE", "/now"));
    expect(answer.head).toMatchObject({ status: 405, headers: { allow: "GET, HEAD, POST, OPTIONS" } });
    expect(error(answer).hint).toContain("GET, HEAD, POST");
    expect(now(request("POST", "/defect")).head).toMatchObject({ status: 405, headers: { allow: "GET, HEAD, OPTIONS" } });
    expect(now(request("OPTIONS", "/now")).head).toMatchObject({ status: 204, headers: { allow: "GET, HEAD, POST, OPTIONS" } });
  });

  it("answers 404 with what there is, or with what a protocol knows of the path", () => {
    const { now, error } = world();
    expect(error(now(request("GET", "/nowhere")))).toMatchObject({
      code: "ROUTE_NOT_FOUND",
      hint: expect.stringContaining("/now, /later"),
    });
    expect(error(now(request("GET", "/models/x")))).toMatchObject({ code: "MODEL_NOT_FOUND" });
    expect(now(request("GET", `/${"x".repeat(10_000)}`)).body.length).toBeLessThan(400);
  });

  it("finds routes whose path is encoded, ends with slashes, or has broken escapes", () => {
    const { now } = world();
    expect(now(request("GET", "/models/a%20b/predict")).body).toBe("spaced");
    expect(now(request("GET", "/now//")).body).toBe("now");
    expect(now(request("GET", "/%zz")).head.status).toBe(404);
    expect(now(request("GET", "/__proto__")).head.status).toBe(404);
  });

  it("keeps a defect's text inside, and reports it", () => {
    const { now, error, reports } = world();
    const answer = now(request("GET", "/defect"));
    expect(answer.head.status).toBe(500);
    expect(error(answer).code).toBe("INTERNAL");
    expect(answer.body).not.toContain("secret");
    expect(reports).toHaveLength(1);
  });

  it("turns a rejection into an answer", async () => {
    const { application } = world();
    const receive = application.begin(request("POST", "/later"));
    if (typeof receive !== "function") throw new Error("no receiver");
    expect(await receive(request("POST", "/later"), new Uint8Array(1))).toMatchObject({ head: { status: 500 } });
  });

  it("says of a failure that passes when to try again", () => {
    const { now } = world();
    expect(now(request("GET", "/busy")).head).toMatchObject({ status: 503, headers: { "retry-after": "7" } });
  });

  it("ends the wait at the deadline, which a client can only shorten", async () => {
    const { application, timers, waiting } = world();
    const late = application.begin(request("GET", "/later", { "x-request-timeout-ms": "50" })) as Promise<Answer>;
    const other = application.begin(request("GET", "/later", { "x-request-timeout-ms": "999999" })) as Promise<Answer>;
    expect(timers.map(({ milliseconds }) => milliseconds)).toEqual([50, 1000]);
    timers[0]?.callback();
    expect((await late).head.status).toBe(504);
    waiting[1]?.(text("in time"));
    expect((await other).body).toBe("in time");
    expect(timers[1]?.cancelled).toBe(true);
  });

  it("tells the engine how long, for how important a request, and for whom", async () => {
    const { application, given, waiting } = world();
    const client: Client = { startedAt: 0 };
    const answered = application.begin(request("GET", "/later", { "x-request-priority": "High", "x-request-timeout-ms": "50" }), client);
    const [options] = given;
    expect(options).toMatchObject({ priority: "high", deadline: 550 });
    expect(options?.signal?.aborted).toBe(false);
    client.gone?.();
    expect(options?.signal?.reason).toMatchObject({ code: "REQUEST_CANCELLED" });
    waiting[0]?.(text("done"));
    expect(await answered).toMatchObject({ body: "done" });
    expect(client.gone).toBeUndefined();
  });

  it("takes a request whose time is over out of the queue", async () => {
    const { application, given, timers } = world();
    const late = application.begin(request("GET", "/later")) as Promise<Answer>;
    timers[0]?.callback();
    expect((await late).head.status).toBe(504);
    expect(given[0]?.signal?.reason).toMatchObject({ code: "DEADLINE_EXCEEDED" });
  });

  it("refuses a priority that is none", () => {
    const { now, error } = world();
    const answer = now(request("GET", "/later", { "x-request-priority": "urgent" }));
    expect(answer.head.status).toBe(400);
    expect(error(answer)).toMatchObject({
      code: "ARGUMENT_INVALID",
      path: "X-Request-Priority",
      hint: "Send high, normal, low, or leave the header out.",
    });
  });

  it.each(["", "0", "-1", "1.5", "soon", "9999999999"])("refuses X-Request-Timeout-Ms: %j", (value) => {
    const { now, error } = world();
    const answer = now(request("GET", "/later", { "x-request-timeout-ms": value }));
    expect(answer.head.status).toBe(400);
    expect(error(answer)).toMatchObject({ code: "ARGUMENT_INVALID", path: "X-Request-Timeout-Ms" });
  });

  it.each([
    ["body-too-large", 413, "BODY_TOO_LARGE", undefined],
    ["body-too-slow", 408, "DEADLINE_EXCEEDED", "close"],
    ["too-many-connections", 503, "OVERLOADED", "close"],
  ] as const)("answers the fault %s", (fault, status, code, connection) => {
    const { application, error } = world();
    const answer = application.fault(fault);
    expect(answer.head.status).toBe(status);
    expect(answer.head.headers.connection).toBe(connection);
    expect(error(answer).code).toBe(code);
  });
});
