import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { loadModel } from "../../models/load-model.ts";
import type { Turns } from "../../models/turns.ts";
import type { Answer } from "../exchange.ts";
import { createHandlers } from "./handlers.ts";

const iris = await loadModel(await readFile(new URL("../../../models/iris.onnx", import.meta.url)));
const limits = { jsonDepth: 32, rows: 100_000 };
const rows = (count: number) => Array.from({ length: count }, (_, index) => [4 + index / count, 3, 1 + (5 * index) / count, 0.2]);
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/** Every look at the clock is a moment later; others are served in between. */
function turns(between: () => void = () => {}) {
  const counts = { next: 0, underWay: 0 };
  let now = 0;
  const own: Turns = {
    now: () => now++,
    next: async () => {
      counts.next++;
      between();
    },
    enter: () => void counts.underWay++,
    leave: () => void counts.underWay--,
  };
  return { own, counts };
}

const atOnce = createHandlers(limits)(iris);

describe("a large request", () => {
  it.each([
    ["many rows", rows(3000)],
    ["instances", { instances: rows(3000) }],
    [
      "a large body of few rows",
      rows(100)
        .map((row) => `${JSON.stringify(row).slice(0, -1)}${" ".repeat(2000)}]`)
        .join(","),
    ],
  ])("of %s is answered as it would be at once, while others have their turn", async (_, body) => {
    // The others use the same kernel.
    const { own, counts } = turns(() => iris.predict([7, 3, 6, 2]));
    const sent = typeof body === "string" ? new TextEncoder().encode(`[${body}]`) : bytes(body);
    const answer = await createHandlers({ ...limits, turns: own })(iris).post(sent);
    expect(answer).toEqual(atOnce.post(sent) as Answer);
    expect(counts.next).toBeGreaterThan(1);
    expect(counts.underWay).toBe(0);
  });

  it("fails as it would at once, and makes room", async () => {
    const { own, counts } = turns();
    const body = bytes([...rows(2500), [1, 2, "x", 4]]);
    const post = createHandlers({ ...limits, turns: own })(iris).post(body) as Promise<Answer>;
    await expect(post).rejects.toMatchObject({ code: "FEATURE_TYPE_INVALID", path: "[2500][2]" });
    expect(counts.underWay).toBe(0);
  });

  it("is observed as a whole", async () => {
    const heard: unknown[] = [];
    const forget = iris.observe({
      encoded: (_, count) => heard.push(count),
      answered: (_, answers) => heard.push(["answered", answers.rows]),
      failed: () => heard.push("failed"),
    });
    await createHandlers({ ...limits, turns: turns().own })(iris).post(bytes(rows(600)));
    forget();
    expect(heard.filter((item) => typeof item === "number").reduce((sum: number, count) => sum + (count as number), 0)).toBe(600);
    expect(heard.at(-1)).toEqual(["answered", 600]);
  });

  it("of a few rows waits for nobody", () => {
    const { own } = turns();
    expect(createHandlers({ ...limits, turns: own })(iris).post(bytes(rows(500)))).not.toBeInstanceOf(Promise);
  });
});
