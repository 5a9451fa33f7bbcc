import type { Emitter } from "../../emitter.ts";
import type { Lowering } from "../../lowering.ts";
import type { RowsValue } from "../../values.ts";
import { lowerBitVectors } from "./bit-vectors.ts";
import { type Features, lowerFeatures } from "./features.ts";
import type { Forest } from "./forest.ts";
import { leafPrecision } from "./leaves.ts";
import { lowerLinked } from "./linked.ts";
import { floatFormat, type NodeFormat, rankedFormat } from "./node-format.ts";
import { lowerPadded } from "./padded.ts";
import { planForest, planRuns } from "./plan.ts";
import { lowerRankedFeatures } from "./ranked-features.ts";

/** What the code of every run of trees reads and writes. */
export interface Traversal {
  readonly forest: Forest;
  readonly features: Features;
  /** How leaves lie in memory. */
  readonly leaves: Forest["precision"];
  /** float64 `[rows, targets]`, in whole SIMD registers: see `paddedTargets`. */
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
  const plan = planForest(forest, lowering);
  const values = lowerFeatures(forest, input, plan.layout === "values" && forest.missingGoesLower, lowering);
  const features = plan.layout === "ranks" ? lowerRankedFeatures(forest, plan.thresholds, values, lowering) : values;
  const traversal: Traversal = { forest, features, leaves: leafPrecision(forest), sums, lowering };
  const traverse =
    plan.layout === "bit-vectors"
      ? lowerBitVectors(plan.plan, traversal)
      : lowerWalks(traversal, plan.layout === "ranks" ? rankedFormat(plan.thresholds, features) : floatFormat(forest.precision, features));
  return (emitter) => {
    features.emit?.(emitter);
    traverse(emitter);
  };
}

function lowerWalks(traversal: Traversal, format: NodeFormat): (emitter: Emitter) => void {
  const { forest, sums } = traversal;
  const emits = planRuns(forest.trees, format.bytes).map((run) =>
    (run.layout === "padded" ? lowerPadded : lowerLinked)(run, traversal, format),
  );
  return (emitter) => {
    emitter.eachRow([sums], () => emitter.elements(sums.width, (target) => emitter.store(sums, target, () => emitter.fn.const("f64", 0))));
    for (const emit of emits) emit(emitter);
  };
}
