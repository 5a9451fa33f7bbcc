import type { CategoryTest } from "./category-tests.ts";

/**
 * The canonical forest: what every tree format becomes before its code is written. A row goes to the
 * `lower` child when its feature's value is at most the threshold, else to the `upper` child.
 */
export interface Forest {
  /** Precision of features and thresholds in comparisons. */
  readonly precision: "float32" | "float64";
  /** Values that every leaf adds, one per target or class. */
  readonly targets: number;
  readonly trees: readonly Tree[];
  /** Whether any node sends a missing value to its lower child. */
  readonly missingGoesLower: boolean;
  /** Columns of a row. */
  readonly columns: number;
  /** Test i is the feature number `columns + i`: 0 where it holds, else 1. */
  readonly tests: readonly CategoryTest[];
}

/** Nodes by position, the root first; every node comes before its children. */
export interface Tree {
  readonly depth: number;
  /** The feature that a node reads; -1 for a leaf. */
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  /** Whether a missing value (NaN) goes to the lower child. */
  readonly missingLower: Uint8Array;
  readonly lower: Int32Array;
  readonly upper: Int32Array;
  /** A leaf's values, `targets` long, at `leaf × targets` of `leafValues`. */
  readonly leaf: Int32Array;
  readonly leafValues: Float64Array;
}
