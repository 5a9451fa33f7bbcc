import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Answer, type HttpRequest, textHead } from "../../protocols/exchange.ts";
import { defaultLimits } from "../limits.ts";
import type { Application } from "../transport.ts";
import type { Http1Connection } from "./connection.ts";
import { Http1Server } from "./http1-server.ts";

const text = (body: string): Answer => ({ head: textHead, body });
const limits = { ...defaultLimits, bodyBytes: 1000, headerBytes: 500 };

/** Answers with what it was asked; `/later` when the test says so. */
class Echo implements Application {
  readonly limits = limits;
  readonly waiting: (() => void)[] = [];

  begin(request: HttpRequest): Answer | ((request: HttpRequest, body: Uint8Array) => Answer | Promise<Answer>) {
    if (request.path === "/refused") return text("refused");
    if (request.method === "GET") return text(`${request.path}?${request.query}`);
    return ({ path }, body) => {
      const answer = text(`${path} ${Buffer.from(body).toString("latin1")}`);
      return path === "/later" ? new Promise((resolve) => this.waiting.push(() => resolve(answer))) : answer;
    };
  }

  fault(fault: string): Answer {
    return text(fault);
  }

  report(error: unknown): void {
    throw error;
  }
}

function connect(application = new Echo()) {
  const server = new Http1Server(application);
  let sent = "";
  const seen = { ended: false, destroyed: false, paused: false };
  const wire = {
    backlog: 0,
    write: (bytes: string) => {
      sent += bytes;
    },
    end: () => {
      seen.ended = true;
    },
    destroy: () => {
      seen.destroyed = true;
    },
    reset: () => {
      seen.destroyed = true;
    },
    pause: () => {
      seen.paused = true;
    },
    resume: () => {
      seen.paused = false;
    },
  };
  const connection = server.open(wire) as Http1Connection;
  return {
    application,
    connection,
    wire,
    seen,
    send: (bytes: string) => connection.received(Buffer.from(bytes, "latin1")),
    /** Without what changes with the time. */
    sent: () => sent.replace(/date: [^\r]*\r\n/g, ""),
  };
}

const requests: readonly string[] = [
  "GET /a?b HTTP/1.1\r\nHost: a\r\n\r\n",
  "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
  "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
  "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nhel\r\n2\r\nlo\r\n0\r\nA: b\r\n\r\n",
  "POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\nGET / H",
  "POST /refused HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n\r\n\r\r\n0\r\n\r\n",
  `POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 1500\r\n\r\n${"x".repeat(1500)}`,
  `POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5dc\r\n${"x".repeat(1500)}\r\n0\r\n\r\n`,
  "HEAD /h HTTP/1.1\r\nHost: a\r\n\r\n",
  "\r\nGET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
];

describe("Http1Connection", () => {
  it("answers the same in order, however the bytes of many requests are cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...requests), { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (sequence, places) => {
          const bytes = sequence.join("");
          const one = sequence.map((request) => {
            const { send, sent } = connect();
            send(request);
            return sent();
          });
          const cuts = [0, ...places.map((place) => place % bytes.length).sort((a, b) => a - b), bytes.length];
          const all = connect();
          cuts.slice(1).forEach((cut, index) => {
            if (cut > (cuts[index] as number)) all.send(bytes.slice(cuts[index], cut));
          });
          expect(all.sent()).toBe(one.join(""));
          expect(all.connection.waiting).toBe("idle");
        },
      ),
      { numRuns: 500 },
    );
  });

  it("takes one byte at a time", () => {
    const { send, sent } = connect();
    for (const byte of requests[3] as string) send(byte);
    expect(sent()).toContain("/p hello");
  });

  it("does not answer the next request before a later answer", async () => {
    const { application, send, sent } = connect();
    send("POST /later HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n1" + "GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
    expect(sent()).toBe("");
    application.waiting[0]?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent().indexOf("/later 1")).toBeLessThan(sent().indexOf("/next"));
  });

  it("stops reading from a client that runs ahead, and goes on when it may", async () => {
    const { application, send, seen, sent } = connect();
    send("POST /later HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    send((requests[0] as string).repeat(3000));
    expect(seen.paused).toBe(true);
    application.waiting[0]?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen.paused).toBe(false);
    expect(sent().split("/a?b").length).toBe(3001);
  });

  it("takes no more from a client that does not read its answers", () => {
    const { connection, wire, seen, send, sent } = connect();
    wire.backlog = 2 << 20;
    send(requests[0] as string);
    expect(seen.paused).toBe(true);
    expect(sent()).toBe("");
    wire.backlog = 0;
    connection.drained();
    expect(seen.paused).toBe(false);
    expect(sent()).toContain("/a?b");
  });

  it.each([
    ["Connection: close", "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "connection: close"],
    ["HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", "connection: close"],
    ["what is no request", "HELO mail\r\n\r\n", "REQUEST_INVALID"],
    ["a line of TLS", "\x16\x03\x01\x02", "REQUEST_INVALID"],
    ["headers that are too large", `GET / HTTP/1.1\r\nX: ${"y".repeat(600)}`, "HEADERS_TOO_LARGE"],
    ["chunks that are none", "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", "REQUEST_INVALID"],
    ["a chunk beyond its size", "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", "REQUEST_INVALID"],
    [
      "a chunk line without an end",
      `POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;${"y".repeat(2000)}`,
      "REQUEST_INVALID",
    ],
  ])("ends behind %s, and takes nothing more", (_, bytes, says) => {
    const { send, sent, seen } = connect();
    send(bytes);
    expect(sent()).toContain(says);
    expect(sent()).toContain("connection: close");
    expect(seen.ended).toBe(true);
    const before = sent();
    send(requests[0] as string);
    expect(sent()).toBe(before);
  });

  it.each(["Connection: close", "Content-Length: 5", "Transfer-Encoding: chunked", "Authorization: x"])(
    "refuses %s behind a body, where somebody on the way could go by it",
    (field) => {
      const { send, sent, seen } = connect();
      send(`POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n${field}\r\n\r\n`);
      expect(sent()).toContain("REQUEST_INVALID");
      expect(seen.ended).toBe(true);
    },
  );

  it("says 100 Continue only to a client whose body is wanted", () => {
    const head = (path: string, length: number) =>
      `POST ${path} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\n\r\n`;
    const wanted = connect();
    wanted.send(head("/p", 5));
    expect(wanted.sent()).toBe("HTTP/1.1 100 Continue\r\n\r\n");
    wanted.send("hello");
    expect(wanted.sent()).toContain("/p hello");
    for (const refused of [head("/refused", 5), head("/p", 5000)]) {
      const { send, sent, seen } = connect();
      send(refused);
      expect(sent()).not.toContain("100 Continue");
      expect(seen.ended).toBe(true);
    }
  });

  it("answers a client that has closed its half, and no half of a request", async () => {
    const later = connect();
    later.send("POST /later HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    later.connection.peerEnded();
    later.application.waiting[0]?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(later.sent()).toContain("/later");
    expect(later.seen.destroyed).toBe(true);
    const half = connect();
    half.send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nhello");
    half.connection.peerEnded();
    expect(half.sent()).toBe("");
    expect(half.seen.destroyed).toBe(true);
  });
});
