import { compactIntsAttribute, intsAttribute, stringsAttribute } from "../../graph/attributes.ts";
import { type Attribute, type Graph, type Node, operatorName } from "../../graph/graph.ts";

/** The attributes of a tree ensemble that say what its leaves give: of classes, or of targets. */
export type LeafPrefix = "class" | "target";

/** Undefined for a node that is no tree ensemble of ai.onnx.ml 1 to 3. */
export function leafPrefix(node: Node): LeafPrefix | undefined {
  switch (operatorName(node)) {
    case "ai.onnx.ml.TreeEnsembleClassifier":
      return "class";
    case "ai.onnx.ml.TreeEnsembleRegressor":
      return "target";
    default:
      return undefined;
  }
}

export function hasOneTree(node: Node): boolean {
  const ids = compactIntsAttribute(node, "nodes_treeids");
  if (ids === undefined || ids.length === 0) return false;
  for (let position = 1; position < ids.length; position++) if (ids[position] !== ids[0]) return false;
  return true;
}

/** Ids of the nodes that are leaves. */
export function leafIds(node: Node): number[] {
  const ids = intsAttribute(node, "nodes_nodeids") ?? new Float64Array();
  const modes = stringsAttribute(node, "nodes_modes") ?? [];
  return Array.from(ids).filter((_, position) => modes[position] === "LEAF");
}

/** The same node with some attributes replaced; undefined takes one away. */
export function withAttributes(node: Node, changes: Readonly<Record<string, Attribute | undefined>>): Node {
  const attributes = new Map(node.attributes);
  for (const [name, attribute] of Object.entries(changes)) {
    if (attribute === undefined) attributes.delete(name);
    else attributes.set(name, attribute);
  }
  return { ...node, attributes };
}

/** How many times each value is read, by nodes and as an output. */
export function readCounts(graph: Pick<Graph, "nodes" | "outputs">): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const names = [...graph.nodes.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ name }) => name)];
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
