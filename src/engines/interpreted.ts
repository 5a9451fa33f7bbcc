import type { Graph } from "../graph/graph.ts";
import { interpret } from "../interpreter/interpret.ts";
import type { Engine } from "./engine.ts";

/** The engine that evaluates the graph node by node: slow and plain, for comparison. */
export function interpretedEngine(graph: Graph, reason: string): Engine {
  return { kind: "interpreted", reason, run: async (inputs) => interpret(graph, inputs), close: async () => {} };
}
