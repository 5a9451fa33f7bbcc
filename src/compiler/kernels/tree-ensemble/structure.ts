import type { Node } from "../../../graph/graph.ts";
import { unsupported } from "../../lowering.ts";

/** Codes of `nodes_modes` in ai.onnx.ml 5; a leaf is no mode there, and has the next number here. */
export const mode = { leq: 0, lt: 1, gte: 2, gt: 3, eq: 4, neq: 5, member: 6, leaf: 7 } as const;

/** The codes of the texts that ai.onnx.ml 1 to 3 have instead. */
export const modeByText: ReadonlyMap<string, number> = new Map([
  ["BRANCH_LEQ", mode.leq],
  ["BRANCH_LT", mode.lt],
  ["BRANCH_GTE", mode.gte],
  ["BRANCH_GT", mode.gt],
  ["BRANCH_EQ", mode.eq],
  ["BRANCH_NEQ", mode.neq],
  ["LEAF", mode.leaf],
]);

/** Trees as every ONNX operator's tables describe them, by position in those tables; nothing but lengths is checked yet. */
export interface TreeStructure {
  /** Position of every tree's root. */
  readonly roots: ArrayLike<number>;
  readonly modes: Uint8Array;
  readonly features: ArrayLike<number>;
  readonly thresholds: ArrayLike<number>;
  /** Whether NaN goes the way of true. */
  readonly missingIsTrue: ArrayLike<number>;
  /** Positions of the children; -1 where there is none. */
  readonly whenTrue: Int32Array;
  readonly whenFalse: Int32Array;
  /** Categories of the `member` nodes, by position. */
  readonly members: ReadonlyMap<number, Float64Array>;
  /** Where a leaf's values start in `leafValues`; -1 for a leaf without any. */
  readonly leafStarts: Int32Array;
  readonly leafValues: Float64Array;
}

/**
 * A leaf has a place for every target, whether it gives it a weight or not. A file of a few thousand leaves that claims
 * tens of thousands of targets would take gigabytes: such a forest is refused.
 */
export function leafPlaces(node: Node, leaves: number, targets: number): number {
  const places = leaves * targets;
  if (places > freePlaces + placesPerLeaf * leaves) unsupported(node, `${leaves} leaves for ${targets} targets`);
  return places;
}

const freePlaces = 2 ** 23;
const placesPerLeaf = 64;
