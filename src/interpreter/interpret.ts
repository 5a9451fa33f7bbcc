import { SetosaError } from "../errors.ts";
import { type Graph, isOpaque, type Node, operatorName, type ValueInfo } from "../graph/graph.ts";
import { isOperator } from "../graph/operators.ts";
import { ElementBudget } from "../tensor/budget.ts";
import { type DeclaredShape, formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { unsupported } from "./evaluate.ts";
import { evaluators } from "./registry.ts";

/**
 * Evaluates a graph node by node, as plainly as the standard is written: slow, and what every other
 * engine is tested against. Its semantics are ONNX Runtime's where that departs from the standard, and
 * sums are taken in float64 and rounded once.
 * @param inputs In the order of the graph's inputs, of their types and shapes
 * @returns In the order of the graph's outputs
 * @throws SetosaError TENSOR_INVALID for inputs that do not fit; OPERATOR_UNSUPPORTED, MODEL_GRAPH_INVALID and
 *   MODEL_SHAPE_INVALID for nodes that cannot be evaluated; CATEGORY_UNKNOWN and ENGINE_FAILED for values that
 *   have no result
 */
export function interpret(graph: Graph, inputs: readonly Tensor[]): readonly Tensor[] {
  return new ElementBudget(mostElements).run(() => evaluateAll(graph, inputs));
}

/** Of all values that one evaluation makes: 1 GiB of float64. */
const mostElements = 2 ** 27;

function evaluateAll(graph: Graph, inputs: readonly Tensor[]): readonly Tensor[] {
  const values = new Map<string, Tensor>();
  for (const [name, constant] of graph.constants) if (!isOpaque(constant)) values.set(name, constant);
  if (inputs.length !== graph.inputs.length)
    throw new SetosaError("TENSOR_INVALID", `The graph has ${graph.inputs.length} inputs, and ${inputs.length} tensors are given.`);
  inputs.forEach((input, position) => {
    const info = graph.inputs[position];
    if (info !== undefined) values.set(info.name, checked(info, input));
  });

  for (const node of neededNodes(graph)) {
    const outputs = evaluate(graph, node, values);
    node.outputs.forEach((name, position) => {
      const output = outputs[position];
      if (output !== undefined && name !== "") values.set(name, output);
    });
  }
  return graph.outputs.map((info) => declared(info, values.get(info.name) ?? missing(info.name)));
}

function evaluate(graph: Graph, node: Node, values: ReadonlyMap<string, Tensor>): readonly Tensor[] {
  const inputs = node.inputs.map((input) => (input === "" ? undefined : (values.get(input) ?? unreadable(graph, node, input))));
  // Without an import the standard's checker refuses a model; the newest known form is the best guess.
  return evaluateNode(node, inputs, graph.opsets[node.domain] ?? Number.POSITIVE_INFINITY);
}

/**
 * Evaluates one node.
 * @param inputs By position; `undefined` where an optional one is left out
 * @param opset The version of the operator set that the node follows
 * @throws SetosaError as `interpret` does
 */
export function evaluateNode(node: Node, inputs: readonly (Tensor | undefined)[], opset: number): readonly Tensor[] {
  const name = operatorName(node);
  if (!isOperator(name)) unsupported({ node }, "it is not one of its operators");
  return evaluators[name]({ node, inputs, opset });
}

/** The nodes that an output depends on: the others may be of any operator. */
function neededNodes(graph: Graph): Node[] {
  const needed = new Set(graph.outputs.map(({ name }) => name));
  const nodes = graph.nodes.toReversed().filter((node) => {
    if (!node.outputs.some((output) => needed.has(output))) return false;
    for (const input of node.inputs) needed.add(input);
    return true;
  });
  return nodes.reverse();
}

function checked({ name, dtype, shape }: ValueInfo, input: Tensor): Tensor {
  if (input.dtype === dtype && fits(shape, input)) return input;
  const given = `${input.dtype}${formatShape(input.shape)}`;
  throw new SetosaError("TENSOR_INVALID", `The input "${name}" should be ${dtype}${formatShape(shape)} and is ${given}.`, { path: name });
}

function fits(declared: DeclaredShape, { shape, data }: Tensor): boolean {
  if (data.length !== shape.reduce((product, size) => product * size, 1)) return false;
  // A shape that is not declared reads as no dimensions.
  if (declared.length === 0) return true;
  // A batch of one row is how exporters without dynamic shapes declare any number of them.
  const agrees = (size: number | string | null, axis: number): boolean =>
    typeof size !== "number" || size === shape[axis] || (axis === 0 && size === 1);
  return declared.length === shape.length && declared.every(agrees);
}

/** ONNX Runtime does not load a model whose output is of another type than it declares. */
function declared({ name, dtype }: ValueInfo, output: Tensor): Tensor {
  if (output.dtype === dtype) return output;
  throw new SetosaError("MODEL_GRAPH_INVALID", `The output "${name}" is declared as ${dtype} and computed as ${output.dtype}.`, {
    path: name,
  });
}

function unreadable(graph: Graph, node: Node, name: string): never {
  const constant = graph.constants.get(name);
  return unsupported(
    { node },
    constant !== undefined && isOpaque(constant) ? `its input "${name}" is ${constant.what}` : `its input "${name}" is not made`,
  );
}

function missing(name: string): never {
  throw new SetosaError("OPERATOR_UNSUPPORTED", `The interpreter does not make the output "${name}".`, { path: name });
}
