import type { Graph } from "../../graph/graph.ts";
import { foldConstants } from "./constant-folding.ts";
import type { EvaluateNode, Pass } from "./pass.ts";

/** In the order in which they run. */
const passes = {
  "constant-folding": foldConstants,
} as const satisfies Readonly<Record<string, Pass>>;

export type PassName = keyof typeof passes;

export const passNames = Object.keys(passes) as readonly PassName[];

/** Applies the named passes, in the table's order. */
export function rewrite(graph: Graph, names: readonly PassName[], evaluate: EvaluateNode | undefined): Graph {
  return passNames.filter((name) => names.includes(name)).reduce((rewritten, name) => passes[name](rewritten, evaluate), graph);
}
