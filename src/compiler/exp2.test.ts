import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emitExp2Pair, exp2Locals } from "./exp2.ts";
import { WasmFunction } from "./wasm/function.ts";
import { WasmModule } from "./wasm/module.ts";

async function instantiate(): Promise<(a: number, b: number) => readonly [number, number]> {
  const module = new WasmModule();
  const fn = new WasmFunction([], []);
  fn.const("i32", 16).const("i32", 0).memory("v128.load");
  emitExp2Pair(fn, exp2Locals(fn));
  fn.memory("v128.store");
  module.add(fn, "run");
  const { instance } = await WebAssembly.instantiate(module.encode(1));
  const { memory, run } = instance.exports as unknown as { memory: { buffer: ArrayBuffer }; run: () => void };
  const numbers = new Float64Array(memory.buffer);
  return (a, b) => {
    numbers.set([a, b]);
    run();
    return [numbers[2] as number, numbers[3] as number];
  };
}

describe("2^t, two at once", () => {
  it("is the host's to the last digits", async () => {
    const exp2 = await instantiate();
    const number = fc.double({ min: -1020, max: 1023, noNaN: true });
    fc.assert(
      fc.property(number, number, (a, b) => {
        const found = exp2(a, b);
        [a, b].forEach((t, lane) => {
          const expected = 2 ** t;
          expect(Math.abs((found[lane] as number) - expected) / expected).toBeLessThan(2e-15);
        });
      }),
      { numRuns: 20_000, seed: 1 },
    );
  });

  it("is exact for whole numbers, and 1 at 0", async () => {
    const exp2 = await instantiate();
    for (const t of [0, -0, 1, -1, 52, -52, 1023, -1020]) expect(exp2(t, -1)).toEqual([2 ** t, 0.5]);
  });

  it("takes what is too small, and NaN", async () => {
    const exp2 = await instantiate();
    expect(exp2(-1021, -1e300)).toEqual([2 ** -1021, 0]);
    expect(exp2(Number.NEGATIVE_INFINITY, Number.NaN)).toEqual([0, Number.NaN]);
  });
});
