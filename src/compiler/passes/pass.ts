import type { Graph, Node } from "../../graph/graph.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** Evaluates a node on constants; the interpreter's way of doing it, handed in because the compiler does not know it. */
export type EvaluateNode = (node: Node, inputs: readonly (Tensor | undefined)[], opset: number) => readonly Tensor[];

/** Rewrites a graph to one that gives the same outputs for every input. */
export type Pass = (graph: Graph, evaluate: EvaluateNode | undefined) => Graph;
