import { type Graph, isOpaque, type Node, operatorName } from "../../graph/graph.ts";
import { formatShape } from "../../tensor/shape.ts";

/** A node of a drawing, or several of a graph's that follow each other without a branch. */
export interface Step {
  readonly id: string;
  readonly kind: "input" | "node" | "output";
  /** What stands beside it. */
  readonly text: string;
  /** Values that come in over edges; constants have none. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** A graph of more nodes is drawn with its chains folded. */
const mostUnfolded = 24;
/** Operators of a chain that are named. */
const mostNamed = 6;

/** The steps of a drawing, from inputs to outputs, each behind those that it reads from. */
export function drawingPlan(graph: Graph): readonly Step[] {
  const nodes = graph.nodes.map((node, index): Step => nodeStep(graph, node, index));
  const folded = nodes.length > mostUnfolded ? foldChains(nodes, graph) : nodes;
  return [
    ...graph.inputs.map(
      ({ name, dtype, shape }, index): Step => ({
        id: `i${index}`,
        kind: "input",
        text: `${name}: ${dtype}${formatShape(shape)}`,
        inputs: [],
        outputs: [name],
      }),
    ),
    ...folded,
    ...graph.outputs.map(
      ({ name, dtype, shape }, index): Step => ({
        id: `o${index}`,
        kind: "output",
        text: `${name}: ${dtype}${formatShape(shape)}`,
        inputs: [name],
        outputs: [],
      }),
    ),
  ];
}

function nodeStep(graph: Graph, node: Node, index: number): Step {
  const inputs = [...new Set(node.inputs.filter((name) => name !== "" && !graph.constants.has(name)))];
  const about = aboutNode(graph, node);
  return {
    id: `n${index}`,
    kind: "node",
    text: `${operatorName(node).replace(/^ai\.onnx\.ml\./, "")}${about === "" ? "" : `  ${about}`}`,
    inputs,
    outputs: node.outputs.filter((name) => name !== ""),
  };
}

/** What makes one node different from another of its operator: its trees, or the shapes of its weights. */
function aboutNode({ constants }: Graph, node: Node): string {
  const trees = node.attributes.get("nodes_treeids") ?? node.attributes.get("tree_roots");
  if (trees?.kind === "ints") {
    const roots = new Set(trees.value).size;
    const nodes = node.attributes.get("nodes_treeids") === undefined ? undefined : trees.value.length;
    return `${roots} ${roots === 1 ? "tree" : "trees"}${nodes === undefined ? "" : `, ${String(nodes).replace(/\B(?=(\d{3})+$)/g, ",")} nodes`}`;
  }
  const shapes = node.inputs.flatMap((name) => {
    const constant = constants.get(name);
    return constant === undefined || isOpaque(constant) || constant.data.length <= 1 ? [] : [constant.shape.join("×")];
  });
  return shapes.slice(0, 2).join(", ");
}

/** Puts nodes together that follow each other, where nothing else reads what goes between them. */
function foldChains(nodes: readonly Step[], graph: Graph): readonly Step[] {
  const readers = new Map<string, number>();
  for (const { inputs } of nodes) for (const name of inputs) readers.set(name, (readers.get(name) ?? 0) + 1);
  for (const { name } of graph.outputs) readers.set(name, (readers.get(name) ?? 0) + 2);
  const chains: Step[][] = [];
  const openEnds = new Map<string, Step[]>();
  for (const node of nodes) {
    const [input] = node.inputs;
    const chain = node.inputs.length === 1 && input !== undefined && readers.get(input) === 1 ? openEnds.get(input) : undefined;
    if (input !== undefined) openEnds.delete(input);
    const longer = chain ?? [];
    longer.push(node);
    if (chain === undefined) chains.push(longer);
    const [output, ...others] = node.outputs;
    if (output !== undefined && others.length === 0) openEnds.set(output, longer);
  }
  // A chain stands where its last node stood: everything that it reads has come by then.
  const order = new Map(nodes.map(({ id }, index) => [id, index]));
  const place = (chain: readonly Step[]) => order.get(chain.at(-1)?.id ?? "") ?? 0;
  return chains.sort((a, b) => place(a) - place(b)).map(foldedStep);
}

function foldedStep(chain: readonly Step[]): Step {
  const [first] = chain as readonly [Step];
  const last = chain.at(-1) as Step;
  if (chain.length === 1) return first;
  const names = chain.map(({ text }) => text.split("  ")[0] ?? "");
  const shown =
    names.length <= mostNamed
      ? names.join(" → ")
      : `${names.slice(0, mostNamed - 1).join(" → ")} → … → ${names.at(-1)}  (${names.length} nodes)`;
  return { ...first, text: shown, outputs: last.outputs };
}
