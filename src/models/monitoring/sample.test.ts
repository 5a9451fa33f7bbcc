import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Signature } from "../../graph/signature.ts";
import { InputMonitor } from "./input-monitor.ts";
import { monitoringReport } from "./report.ts";
import { every, mostBinned, RowSample, widestBinned } from "./sample.ts";

describe("RowSample", () => {
  it("takes all of few rows, and one in seven of the stream that large blocks make, across their borders", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100 })), fc.boolean(), (blocks, wide) => {
        const sample = new RowSample(wide ? widestBinned + 1 : 1);
        let stream = 0;
        for (const rows of blocks) {
          sample.choose(rows);
          const chosen: number[] = [];
          for (let row = sample.first; row < rows; row += sample.step) chosen.push(row);
          const all = Array.from({ length: rows }, (_, row) => row);
          const isLarge = wide || rows > mostBinned;
          expect(chosen).toEqual(isLarge ? all.filter((row) => (stream + row) % every === 0) : all);
          expect([sample.binned, sample.step]).toEqual([chosen.length, isLarge ? every : 1]);
          if (isLarge) stream += rows;
        }
      }),
    );
  });
});

describe("InputMonitor, with many rows at once", () => {
  const signature: Signature = {
    task: { kind: "regression", targets: ["y"], value: "y" },
    features: [{ name: "x", input: "X", column: 0, dtype: "float64", missing: true, min: 0, max: 10 }],
    training: {
      rows: 90,
      features: [{ missing: 0, bins: { edges: [3, 6], counts: [30, 30, 30] } }],
      values: [{ edges: [5], counts: [40, 50] }],
    },
  };
  const value = fc.oneof(fc.integer({ min: -2, max: 12 }), fc.constant(Number.NaN));

  it("counts every odd value, and puts one in seven rows into bins, which counts for seven", () => {
    fc.assert(
      fc.property(fc.array(fc.array(value, { minLength: mostBinned + 1, maxLength: 64 }), { maxLength: 5 }), (blocks) => {
        const monitor = new InputMonitor({ signature, inputs: ["X"], clock: () => 0, windowMilliseconds: 1000 });
        for (const block of blocks) {
          monitor.encoded([{ data: Float64Array.from(block), width: 1 }], block.length);
          monitor.answered([], { rows: block.length, scores: Float64Array.from(block), width: 1 });
        }
        const all = blocks.flat();
        const binned = all.filter((_, index) => index % every === 0);
        const times = (test: (value: number) => boolean) => every * binned.filter(test).length;
        const report = monitoringReport({
          model: "m",
          version: "1",
          signature,
          layout: monitor.layout,
          snapshot: monitor.snapshot(),
          windowMinutes: 1,
        });
        expect(report.window).toEqual({ minutes: 1, rows: all.length, binnedRows: binned.length, predictions: all.length });
        expect(report.features[0]?.window).toEqual({
          missing: all.filter(Number.isNaN).length,
          belowMin: all.filter((one) => one < 0).length,
          aboveMax: all.filter((one) => one > 10).length,
          unseen: 0,
          refused: 0,
        });
        expect(report.features[0]?.distribution?.window).toEqual([
          times((one) => one <= 3),
          times((one) => one > 3 && one <= 6),
          times((one) => one > 6),
        ]);
        expect(report.predictions[0]?.distribution?.window).toEqual([times((one) => one <= 5), times((one) => one > 5)]);
      }),
    );
  });

  it("knows that a sample is noisier than its weight", () => {
    const monitor = new InputMonitor({ signature, inputs: ["X"], clock: () => 0, windowMilliseconds: 1000 });
    const block = Float64Array.from({ length: 64 }, (_, index) => index % 10);
    for (let count = 0; count < 20; count++) monitor.encoded([{ data: block, width: 1 }], 64);
    const { features, window } = monitoringReport({
      model: "m",
      version: "1",
      signature,
      layout: monitor.layout,
      snapshot: monitor.snapshot(),
      windowMinutes: 1,
    });
    expect(window.binnedRows).toBe(Math.ceil(1280 / every));
    expect(features[0]?.noise).toBeCloseTo(2 * (1 / window.binnedRows + 1 / 90), 6);
  });
});
