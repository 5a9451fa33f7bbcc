import type { Local, WasmFunction } from "../../wasm/function.ts";
import type { Term } from "./matrix.ts";

/** From the row's element and the matrix's on the stack to what is summed. */
export function emitTerm(fn: WasmFunction, term: Term, difference: Local, f: "f64" | "f64x2"): void {
  if (term === "product") fn.op(`${f}.mul`);
  else if (term === "absolute difference") fn.op(`${f}.sub`, `${f}.abs`);
  else fn.op(`${f}.sub`).set(difference).get(difference).get(difference).op(`${f}.mul`);
}
