import { treeTables } from "../compiler/kernels/tree-ensemble/attributes.ts";
import { canonicalize } from "../compiler/kernels/tree-ensemble/canonicalize.ts";
import { distinct, isNowhereNegative } from "../compiler/kernels/tree-ensemble/class-weights.ts";
import { ensembleStructure } from "../compiler/kernels/tree-ensemble/ensemble-structure.ts";
import { aggregateName, treeEnsembleStructure } from "../compiler/kernels/tree-ensemble/tree-ensemble-structure.ts";
import { intAttribute, stringAttribute } from "../graph/attributes.ts";
import { type Node, operatorName } from "../graph/graph.ts";
import { withCovers } from "./covers.ts";
import { refuse } from "./refuse.ts";
import type { CoveredForest } from "./trees/weighted-forest.ts";

/** What is made of the sums: nothing, or a function of each, or of all. `other` is not told apart. */
export type Link = "identity" | "logistic" | "softmax" | "exp" | "other";

/** A tree ensemble, and what its operator makes of the trees' sums. */
export interface Ensemble {
  readonly forest: CoveredForest;
  readonly targets: number;
  /** Added to the sums. */
  readonly base: readonly number[];
  /** What the sums are multiplied by before. */
  readonly factor: number;
  readonly link: Link;
  /** Of two classes' single score: a share of the rows, so that the first class has the rest; or a margin, of which it has the negative. */
  readonly single?: "share" | "margin";
}

export function isEnsemble(node: Node): boolean {
  const name = operatorName(node);
  return name === "ai.onnx.ml.TreeEnsemble" || name === "ai.onnx.ml.TreeEnsembleClassifier" || name === "ai.onnx.ml.TreeEnsembleRegressor";
}

/**
 * Reads the trees of an ensemble as the compiler does.
 * @param columns Of the rows that it reads
 * @throws SetosaError EXPLANATION_UNSUPPORTED, OPERATOR_UNSUPPORTED
 */
export function readEnsemble(node: Node, columns: number, precision: CoveredForest["precision"]): Ensemble {
  switch (node.operator) {
    case "TreeEnsembleClassifier":
      return readClassifier(node, columns, precision);
    case "TreeEnsembleRegressor":
      return readRegressor(node, columns, precision);
    default:
      return readTargets(node, columns, precision);
  }
}

function readClassifier(node: Node, columns: number, precision: CoveredForest["precision"]): Ensemble {
  const tables = treeTables(node, "class");
  const labels = node.attributes.get("classlabels_int64s") ?? node.attributes.get("classlabels_strings");
  const classes = labels?.kind === "ints" || labels?.kind === "strings" ? labels.value.length : 0;
  if (classes < 2) refuse("it has one class");
  const transform = stringAttribute(node, "post_transform") ?? "NONE";
  const isSingle = classes === 2 && distinct(tables.leafTargets).size === 1 && tables.leafTargets[0] === 0;
  const targets = isSingle ? 1 : classes;
  const structure = withCovers(node, ensembleStructure(node, tables, targets), targets);
  const forest = canonicalize(node, structure, columns, targets + 1, precision);
  const isShare = isNowhereNegative(tables.leafWeights) && transform !== "LOGISTIC";
  return {
    forest,
    targets,
    base: baseOf(tables.baseValues, targets),
    factor: 1,
    link: linkOf(transform),
    ...(isSingle ? { single: isShare ? "share" : "margin" } : {}),
  };
}

function readRegressor(node: Node, columns: number, precision: CoveredForest["precision"]): Ensemble {
  const targets = intAttribute(node, "n_targets", 1);
  const tables = treeTables(node, "target");
  const structure = withCovers(node, ensembleStructure(node, tables, targets), targets);
  const forest = canonicalize(node, structure, columns, targets + 1, precision);
  const transform = stringAttribute(node, "post_transform") ?? "NONE";
  const factor = factorOf(stringAttribute(node, "aggregate_function") ?? "SUM", forest.trees.length);
  // Of a single target ONNX Runtime transforms PROBIT only.
  const link = targets === 1 && transform !== "PROBIT" ? "identity" : linkOf(transform);
  return { forest, targets, base: baseOf(tables.baseValues, targets), factor, link };
}

/** By their number in ai.onnx.ml 5. */
const transforms = ["NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"];

function readTargets(node: Node, columns: number, precision: CoveredForest["precision"]): Ensemble {
  const targets = intAttribute(node, "n_targets", 1);
  const structure = withCovers(node, treeEnsembleStructure(node, targets), targets);
  const forest = canonicalize(node, structure, columns, targets + 1, precision);
  const transform = transforms[intAttribute(node, "post_transform", 0)] ?? "NONE";
  const link = targets === 1 && transform !== "PROBIT" ? "identity" : linkOf(transform);
  return { forest, targets, base: baseOf([], targets), factor: factorOf(aggregateName(node), forest.trees.length), link };
}

function linkOf(transform: string): Link {
  return transform === "NONE" ? "identity" : transform === "LOGISTIC" ? "logistic" : transform === "SOFTMAX" ? "softmax" : "other";
}

function factorOf(aggregate: string, trees: number): number {
  if (aggregate === "SUM") return 1;
  return aggregate === "AVERAGE" ? 1 / trees : refuse(`it takes the ${aggregate} of its trees instead of their sum`);
}

function baseOf(values: ArrayLike<number>, targets: number): number[] {
  if (values.length !== 0 && values.length !== targets) refuse(`it has ${values.length} base values for ${targets} sums`);
  return Array.from({ length: targets }, (_, target) => values[target] ?? 0);
}
