import type { Body, Node } from "../../graph/graph.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { malformed } from "../evaluate.ts";

/** A list of tensors. */
export interface Sequence {
  readonly kind: "sequence";
  readonly items: readonly Tensor[];
}

export type Value = Tensor | Sequence;

/** One evaluation of a node that has bodies or lists. */
export interface ControlCall {
  readonly node: Node;
  /** By position; `undefined` where an optional input is left out. Behind the operator's own come those that its bodies read. */
  readonly inputs: readonly (Value | undefined)[];
  readonly opset: number;
  /** The outputs of a body for its inputs; what it reads from outside are the node's last inputs. */
  readonly run: (body: Body, inputs: readonly (Value | undefined)[]) => readonly Value[];
}

/** Evaluates one operator: its outputs by position. */
export type EvaluateControl = (call: ControlCall) => readonly Value[];

export function isSequence(value: Value | undefined): value is Sequence {
  return value !== undefined && "kind" in value;
}

export function sequence(items: readonly Tensor[]): Sequence {
  return { kind: "sequence", items };
}

export function tensorOf(call: Pick<ControlCall, "node">, value: Value | undefined, what: string): Tensor {
  if (value === undefined || isSequence(value)) return malformed(call, `${what} is ${value === undefined ? "absent" : "a list"}`);
  return value;
}

export function sequenceOf(call: Pick<ControlCall, "node">, value: Value | undefined): Sequence {
  return isSequence(value) ? value : malformed(call, "its input is no list");
}

/** The only number of a tensor; `undefined` where the input is left out. */
export function scalarOf(call: Pick<ControlCall, "node">, value: Value | undefined, what: string): number | undefined {
  if (value === undefined) return undefined;
  const { data } = tensorOf(call, value, what);
  return data.length === 1 ? Number(data[0]) : malformed(call, `${what} has ${data.length} elements instead of 1`);
}
