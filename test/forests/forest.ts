import type { Precision } from "./neighbours.ts";

/** Trees as a test thinks of them, and the walk that every engine has to agree with. */

export type Mode = "BRANCH_LEQ" | "BRANCH_LT" | "BRANCH_GT" | "BRANCH_GTE" | "BRANCH_EQ" | "BRANCH_NEQ" | "BRANCH_MEMBER";

export interface SplitNode {
  readonly mode: Mode;
  readonly feature: number;
  readonly threshold: number;
  /** What BRANCH_MEMBER, which only TreeEnsemble has, asks for. */
  readonly members?: readonly number[];
  /** Whether a missing value goes the way of true. */
  readonly tracks: boolean;
  /** Positions of the children. */
  readonly yes: number;
  readonly no: number;
}

/** What a leaf adds: pairs of a target and a weight. */
export interface LeafNode {
  readonly weights: readonly (readonly [target: number, weight: number])[];
}

export type TreeNode = SplitNode | LeafNode;

/** The root is the first node. */
export type TestTree = readonly TreeNode[];

export interface TestForest {
  readonly columns: number;
  readonly targets: number;
  readonly trees: readonly TestTree[];
  /** In which rows and thresholds are compared. */
  readonly precision: Precision;
}

const holds: { readonly [M in Mode]: (x: number, threshold: number, members: readonly number[]) => boolean } = {
  BRANCH_LEQ: (x, threshold) => x <= threshold,
  BRANCH_LT: (x, threshold) => x < threshold,
  BRANCH_GT: (x, threshold) => x > threshold,
  BRANCH_GTE: (x, threshold) => x >= threshold,
  BRANCH_EQ: (x, threshold) => x === threshold,
  BRANCH_NEQ: (x, threshold) => x !== threshold,
  BRANCH_MEMBER: (x, _, members) => members.some((member) => member === x),
};

export function leafOf(tree: TestTree, row: ArrayLike<number>): LeafNode {
  let node = tree[0] as TreeNode;
  while ("mode" in node) {
    const x = row[node.feature] as number;
    const goesTrue = holds[node.mode](x, node.threshold, node.members ?? []) || (node.tracks && Number.isNaN(x));
    node = tree[goesTrue ? node.yes : node.no] as TreeNode;
  }
  return node;
}

/** Every target's total of the leaves that a row comes to, in the order of the trees. */
export function sumsOf({ trees, targets, precision }: TestForest, row: ArrayLike<number>): number[] {
  const compared = precision === "float32" ? Float32Array.from(row) : row;
  const sums = new Array<number>(targets).fill(0);
  for (const tree of trees) for (const [target, weight] of leafOf(tree, compared).weights) sums[target] = (sums[target] as number) + weight;
  return sums;
}
