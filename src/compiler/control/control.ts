import type { Attribute, Body, Node } from "../../graph/graph.ts";
import { isOpaque } from "../../graph/graph.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import { unsupported } from "../lowering.ts";
import type { ConstantValue, Value } from "../values.ts";

/** A list of tensors, whose length is known. */
export interface ListValue {
  readonly kind: "list";
  readonly items: readonly Value[];
}

export type AnyValue = Value | ListValue;

/** A node with bodies or lists, while its kernel is made. */
export interface ControlNode {
  readonly node: Node;
  readonly opset: number;
  /** By position; `undefined` where an optional input is left out. Behind the operator's own come those that its bodies read. */
  readonly inputs: readonly (AnyValue | undefined)[];
  /** Lowers a node in its place. */
  readonly lower: (operator: string, inputs: readonly Value[], attributes: Readonly<Record<string, Attribute>>) => Value;
  /** Lowers a body in its place; what it reads from outside are the node's last inputs. */
  readonly run: (body: Body, inputs: readonly (AnyValue | undefined)[]) => readonly AnyValue[];
}

/** Turns a node with bodies or lists into other nodes' code: its outputs by position. */
export type LowerControl = (call: ControlNode) => readonly AnyValue[];

export function constant(value: Tensor): ConstantValue {
  return { kind: "constant", constant: value };
}

export function int(value: number): Attribute {
  return { kind: "int", value };
}

export function wholeNumber(value: number): ConstantValue {
  return constant(tensor("int64", [], Float64Array.of(value)));
}

export function tensorValue({ node }: ControlNode, value: AnyValue | undefined, what: string): Value {
  return value === undefined || value.kind === "list"
    ? unsupported(node, `${what} is ${value === undefined ? "absent" : "a list"}`)
    : value;
}

export function listValue({ node }: ControlNode, value: AnyValue | undefined): ListValue {
  return value?.kind === "list" ? value : unsupported(node, "its input is no list");
}

/** A value that is known while compiling. */
export function knownTensor({ node }: Pick<ControlNode, "node">, value: AnyValue | undefined, what: string): Tensor {
  if (value?.kind === "constant" && !isOpaque(value.constant)) return value.constant;
  if (value?.kind === "shape") return unsupported(node, `${what} depends on the number of rows`);
  return unsupported(node, value?.kind === "constant" ? `${what} is not held` : `${what} depends on the row`);
}

/** The only number of a value that is known while compiling; `undefined` where the input is left out. */
export function knownNumber(call: Pick<ControlNode, "node">, value: AnyValue | undefined, what: string): number | undefined {
  if (value === undefined) return undefined;
  const { data } = knownTensor(call, value, what);
  return data.length === 1 ? Number(data[0]) : unsupported(call.node, `${what} has ${data.length} elements instead of 1`);
}

/** Values of one shape along a new axis, as one. */
export function stack(call: ControlNode, items: readonly Value[], axis: number): Value {
  if (items.length === 0) return unsupported(call.node, "it collects nothing");
  const axes = constant(tensor("int64", [1], Float64Array.of(axis)));
  return join(
    call,
    items.map((item) => call.lower("Unsqueeze", [item, axes], {})),
    axis,
  );
}

/** Values one after the other along an axis, as one. */
export function join(call: ControlNode, items: readonly Value[], axis: number): Value {
  return call.lower("Concat", items, { axis: int(axis) });
}
