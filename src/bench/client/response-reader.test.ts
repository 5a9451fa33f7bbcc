import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Answer, ResponseReader } from "./response-reader.ts";

const lf = (text: string): string => text.replaceAll("\n", "\r\n");
const ok = `${lf("HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 5\n\n")}hello`;

/** All at once, as copies, since bodies are views. */
function read(reader: ResponseReader, ...chunks: readonly string[]): { status: number; body: string; keepAlive: boolean; bytes: number }[] {
  const answers: Answer[] = [];
  return chunks.flatMap((chunk) => {
    const answer = reader.push(Buffer.from(chunk, "latin1"));
    if (answer === undefined) return [];
    answers.push(answer);
    return [{ status: answer.status, body: answer.body.toString("latin1"), keepAlive: answer.keepAlive, bytes: answer.bytes }];
  });
}

const answers: readonly (readonly [what: string, text: string, status: number, body: string, keepAlive: boolean])[] = [
  ["a length", ok, 200, "hello", true],
  ["a length in lower case", ok.replace("Content-Length", "content-length"), 200, "hello", true],
  ["no body", lf("HTTP/1.1 204 No Content\n\n"), 204, "", true],
  ["an empty body", lf("HTTP/1.1 403 Forbidden\nContent-Length: 0\nServer: AirTunes/775.3.1\n\n"), 403, "", true],
  ["chunks", `${lf("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nhel\n2;x=1\nlo\n0\n")}\r\n`, 200, "hello", true],
  ["chunks and trailers", `${lf("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\nhello\n0\nA: b\n")}\r\n`, 200, "hello", true],
  ["the end announced", ok.replace("Content-Type: text/plain", "Connection: close"), 200, "hello", false],
  ["HTTP/1.0", ok.replace("HTTP/1.1", "HTTP/1.0"), 200, "hello", false],
  ["an interim answer", lf("HTTP/1.1 100 Continue\n\n") + ok, 200, "hello", true],
  ["an empty line in the body", `${lf("HTTP/1.1 200 OK\nContent-Length: 6\n\n")}a\r\n\r\nb`, 200, "a\r\n\r\nb", true],
];

describe("ResponseReader", () => {
  it.each(answers)("reads %s, however it is cut", (_, text, status, body, keepAlive) => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: text.length - 1 }), { maxLength: 6 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), text.length];
        const chunks = places.slice(1).map((place, index) => text.slice(places[index], place));
        const reader = new ResponseReader();
        // Twice: the second time the head is known.
        for (let times = 0; times < 2; times++) {
          const [answer, ...others] = read(reader, ...chunks);
          expect(answer).toMatchObject({ status, body, keepAlive });
          expect(others).toEqual([]);
        }
      }),
    );
  });

  it("reads within a buffer that holds an earlier answer", () => {
    const reader = new ResponseReader();
    const buffer = Buffer.alloc(4096);
    for (const text of [ok, ok.replace("5", "3").replace("hello", "bye"), ok]) {
      const length = buffer.write(text, "latin1");
      const half = length >> 1;
      expect(reader.push(buffer, half)).toBeUndefined();
      buffer.copy(buffer, 0, half, length);
      expect(reader.push(buffer, length - half)?.body.toString()).toBe(text.slice(text.indexOf("\r\n\r\n") + 4));
    }
  });

  it("ends an answer without a length with the connection", () => {
    const reader = new ResponseReader();
    expect(read(reader, lf("HTTP/1.1 200 OK\n\nhel"), "lo")).toEqual([]);
    expect(reader.end()?.body.toString()).toBe("hello");
    expect(new ResponseReader().end()).toBeUndefined();
  });

  it("does not take half an answer for one", () => {
    const reader = new ResponseReader();
    read(reader, ok.slice(0, -1));
    expect(reader.end()).toBeUndefined();
  });

  it.each([
    ["more than was asked for", `${ok}HTTP/1.1`, "more bytes"],
    ["another protocol", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "not HTTP/1.1"],
    ["a chunk without a size", lf("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\nxyz\n"), "chunk"],
    ["headers without an end", "HTTP/1.1 200 OK\r\nA: ".padEnd(1_100_000, "a"), "headers"],
  ])("refuses %s", (_, text, message) => expect(() => read(new ResponseReader(), text)).toThrow(message));
});
