import { describe, expect, it } from "vitest";
import { LineBuffer } from "./line-buffer.ts";

function world(most = 1000) {
  const written: string[] = [];
  const done: (() => void)[] = [];
  const timers: (() => void)[] = [];
  const buffer = new LineBuffer({
    sink: {
      write: (text) => {
        written.push(text);
        return new Promise((resolve) => done.push(resolve));
      },
    },
    milliseconds: 250,
    most,
    droppedLine: (count) => `dropped ${count}\n`,
    timer: (_, callback) => {
      timers.push(callback);
      return () => timers.splice(timers.indexOf(callback), 1);
    },
  });
  const settle = async () => {
    done.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { buffer, written, timers, settle };
}

describe("LineBuffer", () => {
  it("writes many lines at once after a while, and urgent ones with those before them", async () => {
    const { buffer, written, timers, settle } = world();
    buffer.add("a\n");
    buffer.add("b\n");
    expect(written).toEqual([]);
    timers.shift()?.();
    expect(written).toEqual(["a\nb\n"]);
    await settle();
    buffer.add("c\n");
    buffer.addNow("d\n");
    expect(written).toEqual(["a\nb\n", "c\nd\n"]);
  });

  it("collects while a write is under way, and for a while longer", async () => {
    const { buffer, written, timers, settle } = world();
    buffer.addNow("a\n");
    buffer.add("b\n");
    buffer.add("c\n");
    expect(written).toEqual(["a\n"]);
    await settle();
    expect(written).toEqual(["a\n"]);
    expect(timers).toHaveLength(1);
    timers.shift()?.();
    expect(written).toEqual(["a\n", "b\nc\n"]);
  });

  it("drops lines that nobody reads, and says how many when it can", async () => {
    const { buffer, written, settle } = world(6);
    buffer.addNow("a\n");
    for (let count = 0; count < 10; count++) buffer.add("b\n");
    await settle();
    const flushed = buffer.flush();
    await settle();
    await flushed;
    expect(written).toEqual(["a\n", "b\nb\nb\ndropped 7\n"]);
  });

  it("has written everything when it is flushed, what came meanwhile too", async () => {
    const { buffer, written, settle } = world();
    buffer.add("a\n");
    const flushed = buffer.flush();
    buffer.add("b\n");
    await settle();
    await settle();
    await flushed;
    expect(written.join("")).toBe("a\nb\n");
    await buffer.flush();
  });
});
