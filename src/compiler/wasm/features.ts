import { WasmFunction } from "./function.ts";
import { WasmModule } from "./module.ts";

let simd: boolean | undefined;

/** Whether the host runs 128-bit SIMD: asked once, by validating a function that uses it. */
export function simdSupported(): boolean {
  if (simd === undefined) {
    const module = new WasmModule();
    module.add(new WasmFunction().const("f64", 0).op("f64x2.splat", "drop"));
    simd = WebAssembly.validate(module.encode(1));
  }
  return simd;
}
