import { SetosaError } from "../../errors.ts";
import { type Constant, type Graph, isOpaque, type Node, operatorName } from "../../graph/graph.ts";
import { isControlOperator } from "../../graph/operators.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { EvaluateNode, Pass } from "./pass.ts";

/** Larger results stay nodes: a few numbers in a file must not fill the memory. */
const maxElements = 2 ** 24;

/** Operators whose output's size is the value of an input. */
const expanding = new Set(["ConstantOfShape", "Expand", "EyeLike", "OneHot", "Pad", "Range", "Resize", "Tile"]);

/** Whether there is anything to fold, and so a need for an evaluator. */
export function hasConstantNodes({ nodes, constants }: Graph): boolean {
  return nodes.some(({ inputs }) => inputs.every((input) => input === "" || constants.has(input)));
}

/** Evaluates what depends on constants alone, once instead of for every row. What cannot be evaluated stays as it is. */
export const foldConstants: Pass = (graph, evaluate) => {
  if (evaluate === undefined) return graph;
  const constants = new Map<string, Constant>(graph.constants);
  const nodes = graph.nodes.filter((node) => {
    const outputs = folded(graph, node, constants, evaluate);
    if (outputs === undefined) return true;
    node.outputs.forEach((name, position) => {
      const value = outputs[position];
      if (name !== "" && value !== undefined) constants.set(name, value);
    });
    return false;
  });
  return nodes.length === graph.nodes.length ? graph : Object.freeze({ ...graph, constants, nodes: Object.freeze(nodes) });
};

function folded(graph: Graph, node: Node, constants: ReadonlyMap<string, Constant>, evaluate: EvaluateNode): readonly Tensor[] | undefined {
  const inputs: (Tensor | undefined)[] = [];
  for (const name of node.inputs) {
    const constant = constants.get(name);
    if (name !== "" && (constant === undefined || isOpaque(constant))) return undefined;
    inputs.push(constant as Tensor | undefined);
  }
  // Nodes with bodies are written out instead, with a bound to it.
  if (isControlOperator(operatorName(node)) || expandsTooFar(node, inputs)) return undefined;
  try {
    return evaluate(node, inputs, graph.opsets[node.domain] ?? Number.POSITIVE_INFINITY);
  } catch (error) {
    // Whoever lowers the node says why it cannot be.
    if (error instanceof SetosaError) return undefined;
    throw error;
  }
}

/** Whether a node's result would be larger than a constant may become. */
export function expandsTooFar(node: Node, inputs: readonly (Tensor | undefined)[]): boolean {
  return expanding.has(node.operator) && inputs.some(isLargeShape);
}

function isLargeShape(input: Tensor | undefined): boolean {
  if (input === undefined || input.dtype === "string") return false;
  let product = 1;
  for (const size of input.data) product *= Math.max(Math.abs(size), 1);
  return product > maxElements;
}
