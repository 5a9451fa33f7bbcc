import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { loadModel } from "./load-model.ts";
import { StatisticsBook } from "./statistics.ts";

const iris = await loadModel(await readFile(new URL("../../models/iris.onnx", import.meta.url)));

function bookAt() {
  const time = { now: 0 };
  return { time, book: new StatisticsBook({ monotonic: () => time.now, wall: () => 1_700_000_000_000 + time.now }) };
}

describe("ModelStatistics", () => {
  it("adds up the parts of requests that were answered", () => {
    const { time, book } = bookAt();
    for (const start of [0, 100]) {
      time.now = start;
      const times = book.of(iris).begin();
      time.now += 1;
      times.decoded();
      time.now += 2;
      times.began();
      time.now += 4;
      times.inferred();
      time.now += 8;
      times.answered(3);
    }
    const { inferences, executions, last, success, input, queue, infer, output, fail } = book.of(iris);
    expect({ inferences, executions, last }).toEqual({ inferences: 6, executions: 2, last: 1_700_000_000_115 });
    expect([success, input, queue, infer, output].map(({ milliseconds }) => milliseconds)).toEqual([30, 2, 4, 8, 16]);
    expect([success, input, queue, infer, output, fail].map(({ count }) => count)).toEqual([2, 2, 2, 2, 2, 0]);
    expect(success.totals).toEqual({ count: 2, ns: 30_000_000 });
  });

  it("takes an engine that answers at once for one that did not wait", () => {
    const { time, book } = bookAt();
    const times = book.of(iris).begin();
    time.now = 1;
    times.decoded();
    time.now = 3;
    times.inferred();
    times.answered(1);
    const { queue, infer } = book.of(iris);
    expect([queue.milliseconds, infer.milliseconds]).toEqual([0, 2]);
  });

  it("counts failures apart", () => {
    const { time, book } = bookAt();
    const times = book.of(iris).begin();
    time.now = 5;
    times.failed();
    const { fail, success, inferences } = book.of(iris);
    expect([fail.count, fail.milliseconds, success.count, inferences]).toEqual([1, 5, 0, 0]);
  });
});
