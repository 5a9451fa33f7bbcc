import { describe, expect, it } from "vitest";
import { OverloadGate } from "./overload-gate.ts";

/** An event loop by hand: each request takes `cost` milliseconds where it is answered. */
function world(target = 10) {
  let now = 0;
  let tick = () => {};
  const ends: (() => void)[] = [];
  const gate = new OverloadGate<string>({
    target,
    refusal: "refused",
    now: () => now,
    endOfTurn: (callback) => ends.push(callback),
    every: (_, callback) => {
      tick = callback;
    },
  });
  /** One turn of the loop: timers, then all requests that have come, then its end. Gives what became of them. */
  const turn = async (requests: number, cost: number) => {
    tick();
    const outcome = { answered: 0, refused: 0, held: 0 };
    for (let request = 0; request < requests; request++) {
      const refusal = gate.watching ? gate.admit() : undefined;
      if (refusal === undefined) {
        outcome.answered++;
        now += cost;
      } else if (refusal === "refused") outcome.refused++;
      else {
        outcome.held++;
        void Promise.resolve(refusal).then((text) => refusals.push(text));
      }
    }
    for (const end of ends.splice(0)) end();
    await Promise.resolve();
    return outcome;
  };
  const refusals: string[] = [];
  const idle = async (milliseconds: number) => {
    for (const until = now + milliseconds; now < until; now += 25) await turn(0, 0);
  };
  return { gate, turn, idle, refusals };
}

describe("the gate of an overloaded event loop", () => {
  it("is not asked while the loop keeps up", async () => {
    const { gate, turn, idle } = world();
    await idle(200);
    for (let count = 0; count < 100; count++) expect(await turn(4, 1)).toMatchObject({ answered: 4 });
    expect(gate.watching).toBe(false);
  });

  it("refuses nothing for a hiccup", async () => {
    const { gate, turn, idle } = world();
    await idle(100);
    await turn(1, 500);
    expect(await turn(30, 1)).toMatchObject({ answered: 30 });
    expect(gate.watching).toBe(true);
    for (let count = 0; count < 50; count++) expect(await turn(4, 1)).toMatchObject({ answered: 4, refused: 0 });
    await idle(2000);
    expect(gate.watching).toBe(false);
  });

  /** Behind for a while: turns of 10 ms, which is 81 requests, are the rule. */
  const behind = async (turn: (requests: number, cost: number) => Promise<unknown>) => {
    for (let count = 0; count < 4; count++) await turn(300, 0.125);
    for (let count = 0; count < 10; count++) await turn(100, 0.125);
  };

  it("answers for the length of a turn and refuses the rest, when long turns are the rule", async () => {
    const { turn } = world();
    await turn(300, 0.125);
    expect(await turn(300, 0.125)).toMatchObject({ answered: 300 });
    expect(await turn(300, 0.125)).toMatchObject({ answered: 300 });
    // In the middle of this one the loop has been behind for 100 ms.
    expect(await turn(300, 0.125)).toMatchObject({ answered: 200, refused: 80 });
    await behind(turn);
    expect(await turn(150, 0.125)).toEqual({ answered: 81, refused: 69, held: 0 });
    expect(await turn(150, 0.125)).toEqual({ answered: 81, refused: 69, held: 0 });
    // Turns are short again: no more of it.
    await turn(10, 0.125);
    expect(await turn(150, 0.125)).toMatchObject({ answered: 150 });
  });

  it("spends a small share of its time on refusals, and refuses later what is beyond", async () => {
    const { turn, refusals } = world();
    await behind(turn);
    refusals.length = 0;
    expect(await turn(400, 0.125)).toEqual({ answered: 81, refused: 80, held: 239 });
    expect(refusals).toEqual([]);
    // Whoever is held sends nothing more. Those who come are behind those who wait.
    expect(await turn(120, 0.125)).toEqual({ answered: 81, refused: 0, held: 39 });
    expect(refusals).toHaveLength(80);
    for (let count = 0; count < 3; count++) await turn(0, 0);
    expect(refusals).toHaveLength(278);
  });

  it("answers a few requests in each turn however long they take", async () => {
    const { turn } = world();
    for (let count = 0; count < 5; count++) expect(await turn(64, 100)).toEqual({ answered: 64, refused: 0, held: 0 });
    expect(await turn(66, 100)).toEqual({ answered: 64, refused: 2, held: 0 });
  });
});
