import { SetosaError } from "../../errors.ts";
import { type Constant, type Graph, isOpaque, type Node } from "../../graph/graph.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { selectLeaf, tabulated } from "./leaf-table.ts";
import type { EvaluateNode, Pass } from "./pass.ts";
import { isRowWise } from "./row-wise.ts";
import { hasOneTree, leafIds, leafPrefix } from "./tree-nodes.ts";

/** Larger trees stay as they are: what follows them would be evaluated for every leaf while loading. */
const maxLeaves = 100_000;

/** A value that follows from the leaf alone, for every leaf. */
interface LeafValue {
  readonly tree: Node;
  readonly byLeaf: Tensor;
}

/** Whether anything is computed from a single tree. */
export function hasTabulableTrees(graph: Graph): boolean {
  const trees = graph.nodes.filter((node) => leafPrefix(node) !== undefined && hasOneTree(node));
  const made = new Set(trees.flatMap(({ outputs }) => outputs));
  return graph.nodes.some((node) => node.inputs.some((input) => made.has(input)) && isRowWise(node));
}

/**
 * What is computed from one tree's output and constants is a function of the leaf: it is evaluated here for
 * every leaf, and becomes the leaf's value. Exporters write an isolation forest as a tree that gives the leaf's
 * number, followed by tables of depths and sizes and by arithmetic on them.
 */
export const tabulateLeaves: Pass = (graph, evaluate) => {
  if (evaluate === undefined || !hasTabulableTrees(graph)) return graph;
  const values = leafValues(graph, evaluate);
  const absorbed = new Set(graph.nodes.filter((node) => leafPrefix(node) === undefined && node.outputs.every((name) => values.has(name))));
  const constants = new Map<string, Constant>(graph.constants);
  const replacements = new Map<Node, readonly Node[]>();
  for (const tree of new Set([...values.values()].map((value) => value.tree))) {
    const own = new Set([...absorbed].filter(({ outputs }) => values.get(outputs[0] ?? "")?.tree === tree));
    const kept = graph.nodes.filter((node) => node !== tree && !own.has(node));
    const read = new Set([...kept.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ name }) => name)]);
    const needed = [tree, ...own].flatMap(({ outputs }) => outputs).filter((name) => read.has(name));
    const nodes = needed.length === 1 && own.size > 0 ? tabulated(tree, needed[0] as string, values, constants) : undefined;
    if (nodes === undefined) for (const node of own) absorbed.delete(node);
    else replacements.set(tree, nodes);
  }
  if (replacements.size === 0) return graph;
  const nodes = graph.nodes.filter((node) => !absorbed.has(node)).flatMap((node) => replacements.get(node) ?? [node]);
  return Object.freeze({ ...graph, constants, nodes: Object.freeze(nodes) });
};

function leafValues(graph: Graph, evaluate: EvaluateNode): ReadonlyMap<string, LeafValue> {
  const values = new Map<string, LeafValue>();
  for (const node of graph.nodes) {
    const prefix = leafPrefix(node);
    try {
      if (prefix !== undefined && hasOneTree(node)) {
        const count = leafIds(node).length;
        if (count < 2 || count > maxLeaves) continue;
        const [selector, leaves] = selectLeaf(node);
        keep(node, node, evaluate(selector, [leaves], opsetOf(graph, node)), count, values);
      } else follow(graph, node, evaluate, values);
    } catch (error) {
      // It stays as it is, and whoever lowers it says what is wrong.
      if (!(error instanceof SetosaError)) throw error;
    }
  }
  return values;
}

/** Evaluates a node that reads values of one tree, and constants. */
function follow(graph: Graph, node: Node, evaluate: EvaluateNode, values: Map<string, LeafValue>): void {
  if (!isRowWise(node)) return;
  let tree: Node | undefined;
  let count = 0;
  const inputs: (Tensor | undefined)[] = [];
  for (const name of node.inputs) {
    const value = values.get(name);
    const constant = graph.constants.get(name);
    if (value !== undefined) {
      if (tree !== undefined && tree !== value.tree) return;
      tree = value.tree;
      count = value.byLeaf.shape[0] ?? 0;
    } else if (name !== "" && (constant === undefined || isOpaque(constant))) return;
    inputs.push(value?.byLeaf ?? (constant as Tensor | undefined));
  }
  if (tree === undefined) return;
  // Beside a list of leaves, a list of constants would be read as one value for each leaf.
  const isTable = node.inputs.every((name) => (values.get(name)?.byLeaf.shape.length ?? 2) === 2);
  const mixes = node.inputs.some((name) => {
    const constant = graph.constants.get(name);
    if (constant === undefined || isOpaque(constant) || constant.data.length === 1 || node.operator === "Reshape") return false;
    return !isTable || constant.shape.length > 2 || (constant.shape.length === 2 && constant.shape[0] !== 1);
  });
  if (!mixes) keep(node, tree, evaluate(node, inputs, opsetOf(graph, node)), count, values);
}

function keep(node: Node, tree: Node, outputs: readonly Tensor[], leaves: number, values: Map<string, LeafValue>): void {
  if (outputs.some(({ shape }) => shape[0] !== leaves || shape.length > 2)) return;
  node.outputs.forEach((name, position) => {
    const byLeaf = outputs[position];
    if (name !== "" && byLeaf !== undefined) values.set(name, { tree, byLeaf });
  });
}

function opsetOf(graph: Graph, { domain }: Node): number {
  return graph.opsets[domain] ?? Number.POSITIVE_INFINITY;
}
