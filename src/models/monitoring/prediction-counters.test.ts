import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Signature } from "../../graph/signature.ts";
import { layoutOf } from "./layout.ts";
import { PredictionCounters } from "./prediction-counters.ts";

const names = { colour: ["red", "blue", "green"], ripe: [false, true] };
const several: Signature = {
  task: {
    kind: "multioutput_classification",
    outputs: Object.entries(names).map(([name, classes]) => ({ name, classes, labels: classes.map((_, index) => index) })),
    label: "labels",
    scoreKind: "decision",
  },
  features: [],
};

describe("PredictionCounters", () => {
  it("counts the classes of each of several labels", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2), fc.nat(1)), { maxLength: 40 }), (rows) => {
        const layout = layoutOf(several);
        const counts = new Float64Array(layout.size);
        new PredictionCounters(several, layout).count(counts, { rows: rows.length, labels: Int32Array.from(rows.flat()), width: 0 });
        const found = layout.labels.map(({ at, length }) => [...counts.subarray(at, at + length)]);
        const expected = Object.values(names).map((classes, output) =>
          classes.map((_, one) => rows.filter((row) => row[output] === one).length),
        );
        expect(found).toEqual(expected);
      }),
    );
  });

  it("counts values by target, and none that is no number", () => {
    const signature: Signature = {
      task: { kind: "regression", targets: ["a", "b"], value: "y" },
      features: [],
      training: {
        rows: 4,
        features: [],
        values: [
          { edges: [0], counts: [2, 2] },
          { edges: [10, 20], counts: [1, 2, 1] },
        ],
      },
    };
    const layout = layoutOf(signature);
    const counts = new Float64Array(layout.size);
    const scores = Float32Array.of(-1, 15, 0, 30, 1, Number.NaN, Number.POSITIVE_INFINITY, -5);
    new PredictionCounters(signature, layout).count(counts, { rows: 4, scores, width: 2 });
    expect(layout.values.map(({ at, length }) => [...counts.subarray(at, at + length)])).toEqual([
      [2, 2],
      [1, 1, 1],
    ]);
  });
});
