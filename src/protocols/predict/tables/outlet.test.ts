import { describe, expect, it } from "vitest";
import type { Answers } from "../../../models/answers.ts";
import type { AnswerStream } from "../../exchange.ts";
import { Memory } from "./memory.ts";
import { Outlet } from "./outlet.ts";
import type { Piece, TableWriter } from "./table-writer.ts";

const head = { status: 200, headers: { "content-type": "text/csv" } };
const megabyte = 1024 * 1024;

/** Writes nothing but how much it was: each batch is a piece of so many characters as it has rows. */
function lines(): TableWriter {
  const piece = (text: string): Piece => ({ held: text.length, data: () => text });
  return {
    head,
    held: 0,
    opening: () => [piece("<")],
    add: ({ rows }) => [piece("r".repeat(rows))],
    closing: () => [piece(">")],
  };
}

/** A client that takes what it is sent while `open`, and keeps the writer waiting otherwise. */
function client() {
  let text = "";
  let begun = false;
  let take: (() => void) | undefined;
  let fail: ((error: Error) => void) | undefined;
  const state = { open: true };
  const stream: AnswerStream = {
    begin: () => {
      begun = true;
    },
    get begun() {
      return begun;
    },
    get written() {
      return text.length;
    },
    write: (piece) => {
      text += String(piece);
      if (state.open) return undefined;
      return new Promise<void>((resolve, reject) => {
        take = resolve;
        fail = reject;
      });
    },
  };
  return { stream, state, text: () => text, take: () => take?.(), fail: (error: Error) => fail?.(error) };
}

const batch = (rows: number) => ({ rows }) as Answers;
const turn = () => undefined;

describe("Outlet", () => {
  it("answers a small table whole, with nothing sent before", async () => {
    const { stream, text } = client();
    const outlet = new Outlet(stream, lines(), new Memory());
    outlet.add(batch(5), true);
    expect(await outlet.finish(turn)).toEqual({ head, body: "<rrrrr>" });
    expect([stream.begun, text()]).toEqual([false, ""]);
  });

  it("begins when there is more than can be held back, and sends the rest in order", async () => {
    const { stream, text } = client();
    const outlet = new Outlet(stream, lines(), new Memory());
    outlet.add(batch(65_000), false);
    expect(stream.begun).toBe(false);
    outlet.add(batch(1000), true);
    expect(stream.begun).toBe(true);
    expect(await outlet.finish(turn)).toEqual({ head, body: "" });
    expect(text()).toBe(`<${"r".repeat(66_000)}>`);
  });

  it("keeps answers of a client that still sends, and waits for one that has sent all", async () => {
    const { stream, state, text, take } = client();
    const outlet = new Outlet(stream, lines(), new Memory());
    state.open = false;
    outlet.add(batch(70_000), false);
    outlet.add(batch(70_000), false);
    expect(outlet.pause(false)).toBeUndefined();
    const wait = outlet.pause(true);
    expect(wait).toBeInstanceOf(Promise);
    state.open = true;
    take();
    await wait;
    expect(outlet.pause(true)).toBeUndefined();
    await outlet.finish(turn);
    expect(text()).toBe(`<${"r".repeat(140_000)}>`);
  });

  it("waits for the client also while it sends, where too much is kept of it, or of all together", () => {
    const { stream, state } = client();
    const memory = new Memory();
    const outlet = new Outlet(stream, lines(), memory);
    state.open = false;
    outlet.add(batch(70_000), false);
    expect(outlet.pause(false)).toBeUndefined();
    memory.hold({}, 256 * megabyte);
    expect(outlet.pause(false)).toBeInstanceOf(Promise);

    const alone = new Outlet(stream, lines(), new Memory());
    alone.add(batch(70_000), false);
    alone.add(batch(65 * megabyte), false);
    expect(alone.pause(false)).toBeInstanceOf(Promise);
  });

  it("tells whoever adds next why its client got no more, and holds nothing when it is closed", async () => {
    const { stream, state, fail } = client();
    const memory = new Memory();
    const outlet = new Outlet(stream, lines(), memory);
    state.open = false;
    outlet.add(batch(70_000), false);
    outlet.add(batch(250 * megabyte), false);
    memory.hold({}, 10 * megabyte);
    expect(memory.isFull).toBe(true);
    const wait = outlet.pause(true);
    fail(new Error("gone"));
    await wait;
    expect(() => outlet.pause(true)).toThrow("gone");
    expect(() => outlet.add(batch(1), true)).toThrow("gone");
    outlet.close();
    expect(memory.isFull).toBe(false);
  });
});
