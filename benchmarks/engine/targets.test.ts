import { describe, expect, it } from "vitest";
import type { EngineResults, ModelResult } from "./results.ts";
import { type Verdict, verdicts } from "./targets.ts";

const rounds = (microseconds: number): number[] => new Array<number>(7).fill(microseconds);

function results(parts: Partial<EngineResults>): EngineResults {
  const nothing = { date: "", machine: "", commit: "", command: "", versions: {}, models: [], workers: [], loading: [], largeLoading: [] };
  return { ...nothing, ...parts };
}

function model(one: Record<string, number>, many: Record<string, number> = {}, parts: Partial<ModelResult> = {}): EngineResults {
  const of = (times: Record<string, number>) => Object.fromEntries(Object.entries(times).map(([id, time]) => [id, rounds(time)]));
  const result: ModelResult = {
    model: "some model",
    specification: { kind: "mlp", rows: 10 },
    info: { features: 1, rows: 10, made: {} },
    absent: {},
    one: of(one),
    many: of(many),
    ...parts,
  };
  return results({ models: [result] });
}

const short = (list: readonly Verdict[]) => list.map(({ target, runtime, met, figure }) => [target, runtime, met, figure.median]);
const beside = "one row beside onnxruntime-node";

describe("verdicts", () => {
  it.each([
    // From 20 µs on, 8 times is enough.
    [20, 2.5, true],
    [20, 2.51, false],
    [19.9, 2.4, false],
    [10, 0.5, true],
    [10, 0.51, false],
  ])("holds one row to onnxruntime-node's %d µs: %d µs is %j", (theirs, own, met) => {
    const found = verdicts(model({ "node predictRaw": own, "onnxruntime-node": theirs }));
    expect(short(found)).toEqual([[beside, "node", met, theirs / own]]);
  });

  it("takes objects where there are no typed arrays, and each runtime for itself", () => {
    const found = verdicts(model({ "node predict": 1, "bun predictRaw": 5, "bun predict": 1, "onnxruntime-node": 20 }));
    expect(short(found)).toEqual([
      [beside, "node", true, 20],
      [beside, "bun", false, 4],
    ]);
  });

  it("compares large boosted models with the best native predictor, however Setosa's slower forms do", () => {
    const boosted = { specification: { kind: "lightgbm", rows: 10, trees: 500 } } as const;
    const times = { "node predictRaw": 2, "node kernel": 1, gtil: 100, tl2cgen: 9, lleaves: 3.9, "if-else": 5, lightgbm: 1 };
    expect(short(verdicts(model(times, {}, boosted)))).toEqual([
      ["one row beside the best native predictor, boosting from 500 trees", "node", false, 1.95],
    ]);
  });

  it("calls other trees level with C where measurement cannot tell them apart", () => {
    const one = { "node predictRaw": [10, 11, 12, 10, 11, 12, 10], "if-else": [10, 10, 11, 11, 10, 10, 10] };
    const found = verdicts(model({}, {}, { one }));
    expect(short(found)).toEqual([["one row beside the C program, other trees", "node", true, 11 / 12]]);
    expect(verdicts(model({ "node predictRaw": 1.01, "if-else": 1 }))[0]?.met).toBe(false);
  });

  it("holds batches to the faster of the two onnxruntimes", () => {
    const found = verdicts(model({}, { "bun predictRaw": 1, "onnxruntime-node": 4, onnxruntime: 2.9 }));
    expect(short(found)).toEqual([["batch beside onnxruntime with one thread", "bun", false, 2.9]]);
  });

  it("judges JSON by the iris forest alone", () => {
    expect(verdicts(model({ "node json": 1 }))).toEqual([]);
    const forest = { model: "iris-forest" };
    expect(short(verdicts(model({ "node json": 2.99, "bun json": 3 }, {}, forest)))).toEqual([
      ["from JSON to JSON", "node", true, 2.99],
      ["from JSON to JSON", "bun", false, 3],
    ]);
  });

  it("judges two threads by the rounds' ratios", () => {
    const workers = [{ model: "m", runtime: "node", rows: 10, one: [2, 20, 2, 2, 2, 2], two: [1, 10, 1, 1, 1, 1] }] as const;
    expect(short(verdicts(results({ workers })))).toEqual([["two worker threads, batches", "node", true, 2]]);
  });

  it("reckons loads for a million nodes, and memory per node", () => {
    const load = { model: "m", format: "ONNX", runtime: "bun", nodes: 500_000, used: [9_000_000] } as const;
    const largeLoading = [{ ...load, milliseconds: [499], resident: [8_000_001] }];
    expect(short(verdicts(results({ largeLoading })))).toEqual([
      ["load of 1,000,000 tree nodes", "bun", true, 998],
      ["memory after that load", "bun", false, 8_000_001 / 500_000],
    ]);
  });

  it("judges first and second loads of small models", () => {
    const loading = [{ model: "iris", runtime: "node", first: [5], second: [4.9] }] as const;
    expect(short(verdicts(results({ loading })))).toEqual([
      ["load of a small model in a new process", "node", false, 5],
      ["load of a small model in a process that has loaded one", "node", true, 4.9],
    ]);
  });
});
