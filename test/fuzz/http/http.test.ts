import { describe, expect, it } from "vitest";
import { runtimes } from "../../e2e/process.ts";
import { corpus } from "./corpus.ts";
import { fuzzHttp } from "./fuzz.ts";
import { judge } from "./judge.ts";
import { createReference } from "./reference.ts";

/** The long run is `npm run fuzz:http`. */
describe.each(runtimes)("changed streams of HTTP to %s", (runtime) => {
  it("are understood as another parser does, or refused", { timeout: 180_000 }, async () => {
    const executions = corpus.length + 1500;
    const result = await fuzzHttp({ runtime, seed: 20_261_125, from: 0, executions, seconds: 150 });
    expect(result.findings).toEqual([]);
    expect(result.executions).toBe(executions);
    // It is no test where everything is refused, or nothing.
    expect(result.answered).toBeGreaterThan(executions / 4);
    expect(result.refused).toBeGreaterThan(executions / 4);
    expect(result.good).toBeGreaterThan(20);
  });
});

describe("the judge", () => {
  const asker = { ask: async () => ({ status: 200, headers: new Map(), body: "hi" }), close: () => {} };
  const answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi";
  const verdict = async (stream: string, text: string, ended = true) => {
    const reference = createReference();
    const reading = await reference.read(stream);
    reference.close();
    return (await judge({ number: 0, stream, cuts: [], halfClose: true }, { text, ended, refused: false }, reading, asker)).finding;
  };
  const get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  const refusal = 'HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 36\r\n\r\n{"error":{"code":"REQUEST_INVALID"}}';

  it("takes what is right", async () => {
    expect(await verdict(get + get, answer + answer)).toBeUndefined();
    expect(await verdict(`${get}X`, answer + refusal)).toBeUndefined();
  });

  it.each([
    ["an answer to no request", get, answer + answer, /sees no request/],
    [
      "an answer to what the body holds",
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 30\r\n\r\n${get}`,
      answer + answer,
      /sees no request|not seen whole/,
    ],
    ["another answer than the right one", get, answer.replace("hi", "ho"), /instead of/],
    ["bytes that are no answer", get, `${answer}x`, /head without an end/],
    ["a body that is cut", get, answer.slice(0, -1), /too soon/],
    ["a refusal that keeps the connection", get, refusal.replace("close", "keep-alive"), /keeps the connection/],
    ["100 Continue that nobody expects", get, `HTTP/1.1 100 Continue\r\n\r\n${answer}`, /nobody expects/],
  ])("finds %s", async (_, stream, text, why) => expect(await verdict(stream, text)).toMatch(why));

  it("finds a connection that hangs", async () => expect(await verdict(get, answer, false)).toMatch(/neither ended/));
});
