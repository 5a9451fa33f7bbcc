import { describe, expect, it } from "vitest";
import { SetosaError } from "../../errors.ts";
import { type Channel, createChannel } from "./channel.ts";
import { asMessage, type ProcessMessage } from "./messages.ts";

/** Two ends whose messages cross as JSON; `fall` lets those of one end get lost. */
function pair() {
  const timers: { readonly at: number; readonly callback: () => void }[] = [];
  const ends: Channel[] = [];
  const lost = [false, false];
  const make = (own: number, name: string) =>
    createChannel({
      name,
      timer: (at, callback) => {
        const timer = { at, callback };
        timers.push(timer);
        return () => timers.splice(timers.indexOf(timer), 1);
      },
      send: (message) => {
        const crossed = asMessage(JSON.parse(JSON.stringify(message)));
        if (crossed === undefined) throw new Error(`not a message: ${JSON.stringify(message)}`);
        if (lost[own] !== true) queueMicrotask(() => ends[1 - own]?.receive(crossed));
      },
    });
  ends.push(make(0, "Worker 1"), make(1, "The supervisor"));
  const [supervisor, worker] = ends as [Channel, Channel];
  return { supervisor, worker, timers, lost };
}

describe("channel", () => {
  it("answers calls of either side, each with its own answer", async () => {
    const { supervisor, worker, timers } = pair();
    worker.handle("double", async (value) => Number(value) * 2);
    supervisor.handle("add", (value) => (value as number[]).reduce((sum, one) => sum + one, 0));
    expect(
      await Promise.all([supervisor.call("double", 2, 100), supervisor.call("double", 3, 100), worker.call("add", [1, 2], 100)]),
    ).toEqual([4, 6, 3]);
    expect(timers).toEqual([]);
  });

  it("carries errors with their code, path and hint", async () => {
    const { supervisor, worker } = pair();
    worker.handle("refuse", () => {
      throw new SetosaError("MODEL_NOT_FOUND", "No model.", { path: "a", hint: "Another." });
    });
    worker.handle("break", () => {
      throw new TypeError("oh");
    });
    await expect(supervisor.call("refuse", undefined, 100)).rejects.toMatchObject({
      code: "MODEL_NOT_FOUND",
      message: "No model.",
      path: "a",
      hint: "Another.",
    });
    await expect(supervisor.call("break", undefined, 100)).rejects.toMatchObject({ code: "INTERNAL" });
    await expect(supervisor.call("unknown", undefined, 100)).rejects.toThrow('Nobody answers "unknown"');
  });

  it("waits until the deadline and no longer, and takes no late answer", async () => {
    const { supervisor, worker, timers, lost } = pair();
    worker.handle("slow", () => 1);
    lost[1] = true;
    const call = supervisor.call("slow", undefined, 250);
    expect(timers.map(({ at }) => at)).toEqual([250]);
    timers[0]?.callback();
    await expect(call).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED", message: 'Worker 1 has not answered "slow" within 250 ms.' });
    supervisor.receive({ kind: "answer", id: 1, value: 2 });
  });

  it("ends what waits when the other side is gone, and what is asked after it at once", async () => {
    const { supervisor, timers, lost } = pair();
    lost[0] = true;
    const call = supervisor.call("any", undefined, 250);
    supervisor.close();
    await expect(call).rejects.toThrow("Worker 1 ended before it had answered");
    await expect(supervisor.call("any", undefined, 250)).rejects.toThrow("Worker 1 ended");
    expect(timers).toEqual([]);
  });

  it("does not wait where sending fails", async () => {
    const channel = createChannel({
      name: "Worker 2",
      timer: () => () => {},
      send: () => {
        throw new Error("closed");
      },
    });
    await expect(channel.call("any", undefined, 250)).rejects.toThrow("Worker 2 ended");
    channel.receive({ kind: "call", id: 1, topic: "any" });
  });
});

describe("asMessage", () => {
  const messages: ProcessMessage[] = [
    { kind: "ready", report: "text" },
    { kind: "failed", code: "INTERNAL", message: "text" },
    { kind: "call", id: 1, topic: "a" },
    { kind: "answer", id: 1, value: null },
    { kind: "answer", id: 1, error: { code: "INTERNAL", message: "text" } },
  ];
  it.each(messages)("takes %j", (message) => expect(asMessage(message)).toBe(message));

  it.each([
    null,
    "ready",
    7,
    {},
    { cmd: "NODE_CLUSTER", act: "newconn" },
    { kind: "ready" },
    { kind: "failed", code: "INTERNAL" },
    { kind: "call", id: "1", topic: "a" },
    { kind: "call", id: 1.5, topic: "a" },
    { kind: "call", id: 1 },
    { kind: "answer", id: 1, error: "text" },
    { kind: "other", id: 1 },
  ])("does not take %j", (message) => expect(asMessage(message)).toBeUndefined());
});
