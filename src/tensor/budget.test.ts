import { describe, expect, it } from "vitest";
import { ElementBudget } from "./budget.ts";
import { tensor } from "./tensor.ts";

const refusal = expect.objectContaining({ code: "MODEL_SHAPE_INVALID" });

describe("a budget of elements", () => {
  it("is spent by every tensor that is made inside", () => {
    const budget = new ElementBudget(10);
    expect(budget.run(() => tensor("float32", [2, 3]).data.length)).toBe(6);
    expect(() => budget.run(() => tensor("float64", [5]))).toThrow(refusal);
    expect(tensor("float64", [5]).data).toHaveLength(5);
  });

  it("is also spent by what has a budget of its own inside", () => {
    const outer = new ElementBudget(10);
    const inner = new ElementBudget(100);
    outer.run(() => inner.run(() => tensor("int64", [8])));
    expect(() => outer.run(() => inner.run(() => tensor("int64", [8])))).toThrow(refusal);
    expect(() => outer.run(() => tensor("string", [3]))).toThrow(refusal);
  });
});
