import type { Emitter } from "../../emitter.ts";
import type { Local } from "../../wasm/function.ts";
import type { NodeLayout } from "./tables.ts";
import type { Traversal } from "./traverse.ts";

/** Leaves 1 on the stack when the row goes to the lower child of the node at `node` + `offset`, else 0; NaN gives 0. */
export function emitGoesLower(emitter: Emitter, { forest, features }: Traversal, layout: NodeLayout, node: Local, offset: number): void {
  const { fn } = emitter;
  const f = forest.precision === "float32" ? "f32" : "f64";
  fn.get(node).memory("i32.load", offset + layout.slot);
  if (emitter.rows !== undefined) {
    emitter.pointer(features.columns);
    fn.op("i32.add");
  }
  fn.memory(`${f}.load`, features.columns.address);
  fn.get(node).memory(`${f}.load`, offset + layout.threshold);
  fn.op(`${f}.le`);
}
