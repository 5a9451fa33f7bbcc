import { SetosaError } from "../errors.ts";
import { type Node, operatorName } from "../graph/graph.ts";
import { formatShape } from "../tensor/shape.ts";
import type { Tensor, TensorOf } from "../tensor/tensor.ts";

/** One evaluation of one node. */
export interface Call {
  readonly node: Node;
  /** By position; `undefined` where an optional input is left out. */
  readonly inputs: readonly (Tensor | undefined)[];
  /** The version of the operator set that the node follows. */
  readonly opset: number;
}

/** Evaluates one operator: its outputs by position. */
export type Evaluate = (call: Call) => readonly Tensor[];

/** A tensor of anything but strings. */
export type NumericTensor = Exclude<Tensor, TensorOf<"string">>;

/** @throws SetosaError OPERATOR_UNSUPPORTED, always: for a form that the interpreter does not evaluate */
export function unsupported({ node }: Pick<Call, "node">, why: string): never {
  throw new SetosaError("OPERATOR_UNSUPPORTED", `The interpreter does not cover ${describe(node)}: ${why}.`, { path: node.name });
}

/** @throws SetosaError MODEL_GRAPH_INVALID, always: for attributes or types that contradict each other */
export function malformed({ node }: Pick<Call, "node">, why: string): never {
  throw new SetosaError("MODEL_GRAPH_INVALID", `${describe(node)} is not well-formed: ${why}.`, { path: node.name });
}

/** @throws SetosaError MODEL_SHAPE_INVALID, always: for inputs whose shapes do not fit the node or each other */
export function misfit({ node, inputs }: Call, why: string): never {
  const shapes = inputs.map((input) => (input === undefined ? "nothing" : formatShape(input.shape)));
  throw new SetosaError("MODEL_SHAPE_INVALID", `${describe(node)} cannot take ${shapes.join(" and ")}: ${why}.`, { path: node.name });
}

/** @throws SetosaError ENGINE_FAILED, always: for values that have no result */
export function failed({ node }: Call, why: string): never {
  throw new SetosaError("ENGINE_FAILED", `${describe(node)} failed: ${why}.`, { path: node.name });
}

function describe(node: Node): string {
  return `${operatorName(node)} (node "${node.name}")`;
}

/** The input at this position, which the operator cannot do without. */
export function requiredInput(call: Call, position: number): Tensor {
  return call.inputs[position] ?? malformed(call, `its input ${position} is absent`);
}

/** The same for an input of numbers or booleans. */
export function numericInput(call: Call, position: number): NumericTensor {
  const input = requiredInput(call, position);
  return input.dtype === "string" ? malformed(call, `its input ${position} holds strings`) : input;
}
