import { deflateRawSync, deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Answer, HttpRequest } from "../protocols/exchange.ts";
import { textHead } from "../protocols/exchange.ts";
import { preferredCoding } from "./coding-headers.ts";
import { withCompression } from "./compression.ts";
import { defaultLimits } from "./limits.ts";
import { createSlots } from "./slots.ts";
import { type Application, notInPieces, type Receive } from "./transport.ts";

const post = (headers: Record<string, string> = {}): HttpRequest => ({
  method: "POST",
  path: "/",
  query: "",
  headers: new Headers(headers),
});
const bytes = (text: string) => new TextEncoder().encode(text);

/** Gives back what it was sent, and how it was told that it is encoded. */
function echo(limit = 100_000): Application {
  const receive: Receive = (_, body) => ({ head: textHead, body: new TextDecoder().decode(body) });
  const head: Answer = { head: textHead, body: "x".repeat(20_000) };
  return withCompression({
    limits: { ...defaultLimits, bodyBytes: limit },
    begin: ({ method, headers }) => {
      if (method === "GET") return head;
      if (headers.get("content-encoding") !== undefined && headers.get("content-encoding") !== null) throw new Error("seen");
      return receive;
    },
    fault: () => head,
    report: (error) => {
      throw error;
    },
  });
}

async function send(application: Application, body: Uint8Array, headers: Record<string, string>): Promise<Answer> {
  const request = post(headers);
  const begun = await notInPieces(application.begin(request));
  return typeof begun === "function" ? begun(request, body) : begun;
}

describe("withCompression", () => {
  it.each([
    ["gzip", gzipSync],
    ["X-GZIP", gzipSync],
    ["deflate", deflateSync],
    ["deflate", deflateRawSync],
  ])("reads %s as what it was", async (coding, pack) => {
    const text = "flowers ".repeat(1000);
    expect((await send(echo(), pack(text), { "content-encoding": coding })).body).toBe(text);
  });

  it("leaves plain bodies and small answers as they are, without a promise", () => {
    const request = post({ "accept-encoding": "gzip" });
    const begun = echo().begin(request) as Receive;
    expect(begun(request, bytes("hello"))).toEqual({ head: textHead, body: "hello" });
  });

  it.each([
    ["gzip", gunzipSync],
    ["deflate", inflateSync],
  ])("answers in %s where that is accepted", async (coding, unpack) => {
    const text = "flowers ".repeat(4000);
    const { head, body } = await send(echo(), bytes(text), { "accept-encoding": coding });
    expect(head.headers).toMatchObject({
      "content-encoding": coding,
      vary: "accept-encoding",
      "content-type": textHead.headers["content-type"],
    });
    expect(body.length).toBeLessThan(1000);
    expect(unpack(body).toString()).toBe(text);
  });

  it("compresses what is answered on the head alone, by heads that are made once", async () => {
    const application = echo();
    const get = { ...post({ "accept-encoding": "gzip" }), method: "GET" };
    const [one, other] = [(await application.begin(get)) as Answer, (await application.begin(get)) as Answer];
    expect(gunzipSync(one.body).toString()).toBe("x".repeat(20_000));
    expect(one.head).toBe(other.head);
  });

  it("takes bodies up to the limit, by what comes out of them", async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    expect((await send(echo(), bomb, { "content-encoding": "gzip" })).code).toBe("BODY_TOO_LARGE");
    const exact = "x".repeat(5000);
    expect((await send(echo(5000), gzipSync(exact), { "content-encoding": "gzip" })).body).toBe(exact);
    expect((await send(echo(4999), gzipSync(exact), { "content-encoding": "gzip" })).code).toBe("BODY_TOO_LARGE");
  });

  it.each([
    ["what is not gzip", bytes("{}")],
    ["half of it", gzipSync("hello".repeat(100)).subarray(0, 20)],
    ["what has something behind it", Buffer.concat([gzipSync("hello"), bytes("junk")])],
  ])("refuses %s", async (_, body) => {
    expect((await send(echo(), body, { "content-encoding": "gzip" })).code).toBe("REQUEST_INVALID");
  });

  it.each(["br", "zstd", "gzip, gzip"])("refuses %s before the body is read", async (coding) => {
    expect(((await echo().begin(post({ "content-encoding": coding }))) as Answer).code).toBe("CONTENT_TYPE_UNSUPPORTED");
  });
});

describe("preferredCoding", () => {
  it.each([
    [undefined, undefined],
    ["gzip", "gzip"],
    ["deflate", "deflate"],
    ["deflate, gzip", "gzip"],
    ["gzip;q=0.5, deflate;q=0.8", "deflate"],
    ["gzip;q=0, deflate", "deflate"],
    ["*", "gzip"],
    ["*;q=0", undefined],
    ["identity", undefined],
    ["identity;q=1, gzip;q=0.5", undefined],
    ["br, zstd", undefined],
    ["GZIP ; q=1.0", "gzip"],
    ["gzip;q=2", undefined],
    ["", undefined],
  ])("of %j is %s", (accept, coding) => {
    expect(preferredCoding(accept)).toBe(coding);
  });
});

describe("createSlots", () => {
  it("runs so many at once, and the next when one has ended, even badly", async () => {
    const slots = createSlots(2);
    const ends: ((error?: Error) => void)[] = [];
    const runs = Array.from({ length: 4 }, () =>
      slots.run(() => new Promise<void>((resolve, reject) => ends.push((error) => (error === undefined ? resolve() : reject(error))))),
    );
    await Promise.resolve();
    expect(ends).toHaveLength(2);
    ends[0]?.(new Error("bad"));
    await expect(runs[0]).rejects.toThrow("bad");
    expect(ends).toHaveLength(3);
    ends[1]?.();
    ends[2]?.();
    await Promise.all(runs.slice(1, 3));
    ends[3]?.();
    await runs[3];
  });
});
