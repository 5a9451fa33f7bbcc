import { intAttribute, intsAttribute } from "../../graph/attributes.ts";
import { type Graph, isOpaque, type Node, operatorName } from "../../graph/graph.ts";
import type { Pass } from "./pass.ts";
import { leafPrefix, withAttributes } from "./tree-nodes.ts";

/** Lets trees read their columns where they are: a selection of columns before a tree ensemble goes into its feature ids. */
export const readSelectedColumns: Pass = (graph) => {
  const selections = new Map<string, { readonly input: string; readonly columns: readonly number[] }>();
  let changed = false;
  const nodes = graph.nodes.map((node): Node => {
    const columns = selectedColumns(graph, node);
    const [input = "", ...rest] = node.inputs;
    if (columns !== undefined) selections.set(node.outputs[0] ?? "", { input, columns });
    const selection = selections.get(input);
    if (selection === undefined || leafPrefix(node) === undefined) return node;
    const features = intsAttribute(node, "nodes_featureids") ?? new Float64Array();
    // A leaf's feature id means nothing, and may be anything.
    const value = features.map((feature) => selection.columns[feature] ?? Number.NaN);
    const modes = node.attributes.get("nodes_modes");
    const isLeaf = (position: number): boolean => modes?.kind === "strings" && modes.value[position] === "LEAF";
    if (value.some((column, position) => Number.isNaN(column) && !isLeaf(position))) return node;
    changed = true;
    return {
      ...withAttributes(node, { nodes_featureids: { kind: "ints", value: value.map((column) => (Number.isNaN(column) ? 0 : column)) } }),
      inputs: [selection.input, ...rest],
    };
  });
  return changed ? Object.freeze({ ...graph, nodes: Object.freeze(nodes) }) : graph;
};

/** The columns that a node picks from a table by constant positions counted from the front. */
function selectedColumns(graph: Graph, node: Node): readonly number[] | undefined {
  const name = operatorName(node);
  const picks = name === "ai.onnx.ml.ArrayFeatureExtractor" || (name === "Gather" && intAttribute(node, "axis", 0) === 1);
  const positions = graph.constants.get(node.inputs[1] ?? "");
  if (!picks || positions === undefined || isOpaque(positions) || positions.dtype === "string") return undefined;
  if (name === "Gather" && positions.shape.length !== 1) return undefined;
  const columns = Array.from(positions.data);
  return columns.every((column) => column >= 0) ? columns : undefined;
}
