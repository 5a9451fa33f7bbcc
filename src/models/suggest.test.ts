import { describe, expect, it } from "vitest";
import { normalise, suggest } from "./suggest.ts";

const features = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"];

describe("suggest", () => {
  it.each([
    ["petal widht (cm)", "petal width (cm)"],
    ["petal_width_cm", "petal width (cm)"],
    ["Petal Width", "petal width (cm)"],
    ["sepal lenght", "sepal length (cm)"],
  ])("takes %s for %s", (name, meant) => {
    expect(suggest(name, features)).toBe(meant);
  });

  it("does not guess from a name that has nothing in common", () => {
    expect(suggest("colour", features)).toBeUndefined();
    expect(suggest("xy", ["ab", "cd"])).toBeUndefined();
    expect(suggest("", features)).toBeUndefined();
  });

  it("prefers the nearest", () => {
    expect(suggest("age1", ["age", "age2x", "page12"])).toBe("age");
  });

  it("looks at a bounded number of candidates of a bounded length", () => {
    let seen = 0;
    const endless = (function* () {
      for (;;) {
        seen++;
        yield `candidate ${seen}`;
      }
    })();
    suggest("something", endless);
    expect(seen).toBeLessThan(2000);
    expect(suggest("x".repeat(10_000), ["x".repeat(9_999)])).toBeUndefined();
  });
});

describe("normalise", () => {
  it("keeps letters and digits of any script", () => {
    expect(normalise("  Größe (cm²) ")).toBe("größe_cm²");
    expect(normalise("petal width (cm)")).toBe("petal_width_cm");
  });
});
