import type { Emitter } from "../../emitter.ts";
import { type Lowering, type LoweringNode, tableInput } from "../../lowering.ts";
import type { RowsValue } from "../../values.ts";
import { canonicalize } from "./canonicalize.ts";
import { lowerExtremes } from "./extremes.ts";
import type { Forest } from "./forest.ts";
import { paddedTargets } from "./leaves.ts";
import type { TreeStructure } from "./structure.ts";
import { lowerTraversal } from "./traverse.ts";

/** What a forest makes of each row. */
export interface Sums {
  /** float64 `[rows, targets]`, or wider. */
  readonly sums: RowsValue;
  readonly emit: (emitter: Emitter) => void;
  readonly trees: number;
}

/** ONNX Runtime compares float64 rows in float64, and rows of any other type in float32. */
export function precisionOf(input: RowsValue): Forest["precision"] {
  return input.dtype === "float64" ? "float64" : "float32";
}

/** The code that leaves each row's sums over the trees. */
export function lowerSums(node: LoweringNode, structure: TreeStructure, targets: number, lowering: Lowering): Sums {
  const input = tableInput(node);
  const forest = canonicalize(node, structure, input.width, targets, precisionOf(input));
  const sums = lowering.allocate("float64", ["rows", paddedTargets(targets)]);
  return { sums, emit: lowerTraversal(forest, input, sums, lowering), trees: forest.trees.length };
}

/** The same with the smallest or largest value instead of the sum; with several targets `structure` says which its leaves have. */
export function lowerExtremesOf(
  node: LoweringNode,
  structure: TreeStructure,
  targets: number,
  aggregate: "MIN" | "MAX",
  lowering: Lowering,
): Sums {
  const input = tableInput(node);
  const forest = canonicalize(node, structure, input.width, targets === 1 ? 1 : 2 * targets, precisionOf(input));
  const sums = lowering.allocate("float64", ["rows", targets]);
  return { sums, emit: lowerExtremes(forest, input, sums, aggregate, lowering), trees: forest.trees.length };
}
