import { describe, expect, it } from "vitest";
import { TurnQueue } from "./turn-queue.ts";

function world() {
  const ends: (() => void)[] = [];
  const queue = new TurnQueue({ now: () => 0, endOfTurn: (callback) => ends.push(callback) });
  const endTurn = async () => {
    for (const end of ends.splice(0)) end();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { queue, endTurn };
}

describe("a queue of turns", () => {
  it("lets one piece of work go on in each turn, in their order, and again behind the others", async () => {
    const { queue, endTurn } = world();
    const order: string[] = [];
    const work = async (name: string) => {
      for (let moment = 0; moment < 2; moment++) {
        await queue.next();
        order.push(name);
      }
    };
    void work("a");
    void work("b");
    for (const expected of [["a"], ["a", "b"], ["a", "b", "a"], ["a", "b", "a", "b"]]) {
      await endTurn();
      expect(order).toEqual(expected);
    }
  });

  it("is bounded", () => {
    const { queue } = world();
    for (let count = 0; count < 64; count++) queue.enter();
    expect(() => queue.enter()).toThrow(expect.objectContaining({ code: "OVERLOADED" }));
    queue.leave();
    expect(() => queue.enter()).not.toThrow();
  });
});
