import { intAttribute } from "../../graph/attributes.ts";
import { type Graph, type Node, operatorName } from "../../graph/graph.ts";
import { isControlOperator } from "../../graph/operators.ts";
import { readSelectedColumns } from "./column-selection.ts";
import { foldConstants, hasConstantNodes } from "./constant-folding.ts";
import { hasTabulableTrees, tabulateLeaves } from "./leaf-tabulation.ts";
import type { EvaluateNode, Pass } from "./pass.ts";
import { mergeTrees } from "./tree-merging.ts";

/** In the order in which they run. */
const passes = {
  "constant-folding": foldConstants,
  "column-selection": readSelectedColumns,
  "leaf-tabulation": tabulateLeaves,
  "tree-merging": mergeTrees,
} as const satisfies Readonly<Record<string, Pass>>;

export type PassName = keyof typeof passes;

export const passNames = Object.keys(passes) as readonly PassName[];

/** Applies the named passes, in the table's order. */
export function rewrite(graph: Graph, names: readonly PassName[], evaluate: EvaluateNode | undefined): Graph {
  return passNames.filter((name) => names.includes(name)).reduce((rewritten, name) => passes[name](rewritten, evaluate), graph);
}

/** Operators whose lowering evaluates them: they move elements, or give shapes. */
const evaluated: ReadonlySet<string> = new Set(
  "Compress Expand Gather GatherElements GatherND Pad ScatterElements ScatterND Shape Slice Split Squeeze Tile Transpose Unsqueeze".split(
    " ",
  ),
);

/** Some axes make these operators ones that move elements; of the last one of a Concat that is seen when it is lowered. */
function movesRows(node: Node): boolean {
  const axis = intAttribute(node, "axis", 1);
  return (node.operator === "Concat" && axis !== -1 && axis !== 1) || (node.operator === "Flatten" && axis !== 1);
}

/** Whether a pass or a lowering has something to evaluate in the graph. */
export function needsEvaluator(graph: Graph): boolean {
  return (
    hasConstantNodes(graph) ||
    hasTabulableTrees(graph) ||
    graph.nodes.some((node) => evaluated.has(node.operator) || movesRows(node) || isControlOperator(operatorName(node)))
  );
}
