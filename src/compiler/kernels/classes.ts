import { intsAttribute, stringsAttribute } from "../../graph/attributes.ts";
import type { Element, Emitter } from "../emitter.ts";
import { type Lowering, type LoweringNode, unsupported } from "../lowering.ts";
import type { RowsValue, StoredDType } from "../values.ts";
import type { Local } from "../wasm/function.ts";

/** The labels of a classifier as its label output gives them. */
export interface Classes {
  readonly count: number;
  readonly dtype: Extract<StoredDType, "int64" | "string">;
  /** Table of the labels in the kernel's memory, by class. */
  readonly address: number;
}

/** Reads `classlabels_strings` or the integer attribute, whose name differs between operators. */
export function lowerClasses(node: LoweringNode, integers: "classlabels_ints" | "classlabels_int64s", lowering: Lowering): Classes {
  const strings = stringsAttribute(node, "classlabels_strings") ?? [];
  if (strings.length > 0) {
    const table = Int32Array.from(strings, (text) => lowering.vocabulary.add(text));
    return { count: strings.length, dtype: "string", address: lowering.memory.constant(table) };
  }
  const labels = intsAttribute(node, integers) ?? [];
  if (labels.length === 0) unsupported(node, "it has no class labels");
  return { count: labels.length, dtype: "int64", address: lowering.memory.constant(Float64Array.from(labels)) };
}

/** Stores the label of the class whose position is in `index`. */
export function storeLabel(emitter: Emitter, classes: Classes, label: RowsValue, index: Local | number): void {
  emitter.store(label, 0, () => emitter.loadConstant(classes.dtype, classes.address, index));
}

/** Sets `best` to the position of the row's largest element: the first of equals, which with `single` are those of one float32. */
export function emitArgMax(emitter: Emitter, values: RowsValue, best: Local, single = false): void {
  const { fn } = emitter;
  const load = (element: Element): void => {
    emitter.loadF64(values, element);
    if (single) fn.op("f32.demote_f64", "f64.promote_f32");
  };
  const largest = fn.local("f64");
  fn.const("i32", 0).set(best);
  load(0);
  fn.set(largest);
  if (values.width < 2) return;
  emitter.elements(values.width, (element) => {
    load(element);
    fn.get(largest).op("f64.gt");
    fn.if(() => {
      emitter.position(element);
      fn.set(best);
      load(element);
      fn.set(largest);
    });
  });
}

/** The same among the elements whose `given` is not 0; 0 where there is none. */
export function emitArgMaxOfGiven(emitter: Emitter, values: RowsValue, given: RowsValue, best: Local, single = false): void {
  const { fn } = emitter;
  const load = (element: Element): void => {
    emitter.loadF64(values, element);
    if (single) fn.op("f32.demote_f64", "f64.promote_f32");
  };
  const largest = fn.local("f64");
  const any = fn.local("i32");
  fn.const("i32", 0).tee(best).set(any);
  emitter.elements(values.width, (element) => {
    emitter.load(given, element);
    fn.const("f64", 0).op("f64.ne");
    load(element);
    fn.get(largest).op("f64.gt").get(any).op("i32.eqz", "i32.or", "i32.and");
    fn.if(() => {
      emitter.position(element);
      fn.set(best);
      load(element);
      fn.set(largest).const("i32", 1).set(any);
    });
  });
}
