import type { Emitter } from "../emitter.ts";
import type { Lowering } from "../lowering.ts";
import type { Local } from "../wasm/function.ts";

/** A sorted list of numbers in the kernel's memory, to find values in. */
export interface Lookup {
  readonly count: number;
  readonly address: number;
}

/** @param keys Ascending, each once, without NaN */
export function lowerLookup(keys: Float64Array, lowering: Lowering): Lookup {
  // One more, so that the search may read where an empty list has nothing.
  return { count: keys.length, address: lowering.memory.constant(Float64Array.of(...keys, Number.NaN)) };
}

/** Sets `at` to the position of `value` (f64) in the list; to `count` when it is another number, to `count + 1` when it is NaN. */
export function emitLookup({ fn }: Emitter, { count, address }: Lookup, value: Local, at: Local): void {
  const next = fn.local("i32");
  fn.const("i32", 0).set(at);
  // The position of the last key that is not above the value: by halves, without a branch to guess.
  for (let half = 2 ** Math.ceil(Math.log2(Math.max(count, 1))) / 2; half >= 1; half /= 2) {
    fn.get(at).const("i32", half).op("i32.add").set(next).get(next).get(at);
    fn.get(next).const("i32", count).op("i32.lt_u");
    // Behind the list stands NaN, and a position further on is not read.
    fn.get(next).const("i32", count).get(next).const("i32", count).op("i32.lt_u", "select");
    fn.const("i32", 3).op("i32.shl").memory("f64.load", address).get(value).op("f64.le", "i32.and", "select").set(at);
  }
  fn.get(at);
  fn.const("i32", count + 1)
    .const("i32", count)
    .get(value)
    .get(value)
    .op("f64.ne", "select");
  fn.get(at).const("i32", 3).op("i32.shl").memory("f64.load", address).get(value).op("f64.eq", "select").set(at);
}
