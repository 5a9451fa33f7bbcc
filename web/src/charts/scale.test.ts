import { describe, expect, it } from "vitest";
import { rangeOf, scale, ticks, tickText } from "./scale.ts";

describe("scales", () => {
  it("lead from values to pixels and back", () => {
    const across = scale([10, 20], [50, 250]);
    expect([across.place(10), across.place(15), across.value(250)]).toEqual([50, 150, 20]);
    expect(scale([3, 3], [0, 100]).place(3)).toBe(0);
  });

  it.each([
    [[0, 1], 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [[4.3, 7.9], 4, [5, 6, 7]],
    [[-0.1, 0.3], 4, [-0.1, 0, 0.1, 0.2, 0.3]],
    [[8727.91, 160465.53], 3, [100000]],
    [[2, 2], 5, [2]],
  ] as const)("have round ticks in %j", (range, wanted, expected) => {
    expect(ticks(range, wanted)).toEqual(expected);
  });

  it("leave room around values, whatever they are", () => {
    const [from, to] = rangeOf([5, Number.NaN, 5]);
    expect(from < 5 && to > 5).toBe(true);
    expect(rangeOf([])).toEqual([0, 1]);
  });

  it.each([
    [0.2, "0.2"],
    [150_000, "150k"],
    [2_500_000, "2.5M"],
    [1e-7, "1.0e-7"],
  ])("write %d as %s", (value, text) => {
    expect(tickText(value)).toBe(text);
  });
});
