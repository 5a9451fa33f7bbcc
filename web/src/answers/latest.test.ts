import { describe, expect, it } from "vitest";
import { Latest } from "./latest.ts";

/** A server that answers when the test says so. */
function asking() {
  const asked: { readonly question: number; readonly signal: AbortSignal; answer(): void; fail(): void }[] = [];
  const heard: unknown[] = [];
  const latest = new Latest<number, number>({
    ask: (question, signal) =>
      new Promise((resolve, reject) => {
        asked.push({ question, signal, answer: () => resolve(question * 10), fail: () => reject(new Error("no")) });
      }),
    answered: (question, answer) => heard.push([question, answer]),
    failed: (question, error) => heard.push([question, String(error)]),
  });
  return { asked, heard, latest };
}

const turn = () => new Promise<void>((resolve) => setTimeout(resolve));

describe("Latest", () => {
  it("has one question under way, and asks the latest of those that came meanwhile", async () => {
    const { asked, heard, latest } = asking();
    for (const question of [1, 2, 3, 4]) latest.ask(question);
    expect(asked.map(({ question }) => question)).toEqual([1]);
    asked[0]?.answer();
    await turn();
    expect(asked.map(({ question }) => question)).toEqual([1, 4]);
    asked[1]?.answer();
    await turn();
    expect(heard).toEqual([
      [1, 10],
      [4, 40],
    ]);
    latest.ask(5);
    expect(asked.length).toBe(3);
  });

  it("goes on after a failure", async () => {
    const { asked, heard, latest } = asking();
    latest.ask(1);
    latest.ask(2);
    asked[0]?.fail();
    await turn();
    asked[1]?.answer();
    await turn();
    expect(heard).toEqual([
      [1, "Error: no"],
      [2, 20],
    ]);
  });

  it("forgets what is not wanted any more, and asks again afterwards", async () => {
    const { asked, heard, latest } = asking();
    latest.ask(1);
    latest.ask(2);
    latest.forget();
    expect(asked[0]?.signal.aborted).toBe(true);
    asked[0]?.answer();
    await turn();
    expect([heard, asked.length]).toEqual([[], 1]);
    latest.ask(3);
    asked[1]?.answer();
    await turn();
    expect(heard).toEqual([[3, 30]]);
    latest.close();
    latest.ask(4);
    expect(asked.length).toBe(2);
  });
});
