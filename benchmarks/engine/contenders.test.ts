import { describe, expect, it } from "vitest";
import { disagreement } from "./contenders.ts";

const two = { rows: 2, width: 2, scale: 1, batches: false };

describe("disagreement", () => {
  it("accepts the trainer's scores, alone and again in a batch", () => {
    const scores = [0.25, 0.75, 1, 0];
    expect(disagreement(Float64Array.from(scores), Float64Array.from(scores), two)).toBeUndefined();
    expect(disagreement(Float64Array.from([...scores, ...scores]), Float64Array.from(scores), { ...two, batches: true })).toBeUndefined();
  });

  it("accepts the last of two columns, and two columns of which the last is the one", () => {
    expect(disagreement(Float64Array.of(0.75, 0), Float64Array.of(0.25, 0.75, 1, 0), two)).toBeUndefined();
    expect(disagreement(Float64Array.of(-3, 3, 2, -2), Float64Array.of(3, -2), { ...two, width: 1 })).toBeUndefined();
  });

  it("allows for float32, and for nothing more", () => {
    const expected = Float64Array.of(100, -100);
    const one = { ...two, width: 1 };
    expect(disagreement(Float64Array.of(100.0009, -100), expected, one)).toBeUndefined();
    expect(disagreement(Float64Array.of(100.0011, -100), expected, one)).toBe("1 of its 2 predictions differ from the trainer's");
  });

  it("finds a difference in any column, in a batch, and a score that is no number", () => {
    const expected = Float64Array.of(0.25, 0.75, 1, 0);
    expect(disagreement(Float64Array.of(0.3, 0.75, 1, 0), expected, two)).toBe("1 of its 2 predictions differ from the trainer's");
    expect(disagreement(Float64Array.of(0.25, 0.75, 1, 0, 0.25, 0.75, 0, 1), expected, { ...two, batches: true })).toBe(
      "1 of its 4 predictions differ from the trainer's",
    );
    expect(disagreement(Float64Array.of(0.25, Number.NaN, 1, 0), expected, two)).toBe("1 of its 2 predictions differ from the trainer's");
  });

  it("refuses another number of scores", () => {
    expect(disagreement(Float64Array.of(1, 0, 1), Float64Array.of(0, 1, 1, 0), two)).toBe("it gave 3 scores");
    expect(disagreement(new Float64Array(0), Float64Array.of(0, 1, 1, 0), two)).toBe("it gave 0 scores");
  });
});
