import { describe, expect, it } from "vitest";
import { tensor } from "../tensor/tensor.ts";
import { poison, turn, world } from "./world.test-data.ts";

const overloaded = expect.objectContaining({ code: "OVERLOADED" });
const expired = expect.objectContaining({ code: "DEADLINE_EXCEEDED" });

describe("a scheduled engine", () => {
  it("runs at once what finds it free, and together what waited meanwhile", async () => {
    const { send, hand, runs } = world();
    const sent = [send([1]), send([2, 3]), send([4])];
    expect(runs()).toEqual([[1]]);
    await hand.finish();
    expect(runs()).toEqual([[1], [2, 3, 4]]);
    await hand.finish();
    expect(sent.map(({ answer }) => answer)).toEqual([[3], [5, 7], [9]]);
  });

  it("never splits a request: what does not fit waits for the next run, and nothing of its kind overtakes it", async () => {
    const { send, hand, runs } = world({ batchRows: 3 });
    send([0]);
    for (const values of [[1, 2], [3, 4], [5], [6, 7, 8, 9], [10]]) send(values);
    for (let run = 0; run < 5; run++) await hand.finish();
    expect(runs()).toEqual([[0], [1, 2], [3, 4, 5], [6, 7, 8, 9], [10]]);
  });

  it("joins rows of the same shape and type only, and leaves the others their place", async () => {
    const { engine, send, hand } = world();
    send([0]);
    send([1]);
    const wide = engine.run([tensor("float32", [1, 2], Float32Array.of(8, 9))]);
    const texts = engine.run([tensor("string", [1, 1], ["a"])]);
    send([2]);
    for (let run = 0; run < 4; run++) await hand.finish();
    expect(hand.runs.map(([input]) => input?.shape)).toEqual([
      [1, 1],
      [2, 1],
      [1, 2],
      [1, 1],
    ]);
    expect((await wide)[0]).toEqual(tensor("float32", [1, 2], Float32Array.of(17, 19)));
    expect((await texts)[0]).toEqual(tensor("string", [1, 1], ["a!"]));
  });

  it("runs alone what has no rows to count", async () => {
    const { engine, send, hand } = world();
    send([0]);
    const inputs = [tensor("float32", [2, 1]), tensor("float32", [1, 1])];
    const run = engine.run(inputs);
    void engine.run(inputs);
    await hand.finish();
    expect(hand.runs[1]).toEqual(inputs);
    await hand.finish();
    expect(await run).toHaveLength(2);
    expect(hand.runs).toHaveLength(3);
  });

  it("runs the requests of a joint run that fails alone, so that one fails only itself", async () => {
    const { send, hand } = world();
    const sent = [send([0]), send([1]), send([poison]), send([2])];
    for (let run = 0; run < 5; run++) await hand.finish();
    expect(sent.map(({ answer }) => answer)).toEqual([[1], [3], undefined, [5]]);
    expect(sent[2]?.error).toMatchObject({ message: "poison" });
  });

  it("does not run alone what is too late when a joint run has failed", async () => {
    const { send, hand, time, runs } = world();
    send([0]);
    const [bad, late] = [send([poison]), send([1], { deadline: 5 })];
    await hand.finish();
    await time.pass(5);
    await hand.finish();
    await hand.finish();
    expect(runs()).toEqual([[0], [poison, 1], [poison]]);
    expect(bad.error).toMatchObject({ message: "poison" });
    expect(late.error).toEqual(expired);
  });

  it("runs alone what a model does not answer row by row", async () => {
    const { engine, send, hand } = world();
    hand.run = async (inputs) => {
      hand.runs.push(inputs);
      return [tensor("float32", [1, 1], Float32Array.of(inputs[0]?.shape[0] ?? 0))];
    };
    const sent = [send([0]), send([1]), send([2])];
    await turn();
    expect(sent.map(({ answer }) => answer)).toEqual([[1], [1], [1]]);
    expect(engine.running).toBe(0);
  });

  it("serves by priority, and in the order of arrival within one", async () => {
    const { send, hand, runs } = world({ batchRows: 1 });
    send([0]);
    send([1], { priority: "low" });
    send([2]);
    send([3], { priority: "high" });
    send([4], { priority: "high" });
    for (let run = 0; run < 4; run++) await hand.finish();
    expect(runs().flat()).toEqual([0, 3, 4, 2, 1]);
  });

  it("drops what is cancelled while it waits, and lets run what runs", async () => {
    const { engine, send, hand, runs } = world({ batchRows: 1 });
    const [first, second] = [new AbortController(), new AbortController()];
    const running = send([0], { signal: first.signal });
    const waiting = send([1], { signal: second.signal });
    first.abort("gone");
    second.abort("gone");
    await turn();
    expect([waiting.error, engine.waiting]).toEqual(["gone", 0]);
    await hand.finish();
    expect([running.answer, runs()]).toEqual([[1], [[0]]]);
    const never = send([2], { signal: second.signal });
    await turn();
    expect([never.error, runs()]).toEqual(["gone", [[0]]]);
  });

  it("never runs what is too late", async () => {
    const { send, hand, time, runs } = world({ batchRows: 1 });
    send([0]);
    const late = send([1], { deadline: 5 });
    const inTime = send([2], { deadline: 5.1 });
    await time.pass(5);
    await hand.finish();
    expect([late.error, inTime.error, runs()]).toEqual([expired, undefined, [[0], [2]]]);
  });

  it("waits for a batch only as long as it may, and not for a full one", async () => {
    const { send, time, hand, runs } = world({ batchDelay: 4, batchRows: 3 });
    send([1]);
    await time.pass(3);
    send([2]);
    expect(runs()).toEqual([]);
    await time.pass(1);
    expect(runs()).toEqual([[1, 2]]);
    await hand.finish();
    for (const value of [3, 4, 5]) send([value]);
    expect(runs()).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
  });

  it("runs as many at once as the engine does", async () => {
    const { send, hand, runs } = world({ parallel: 2 });
    const sent = [1, 2, 3, 4].map((value) => send([value]));
    expect(runs()).toEqual([[1], [2]]);
    await hand.finish(1);
    expect(runs()).toEqual([[1], [2], [3, 4]]);
    expect(sent.map(({ answer }) => answer)).toEqual([undefined, [5], undefined, undefined]);
  });

  it("refuses what is past its bound at once, and takes more when there is room", async () => {
    const { engine, send, hand } = world({ queue: 2, batchRows: 1 });
    for (const value of [0, 1, 2]) send([value]);
    const refused = send([3]);
    await turn();
    expect(refused.error).toEqual(overloaded);
    expect(() => engine.check()).toThrow(overloaded);
    await hand.finish();
    expect(() => engine.check()).not.toThrow();
    expect(send([4]).error).toBeUndefined();
  });

  it("lets a burst wait, and holds a queue that stands to the time that it may take", async () => {
    const { engine, send, hand, time } = world({ queue: 1000, queueMilliseconds: 20, batchRows: 1 });
    const run = async () => {
      await time.pass(1);
      await hand.finish();
    };
    const fill = () => {
      for (let value = 0; value < 300; value++) send([value]);
    };
    fill();
    // Each run takes 1 ms, so that 299 of them are a long wait; the queue has not been empty for 100 ms after a hundred.
    for (let count = 0; count < 100; count++) await run();
    expect(() => engine.check()).not.toThrow();
    await run();
    expect(() => engine.check()).toThrow(expect.objectContaining({ code: "OVERLOADED", retrySeconds: 1 }));
    // High priority waits for high priority only.
    expect(() => engine.check("high")).not.toThrow();
    // However long they take, 64 may wait.
    while (engine.waiting > 64) await run();
    expect(() => engine.check()).toThrow(overloaded);
    await run();
    expect(() => engine.check()).not.toThrow();
    send([1]);
    expect(() => engine.check()).toThrow(overloaded);
    while (hand.underWay > 0) await run();
    fill();
    expect(() => engine.check()).not.toThrow();
  });

  it("says when to try again by the rate at which the queue is served", async () => {
    const { engine, send, hand, time } = world({ queue: 5, batchRows: 1 });
    send([0]);
    await time.pass(700);
    await hand.finish();
    for (let value = 0; value < 6; value++) send([value]);
    expect(() => engine.check()).toThrow(expect.objectContaining({ retrySeconds: 4 }));
  });

  it("fails what waits when it is closed, and what comes then", async () => {
    const { engine, send, hand } = world();
    const sent = [send([0]), send([1])];
    await engine.close();
    const later = send([2]);
    await hand.finish();
    expect(sent[0]?.answer).toEqual([1]);
    for (const outcome of [sent[1], later]) expect(outcome?.error).toMatchObject({ code: "ENGINE_FAILED" });
    expect([engine.waiting, engine.running]).toEqual([0, 0]);
  });
});
