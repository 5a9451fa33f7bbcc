import { type Constant, isOpaque, type Node } from "../../graph/graph.ts";
import type { OnnxGraph } from "./model.ts";

/** Inputs of a Slice that are bounds. */
const bounds = [1, 2];

/**
 * Exporters write int64's largest number for "to the end" of a Slice, and for a Loop that ends by its condition. It is
 * beyond what Setosa holds exactly, and anything beyond the data means the same: where nothing else reads it, ±2^53
 * stands for it.
 */
export function saturateSliceBounds(graph: OnnxGraph): OnnxGraph {
  const asBounds = new Set<string>();
  const otherwise = new Set<string>();
  for (const { domain, operator, inputs } of graph.nodes)
    inputs.forEach((name, position) => {
      const isBound = domain === "" && ((operator === "Slice" && bounds.includes(position)) || (operator === "Loop" && position === 0));
      (isBound ? asBounds : otherwise).add(name);
    });
  const isBound = (name: string): boolean => asBounds.has(name) && !otherwise.has(name);
  const constants = new Map<string, Constant>(graph.constants);
  for (const [name, constant] of graph.constants)
    if (isOpaque(constant) && constant.saturated !== undefined && isBound(name)) constants.set(name, constant.saturated);
  const nodes = graph.nodes.map((node): Node => {
    const value = node.attributes.get("value");
    if (node.domain !== "" || node.operator !== "Constant" || value?.kind !== "opaque" || value.saturated === undefined) return node;
    if (!isBound(node.outputs[0] ?? "")) return node;
    return { ...node, attributes: new Map([["value", { kind: "tensor", value: value.saturated }]]) };
  });
  return { ...graph, constants, nodes };
}
