import { describe, expect, it } from "vitest";
import { replaced } from "./replace.ts";
import type { EngineResults, ModelResult } from "./results.ts";

function model(name: string, time: number): ModelResult {
  return {
    model: name,
    specification: { kind: "example", rows: 1 },
    info: { features: 1, rows: 1, made: {} },
    absent: {},
    one: { "node kernel": [time] },
    many: {},
  };
}

function results(models: readonly ModelResult[], date: string): EngineResults {
  const parts = { workers: [], loading: [], largeLoading: [] };
  return { date, machine: "a machine", commit: "abc", command: `run of ${date}`, versions: {}, models, ...parts };
}

describe("results of a partial run", () => {
  it("take the place of earlier ones, in the catalogue's order, and are named", () => {
    const earlier = results([model("wine", 1), model("iris", 2)], "1");
    const both = replaced(earlier, results([model("iris-forest", 3), model("wine", 4)], "2"));
    expect(both.models.map(({ model: name, one }) => [name, one["node kernel"]])).toEqual([
      ["iris", [2]],
      ["iris-forest", [3]],
      ["wine", [4]],
    ]);
    expect(both.date).toBe("1");
    expect(both.apart).toEqual([{ names: ["iris-forest", "wine"], command: "run of 2", commit: "abc", date: "2" }]);
  });
});
