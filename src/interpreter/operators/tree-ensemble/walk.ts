import { type Call, misfit, unsupported } from "../../evaluate.ts";
import { type Table, tableInput } from "../../table.ts";
import type { LeafWeight, Split, SplitMode, Tree } from "./tree-ensemble.ts";

/** NaN compares false everywhere but in NEQ. */
const comparisons: { readonly [M in SplitMode]: (value: number, threshold: number, split: Split) => boolean } = {
  BRANCH_LEQ: (value, threshold) => value <= threshold,
  BRANCH_LT: (value, threshold) => value < threshold,
  BRANCH_GTE: (value, threshold) => value >= threshold,
  BRANCH_GT: (value, threshold) => value > threshold,
  BRANCH_EQ: (value, threshold) => value === threshold,
  BRANCH_NEQ: (value, threshold) => value !== threshold,
  BRANCH_MEMBER: (value, _, { members }) => members?.some((member) => member === value) === true,
};

/** The input in the precision that thresholds are compared in: float64 rows in float64, all others in float32, as in ONNX Runtime. */
export function comparedInput(call: Call): Table {
  const table = tableInput(call);
  if (table.input.dtype === "bool") unsupported(call, "booleans");
  if (table.input.dtype === "float64") return table;
  return { ...table, values: table.values.map((row) => row.map(Math.fround)) };
}

/** The weights of the leaf that a row comes to. */
export function walk(call: Call, { root, nodes }: Tree, row: Float64Array): readonly LeafWeight[] {
  let node = nodes.get(root);
  while (node?.kind === "split") {
    const value = row[node.feature] ?? misfit(call, `a tree reads feature ${node.feature}`);
    const isTrue = comparisons[node.mode](value, node.threshold, node) || (node.missingIsTrue && Number.isNaN(value));
    node = nodes.get(isTrue ? node.whenTrue : node.whenFalse);
  }
  return node?.weights ?? [];
}
