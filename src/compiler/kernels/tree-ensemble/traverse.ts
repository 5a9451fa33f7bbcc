import type { Emitter } from "../../emitter.ts";
import type { Lowering } from "../../lowering.ts";
import type { RowsValue } from "../../values.ts";
import { planBitVectors } from "./bit-vector-tables.ts";
import { lowerBitVectors } from "./bit-vectors.ts";
import { type Features, lowerFeatures } from "./features.ts";
import type { Forest } from "./forest.ts";
import { lowerLinked } from "./linked.ts";
import { lowerPadded } from "./padded.ts";
import { planRuns } from "./plan.ts";

/** What the code of every run of trees reads and writes. */
export interface Traversal {
  readonly forest: Forest;
  readonly features: Features;
  /** float64 `[rows, targets]`, in whole SIMD registers: see `paddedColumns`. */
  readonly sums: RowsValue;
  readonly lowering: Lowering;
}

/**
 * Lays a forest out in memory and gives the code that sets every row's `sums` to the total of its leaves.
 *
 * Where trees are walked, they are the outer loop and rows the inner one, so that a group of trees stays in the L1 cache
 * while a block of rows passes through it.
 */
export function lowerTraversal(forest: Forest, input: RowsValue, sums: RowsValue, lowering: Lowering): (emitter: Emitter) => void {
  const bitVectors = planBitVectors(forest, lowering.simd);
  const features = lowerFeatures(forest, input, bitVectors === undefined && forest.missingGoesLower, lowering);
  const traversal: Traversal = { forest, features, sums, lowering };
  const traverse = bitVectors === undefined ? lowerWalks(traversal) : lowerBitVectors(bitVectors, traversal);
  return (emitter) => {
    features.emit?.(emitter);
    traverse(emitter);
  };
}

function lowerWalks(traversal: Traversal): (emitter: Emitter) => void {
  const { forest, sums } = traversal;
  const emits = planRuns(forest.trees).map((run) => (run.layout === "padded" ? lowerPadded(run, traversal) : lowerLinked(run, traversal)));
  return (emitter) => {
    emitter.eachRow([sums], () => emitter.elements(sums.width, (target) => emitter.store(sums, target, () => emitter.fn.const("f64", 0))));
    for (const emit of emits) emit(emitter);
  };
}
