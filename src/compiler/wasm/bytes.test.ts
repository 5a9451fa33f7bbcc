import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteWriter } from "./bytes.ts";
import { simdSupported } from "./features.ts";
import { WasmFunction } from "./function.ts";
import { WasmModule } from "./module.ts";

async function run(fn: WasmFunction, ...values: number[]): Promise<unknown> {
  const module = new WasmModule();
  module.add(fn, "f");
  const { instance } = await WebAssembly.instantiate(module.encode(1));
  return (instance.exports.f as (...values: number[]) => unknown)(...values);
}

describe("the WebAssembly encoder", () => {
  it("writes LEB128 as the specification's examples have it", () => {
    expect([...new ByteWriter().unsigned(624_485).finish()]).toEqual([0xe5, 0x8e, 0x26]);
    expect([...new ByteWriter().signed32(-123_456).finish()]).toEqual([0xc0, 0xbb, 0x78]);
    expect([...new ByteWriter().signed64(-123_456n).finish()]).toEqual([0xc0, 0xbb, 0x78]);
    expect([...new ByteWriter().unsigned(2 ** 32 - 1).finish()]).toEqual([0xff, 0xff, 0xff, 0xff, 0x0f]);
  });

  it("gives every constant back from an engine", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.double(), fc.float(), async (i32, f64, f32) => {
        expect(await run(new WasmFunction([], ["i32"]).const("i32", i32))).toBe(i32);
        expect(await run(new WasmFunction([], ["f64"]).const("f64", f64))).toBe(f64);
        expect(await run(new WasmFunction([], ["f32"]).const("f32", f32))).toBe(f32);
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  it("counts, branches and calls", async () => {
    const fn = new WasmFunction(["i32"], ["i32"]);
    const counter = fn.local("i32");
    const sum = fn.local("i32");
    fn.count(counter, 0, 10, 3, () => fn.get(sum).get(counter).op("i32.add").set(sum));
    fn.get(fn.parameter(0)).if(
      () => fn.get(sum),
      () => fn.const("i32", -1),
      "i32",
    );
    expect(await run(fn, 1)).toBe(18);
    expect(await run(fn, 0)).toBe(-1);
  });

  it("finds SIMD where it is", () => {
    expect(simdSupported()).toBe(true);
  });
});
