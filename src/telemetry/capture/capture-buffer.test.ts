import { describe, expect, it } from "vitest";
import { CaptureBuffer } from "./capture-buffer.ts";

function world() {
  const appended: (readonly string[])[] = [];
  const done: ((lost: number) => void)[] = [];
  const timers: (() => void)[] = [];
  let full = 0;
  const buffer = new CaptureBuffer({
    sink: {
      append: (lines) => {
        appended.push(lines);
        return new Promise((resolve) => done.push(resolve));
      },
    },
    most: 10,
    delay: 500,
    timer: (_, callback) => {
      timers.push(callback);
      return () => timers.splice(timers.indexOf(callback), 1);
    },
    full: () => full++,
  });
  const settle = async (lost = 0) => {
    done.shift()?.(lost);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { buffer, appended, timers, settle, full: () => full };
}

describe("CaptureBuffer", () => {
  it("hands lines on later, and counts what is lost on the way", async () => {
    const { buffer, appended, timers, settle } = world();
    buffer.add("one\n");
    buffer.add("two\n");
    expect(appended).toEqual([]);
    timers.shift()?.();
    expect(appended).toEqual([["one\n", "two\n"]]);
    await settle(1);
    expect(buffer.counts).toEqual({ written: 1, dropped: 1 });
  });

  it("takes no more than it may hold, what is being written included", async () => {
    const { buffer, appended, timers, settle, full } = world();
    buffer.add("12345678\n");
    timers.shift()?.();
    expect(buffer.hasRoom).toBe(true);
    buffer.add("3\n");
    expect([buffer.counts.dropped, full()]).toEqual([1, 1]);
    await settle();
    buffer.add("3\n");
    const flushed = buffer.flush();
    buffer.add("4\n");
    await settle();
    await settle();
    await flushed;
    expect(appended).toEqual([["12345678\n"], ["3\n"], ["4\n"]]);
    expect(buffer.counts).toEqual({ written: 3, dropped: 1 });
  });
});
