import { SetosaError } from "../errors.ts";
import { type Body, type Constant, type Graph, isOpaque, type Node, operatorName, type ValueInfo } from "../graph/graph.ts";
import { isControlOperator, isOperator } from "../graph/operators.ts";
import { ElementBudget } from "../tensor/budget.ts";
import { type DeclaredShape, formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { isSequence, type Value } from "./control/control.ts";
import { controlEvaluators } from "./control/registry.ts";
import { malformed, unsupported } from "./evaluate.ts";
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
  const values = new Map<string, Value>();
  if (inputs.length !== graph.inputs.length)
    throw new SetosaError("TENSOR_INVALID", `The graph has ${graph.inputs.length} inputs, and ${inputs.length} tensors are given.`);
  inputs.forEach((input, position) => {
    const info = graph.inputs[position];
    if (info !== undefined) values.set(info.name, checked(info, input));
  });

  const outputs = evaluateNodes(
    graph,
    graph.outputs.map(({ name }) => name),
    values,
  );
  return graph.outputs.map((info, position) => declared(info, outputs[position] ?? missing(info.name)));
}

type Nodes = Pick<Graph, "opsets" | "constants" | "nodes">;

/** The named values of a graph or body. `values` holds its inputs, and in the end whatever was made. */
function evaluateNodes(graph: Nodes, outputs: readonly string[], values: Map<string, Value>): (Value | undefined)[] {
  for (const [name, constant] of graph.constants) if (!isOpaque(constant)) values.set(name, constant);
  for (const node of neededNodes(graph.nodes, outputs)) {
    const inputs = node.inputs.map((input) => (input === "" ? undefined : (values.get(input) ?? unreadable(graph.constants, node, input))));
    // Without an import the standard's checker refuses a model; the newest known form is the best guess.
    const made = evaluateValues(node, inputs, graph.opsets[node.domain] ?? Number.POSITIVE_INFINITY);
    node.outputs.forEach((name, position) => {
      const output = made[position];
      if (output !== undefined && name !== "") values.set(name, output);
    });
  }
  return outputs.map((name) => values.get(name));
}

/**
 * Evaluates one node.
 * @param inputs By position; `undefined` where an optional one is left out
 * @param opset The version of the operator set that the node follows
 * @throws SetosaError as `interpret` does
 */
export function evaluateNode(node: Node, inputs: readonly (Tensor | undefined)[], opset: number): readonly Tensor[] {
  return evaluateValues(node, inputs, opset).map((value) => (isSequence(value) ? unsupported({ node }, "its result is a list") : value));
}

function evaluateValues(node: Node, inputs: readonly (Value | undefined)[], opset: number): readonly Value[] {
  const name = operatorName(node);
  if (isControlOperator(name))
    return controlEvaluators[name]({ node, inputs, opset, run: (body, given) => runBody(node, body, inputs, given) });
  if (!isOperator(name)) unsupported({ node }, "it is not one of its operators");
  const [first] = inputs;
  if (name === "Identity" && isSequence(first)) return [first];
  const tensors = inputs.map((value) => (isSequence(value) ? malformed({ node }, "an input is a list") : value));
  return evaluators[name]({ node, inputs: tensors, opset });
}

/** What a body reads from outside are the node's last inputs. */
function runBody(node: Node, body: Body, outer: readonly (Value | undefined)[], inputs: readonly (Value | undefined)[]): readonly Value[] {
  const values = new Map<string, Value>();
  body.captured.forEach((name, index) => {
    const value = outer[outer.length - body.captured.length + index];
    if (value !== undefined) values.set(name, value);
  });
  body.inputs.forEach((name, index) => {
    const value = inputs[index];
    if (value !== undefined) values.set(name, value);
  });
  return evaluateNodes(body, body.outputs, values).map(
    (value, index) => value ?? malformed({ node }, `its body does not make "${body.outputs[index]}"`),
  );
}

/** The nodes that an output depends on: the others may be of any operator. */
function neededNodes(all: readonly Node[], outputs: readonly string[]): Node[] {
  const needed = new Set(outputs);
  const nodes = all.toReversed().filter((node) => {
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
function declared({ name, dtype }: ValueInfo, output: Value): Tensor {
  if (isSequence(output)) throw new SetosaError("OPERATOR_UNSUPPORTED", `The output "${name}" is a list.`, { path: name });
  if (output.dtype === dtype) return output;
  throw new SetosaError("MODEL_GRAPH_INVALID", `The output "${name}" is declared as ${dtype} and computed as ${output.dtype}.`, {
    path: name,
  });
}

function unreadable(constants: ReadonlyMap<string, Constant>, node: Node, name: string): never {
  const constant = constants.get(name);
  return unsupported(
    { node },
    constant !== undefined && isOpaque(constant) ? `its input "${name}" is ${constant.what}` : `its input "${name}" is not made`,
  );
}

function missing(name: string): never {
  throw new SetosaError("OPERATOR_UNSUPPORTED", `The interpreter does not make the output "${name}".`, { path: name });
}
