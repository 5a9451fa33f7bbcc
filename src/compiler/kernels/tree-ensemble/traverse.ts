import type { Emitter } from "../../emitter.ts";
import type { Lowering } from "../../lowering.ts";
import type { RowsValue } from "../../values.ts";
import type { Forest } from "./forest.ts";
import { lowerLinked } from "./linked.ts";
import { lowerPadded } from "./padded.ts";
import { planRuns } from "./plan.ts";
import type { Slots } from "./tables.ts";

/** What the code of every run of trees reads and writes. */
export interface Traversal {
  readonly forest: Forest;
  /** Where the rows lie, as `slots` says. */
  readonly features: RowsValue;
  readonly slots: Slots;
  /** float64 `[rows, targets]`, in whole SIMD registers: see `paddedColumns`. */
  readonly sums: RowsValue;
  readonly lowering: Lowering;
}

/**
 * Lays a forest out in memory and gives the code that sets every row's `sums` to the total of its leaves.
 *
 * Trees are the outer loop and rows the inner one, so that a group of trees stays in the L1 cache
 * while a block of rows passes through it.
 */
export function lowerTraversal(traversal: Traversal): (emitter: Emitter) => void {
  const { sums } = traversal;
  const emits = planRuns(traversal.forest.trees).map((run) =>
    run.layout === "padded" ? lowerPadded(run, traversal) : lowerLinked(run, traversal),
  );
  return (emitter) => {
    emitter.eachRow([sums], () => emitter.elements(sums.width, (target) => emitter.store(sums, target, () => emitter.fn.const("f64", 0))));
    for (const emit of emits) emit(emitter);
  };
}
