import { SetosaError } from "../../errors.ts";
import type { ValueInfo } from "../../graph/graph.ts";
import type { Feature } from "../../graph/signature.ts";
import { addCategoryColumns } from "../category-columns.ts";
import type { GraphParts } from "../graph-parts.ts";
import { type LightGbmFeature, signatureFeatures } from "./features.ts";
import { categoriesOf, missingOf, nearZero, type Tree } from "./trees.ts";

export interface Columns {
  readonly inputs: readonly ValueInfo[];
  readonly features: readonly Feature[];
  /** The value `[rows, columns]` that the trees read. */
  readonly rows: string;
}

/**
 * The graph's inputs, and the nodes from them to what the trees read: float64 columns in which categories are codes, and
 * zeros are missing where training read them so.
 */
export function addColumns(parts: GraphParts, features: readonly LightGbmFeature[], trees: readonly Tree[]): Columns {
  const { inputs, places, rows } = addCategoryColumns(parts, features, "float64");
  const truncated = truncateCategories(parts, rows, features.length, trees);
  return { inputs, features: signatureFeatures(features, places), rows: missingZeros(parts, truncated, features.length, trees) };
}

/** A category's code is the number cut towards zero, as C casts it: sign(x)·floor(|x|). */
function truncateCategories(parts: GraphParts, rows: string, count: number, trees: readonly Tree[]): string {
  const categorical = new Set<number>();
  for (const tree of trees)
    for (let split = 0; split < tree.splits; split++)
      if (categoriesOf(tree, split) !== undefined) categorical.add(tree.features[split] as number);
  if (categorical.size === 0) return rows;
  const whole = parts.node("Floor", [parts.node("Abs", [rows], "sizes")], "floors");
  const codes = parts.node("Mul", [parts.node("Sign", [rows], "signs"), whole], "codes");
  const mask = parts.constant("isCategorical", { dtype: "bool", shape: [1, count], data: maskOf(count, categorical) });
  return parts.node("Where", [mask, codes, rows], "coded");
}

/** NaN where a value is near zero in a column whose zeros are missing values. */
function missingZeros(parts: GraphParts, rows: string, count: number, trees: readonly Tree[]): string {
  const zero = new Set<number>();
  const other = new Set<number>();
  for (const tree of trees)
    for (let split = 0; split < tree.splits; split++)
      if (categoriesOf(tree, split) === undefined) (missingOf(tree, split) === "zero" ? zero : other).add(tree.features[split] as number);
  if (zero.size === 0) return rows;
  if ([...zero].some((feature) => other.has(feature)))
    throw new SetosaError("OPERATOR_UNSUPPORTED", "Splits of one feature differ in whether zeros are missing values.", {
      path: "decision_type",
    });
  const limits = Array.from({ length: count }, (_, feature) => (zero.has(feature) ? nearZero : -1));
  const isZero = parts.node("LessOrEqual", [parts.node("Abs", [rows], "magnitudes"), parts.row("zeros", "float64", limits)], "isZero");
  return parts.node("Where", [isZero, parts.row("missing", "float64", [Number.NaN]), rows], "rows");
}

function maskOf(count: number, features: ReadonlySet<number>): Uint8Array {
  return Uint8Array.from({ length: count }, (_, feature) => (features.has(feature) ? 1 : 0));
}
