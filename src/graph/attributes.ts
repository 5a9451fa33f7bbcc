import { SetosaError } from "../errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Repeated } from "./compact-lists.ts";
import { type Attribute, type Body, type Node, operatorName } from "./graph.ts";

type Kind = Exclude<Attribute["kind"], "opaque">;
type ValueOf<K extends Kind> = Extract<Attribute, { kind: K }>["value"];

/** @throws SetosaError MODEL_GRAPH_INVALID when the attribute is of another kind */
function read<K extends Kind>(node: Node, name: string, kind: K): ValueOf<K> | undefined;
function read(node: Node, name: string, kind: Kind): ValueOf<Kind> | undefined {
  const attribute = node.attributes.get(name);
  if (attribute === undefined) return undefined;
  if (attribute.kind !== kind) {
    const found = attribute.kind === "opaque" ? attribute.what : attribute.kind;
    throw new SetosaError(
      "MODEL_GRAPH_INVALID",
      `The attribute "${name}" of ${operatorName(node)} (node "${node.name}") should be of kind ${kind} and is ${found}.`,
      { path: node.name },
    );
  }
  return attribute.value;
}

export function intAttribute(node: Node, name: string, fallback: number): number {
  return read(node, name, "int") ?? fallback;
}

export function floatAttribute(node: Node, name: string, fallback: number): number {
  return read(node, name, "float") ?? fallback;
}

export function stringAttribute(node: Node, name: string): string | undefined {
  return read(node, name, "string");
}

export function intsAttribute(node: Node, name: string): Float64Array | undefined {
  return read(node, name, "ints");
}

export function floatsAttribute(node: Node, name: string): Float32Array | undefined {
  return read(node, name, "floats");
}

export function stringsAttribute(node: Node, name: string): readonly string[] | undefined {
  return read(node, name, "strings");
}

/** A list of integers, as int32 where it was read so. */
export function compactIntsAttribute(node: Node, name: string): Float64Array | Int32Array | undefined {
  const attribute = node.attributes.get(name);
  return (attribute?.kind === "ints" ? attribute.int32 : undefined) ?? intsAttribute(node, name);
}

/** A list of strings by its few texts, where it was read so; elsewhere `stringsAttribute` has it. */
export function repeatedAttribute(node: Node, name: string): Repeated | undefined {
  const attribute = node.attributes.get(name);
  return attribute?.kind === "strings" ? attribute.repeated : undefined;
}

export function tensorAttribute(node: Node, name: string): Tensor | undefined {
  return read(node, name, "tensor");
}

/** The body of an If, Loop or Scan. */
export function bodyAttribute(node: Node, name: string): Body | undefined {
  return read(node, name, "graph");
}
