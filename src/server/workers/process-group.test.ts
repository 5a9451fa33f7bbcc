import { describe, expect, it } from "vitest";
import { createChannel } from "./channel.ts";
import { aloneGroup, type ProcessGroup, workerGroup } from "./process-group.ts";
import type { LiveWorker, Supervisor } from "./supervisor.ts";
import { superviseGroup } from "./supervisor-group.ts";

const timer = (milliseconds: number, callback: () => void) => {
  const handle = setTimeout(callback, milliseconds);
  return () => clearTimeout(handle);
};

/** Workers in this process, and their supervisor. */
function supervised(count: number): {
  readonly supervisor: ProcessGroup;
  readonly workers: readonly ProcessGroup[];
  kill(index: number): void;
} {
  const starts: ((worker: LiveWorker) => void)[] = [];
  const live: LiveWorker[] = [];
  const group = superviseGroup({
    live: () => live,
    onStart: (listener) => starts.push(listener),
  } satisfies Partial<Supervisor> as unknown as Supervisor);
  const workers = Array.from({ length: count }, (_, index) => {
    const here = createChannel({ name: `Worker ${index}`, timer, send: (message) => there.receive(JSON.parse(JSON.stringify(message))) });
    const there = createChannel({ name: "The supervisor", timer, send: (message) => here.receive(JSON.parse(JSON.stringify(message))) });
    live.push({ index, channel: here });
    for (const listener of starts) listener({ index, channel: here });
    return workerGroup(there);
  });
  return { supervisor: group, workers, kill: (index) => live[index]?.channel.close() };
}

describe("process groups", () => {
  it("alone: what it provides itself", async () => {
    const group = aloneGroup();
    expect(await group.collect("count")).toEqual([]);
    await expect(group.ask("count")).rejects.toThrow('Nobody provides "count"');
    group.provide("count", (argument) => [argument, 7]);
    expect(await group.collect("count", "a")).toEqual([{ worker: "0", value: ["a", 7] }]);
    expect(await group.ask("count", "b")).toEqual(["b", 7]);
  });

  it("collects from all workers, asked by one of them or by their supervisor", async () => {
    const { supervisor, workers } = supervised(3);
    for (const [index, worker] of workers.entries()) worker.provide("count", (argument) => `${argument}${index}`);
    const expected = ["0", "1", "2"].map((worker) => ({ worker, value: `n${worker}` }));
    expect(await supervisor.collect("count", "n")).toEqual(expected);
    expect(await workers[1]?.collect("count", "n")).toEqual(expected);
  });

  it("leaves out workers that fail or have ended", async () => {
    const { supervisor, workers, kill } = supervised(3);
    workers[0]?.provide("count", () => 1);
    workers[1]?.provide("count", () => {
      throw new Error("no");
    });
    kill(2);
    expect(await supervisor.collect("count")).toEqual([{ worker: "0", value: 1 }]);
  });

  it("asks the supervisor for what it provides", async () => {
    const { supervisor, workers } = supervised(1);
    await expect(workers[0]?.ask("sum")).rejects.toThrow('Nobody provides "sum"');
    supervisor.provide("sum", (argument) => Number(argument) + 1);
    expect(await workers[0]?.ask("sum", 2)).toBe(3);
  });
});
