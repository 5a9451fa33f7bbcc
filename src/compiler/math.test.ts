import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MathFunctions } from "./math.ts";
import { WasmFunction } from "./wasm/function.ts";
import { WasmModule } from "./wasm/module.ts";

type Unary = (x: number) => number;

async function instantiate(name: "exp" | "logistic" | "tanh"): Promise<Unary> {
  const module = new WasmModule();
  const index = new MathFunctions(module)[name];
  const fn = new WasmFunction(["f64"], ["f64"]);
  fn.get(fn.parameter(0)).call(index);
  module.add(fn, "f");
  const { instance } = await WebAssembly.instantiate(module.encode(1));
  return instance.exports.f as Unary;
}

/** Relative difference, absolute below the smallest normal number. */
function error(found: number, expected: number): number {
  if (Object.is(found, expected) || found === expected) return 0;
  return Math.abs(found - expected) / Math.max(Math.abs(expected), 2 ** -1022);
}

describe.each(["exp", "logistic", "tanh"] as const)("%s in WebAssembly", (name) => {
  const reference: Unary = { exp: Math.exp, logistic: (x: number) => 1 / (1 + Math.exp(-x)), tanh: Math.tanh }[name];

  it("is the host's function to a few units in the last place", async () => {
    const f = await instantiate(name);
    fc.assert(
      fc.property(fc.double({ min: -800, max: 800, noNaN: true }), (x) => {
        expect(error(f(x), reference(x))).toBeLessThan(1e-15);
      }),
      { numRuns: 20_000, seed: 1 },
    );
  });

  it("keeps small arguments exact in relation to their size", async () => {
    const f = await instantiate(name);
    for (const x of [0, -0, 5e-324, 1e-300, 1e-20, 1e-9, 0.0499999, 0.05, 0.0500001, -0.05])
      expect(error(f(x), reference(x)), String(x)).toBeLessThan(1e-15);
  });

  it("takes infinities, NaN and what overflows", async () => {
    const f = await instantiate(name);
    for (const x of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1e308, -1e308, 709.7, 709.79, -708.4, -745, -746])
      expect(error(f(x), reference(x)), String(x)).toBeLessThan(1e-14);
    expect(f(Number.NaN)).toBeNaN();
  });
});
